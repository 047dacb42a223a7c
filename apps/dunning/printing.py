"""Print the letters that have no PDF yet, file them and put them into the outbox."""

from collections.abc import Callable, Iterator, Sequence
from itertools import batched

from django.db import transaction
from django.db.models import Prefetch

from apps.accounts.models import User
from apps.audit import bulk
from apps.audit.acts import act
from apps.core.templatetags.formats import day, euro
from apps.dispatch.domain.queueing import Draft, queue_dispatches
from apps.documents.domain.filing import Filing, file_documents
from apps.documents.enums import Access, Category
from apps.dunning.domain.queries import missing_documents
from apps.dunning.models import DunningItem, DunningLetter
from apps.dunning.prints import letter_job, letter_title
from apps.organisation.domain.queries import letterhead
from apps.pdf.render import render_pairs

CHUNK = 10

Printed = tuple[DunningLetter, bytes]


def print_now(*, by: User | None, step: Callable[[int], None] | None = None) -> int:
    """Print, file and queue what has no document yet; return how many. Each chunk is a transaction of its own."""
    count = 0
    for chunk in batched(printed(), CHUNK):
        count += file_chunk(chunk, by=by)
        if step:
            step(len(chunk))
    return count


def missing_letters() -> Iterator[DunningLetter]:
    items = Prefetch("items", DunningItem.objects.select_related("invoice__document").order_by("position"))
    keys = list(DunningLetter.objects.filter(document__isnull=True).order_by("pk").values_list("pk", flat=True))
    for chunk in batched(keys, CHUNK):
        yield from (
            DunningLetter.objects.filter(pk__in=chunk).select_related("city").prefetch_related(items).order_by("pk")
        )


def printed() -> Iterator[Printed]:
    jobs = (
        (letter, letter_job(letter, list(letter.items.all()), letterhead(letter.issued_on)))
        for letter in missing_letters()
    )
    return render_pairs(jobs, count=missing_documents())


@transaction.atomic
def file_chunk(chunk: Sequence[Printed], *, by: User | None) -> int:
    """File and queue one chunk; what another worker did meanwhile is left alone, what was withdrawn is not sent."""
    keys = [letter.pk for letter, _pdf in chunk]
    rows = DunningLetter.objects.select_for_update().filter(pk__in=keys, document__isnull=True)
    missing = {row.pk: row for row in rows}
    todo = [(letter, pdf) for letter, pdf in chunk if letter.pk in missing]
    if not todo:
        return 0
    with act("dunning.letters_filed", by=by, data={"count": len(todo)}):
        on = todo[0][0].issued_on
        documents = file_documents([filing_of(letter, pdf) for letter, pdf in todo], by=by, on=on)
        for (letter, _pdf), document in zip(todo, documents, strict=True):
            letter.document = document
        bulk.update(DunningLetter, [letter for letter, _pdf in todo], ["document"])
        to_send = [letter for letter, _pdf in todo if not missing[letter.pk].is_withdrawn]
        queue_dispatches([draft_of(letter) for letter in to_send], by=by, on=on)
    return len(todo)


def filing_of(letter: DunningLetter, pdf: bytes) -> Filing:
    return Filing(
        content=pdf,
        filename=f"Mahnschreiben-{letter.number}.pdf",
        title=f"{letter_title(letter)}, {letter.city_label}",
        category=Category.LETTER,
        access=Access.TREASURY,
        origin="dunning.letter",
        city=letter.city,
        subject=letter,
    )


def draft_of(letter: DunningLetter) -> Draft:
    """The first, friendly letter brings copies of the invoices along."""
    copies = [item.invoice.document for item in letter.items.all() if item.invoice.document] if not letter.level else []
    return Draft(
        kind="dunning.letter",
        title=letter_title(letter),
        documents=[letter.document, *copies] if letter.document else copies,
        city=letter.city,
        values={
            "nummer": letter.number,
            "stufe": letter.level_name,
            "betrag": euro(letter.total),
            "frist": day(letter.pay_by),
        },
        is_invoice=False,
        label=letter.city_label,
    )
