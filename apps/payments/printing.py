"""Print the pre-notifications that have no PDF yet, file them and put them into the outbox."""

from collections.abc import Callable, Iterator, Sequence
from itertools import batched
from typing import Any

from django.db import transaction

from apps.accounts.models import User
from apps.audit import bulk
from apps.audit.acts import act
from apps.core.templatetags.formats import day, euro
from apps.dispatch.domain.queueing import Draft, queue_dispatches
from apps.documents.domain.filing import Filing, file_documents
from apps.documents.enums import Access, Category
from apps.organisation.domain.queries import letterhead
from apps.payments.enums import RunState
from apps.payments.models import PaymentOrder, PreNotification
from apps.payments.prints import notice_job, notice_title
from apps.pdf.render import PdfJob, render_pairs

CHUNK = 10

Printed = tuple[PreNotification, bytes]


def missing_notices() -> Any:
    return PreNotification.objects.filter(document=None, run__state=RunState.DRAFT)


def print_now(*, by: User | None, step: Callable[[int], None] | None = None) -> int:
    """Print, file and queue what has no document yet; return how many. Each chunk is a transaction of its own."""
    count = 0
    for chunk in batched(render_pairs(jobs(), count=missing_notices().count()), CHUNK):
        count += file_chunk(chunk, by=by)
        if step:
            step(len(chunk))
    return count


def jobs() -> Iterator[tuple[PreNotification, PdfJob]]:
    for chunk in batched(list(missing_notices().order_by("pk").values_list("pk", flat=True)), CHUNK):
        notices = list(
            PreNotification.objects.filter(pk__in=chunk).select_related("mandate__city", "run").order_by("pk")
        )
        orders = orders_by_notice(notices)
        for notice in notices:
            collected = orders.get((notice.run_id, notice.mandate_id), [])
            yield notice, notice_job(notice, collected, letterhead(notice.dated_on))


def orders_by_notice(notices: Sequence[PreNotification]) -> dict[tuple[int, int], list[PaymentOrder]]:
    rows = PaymentOrder.objects.filter(
        run__in={notice.run_id for notice in notices}, mandate__in=[notice.mandate_id for notice in notices]
    )
    found: dict[tuple[int, int], list[PaymentOrder]] = {}
    for order in rows.select_related("invoice").order_by("pk"):
        if order.run_id and order.mandate_id:
            found.setdefault((order.run_id, order.mandate_id), []).append(order)
    return found


@transaction.atomic
def file_chunk(chunk: Sequence[Printed], *, by: User | None) -> int:
    """File and queue one chunk; what another worker did meanwhile, or what was discarded, is left alone."""
    keys = [notice.pk for notice, _pdf in chunk]
    missing = missing_notices().select_for_update(of=("self",)).filter(pk__in=keys)
    open_keys = set(missing.values_list("pk", flat=True))
    todo = [(notice, pdf) for notice, pdf in chunk if notice.pk in open_keys]
    if not todo:
        return 0
    on = todo[0][0].dated_on
    with act("payments.notices_filed", by=by, data={"count": len(todo)}):
        documents = file_documents([filing_of(notice, pdf) for notice, pdf in todo], by=by, on=on)
        for (notice, _pdf), document in zip(todo, documents, strict=True):
            notice.document = document
        bulk.update(PreNotification, [notice for notice, _pdf in todo], ["document"])
        queue_dispatches([draft_of(notice) for notice, _pdf in todo], by=by, on=on)
    return len(todo)


def filing_of(notice: PreNotification, pdf: bytes) -> Filing:
    return Filing(
        content=pdf,
        filename=f"Vorabankuendigung-{notice.run}-{notice.mandate.city.slug}.pdf",
        title=f"{notice_title(notice)}, {notice.mandate.city}",
        category=Category.LETTER,
        access=Access.TREASURY,
        origin="payments.notice",
        city=notice.mandate.city,
        subject=notice,
    )


def draft_of(notice: PreNotification) -> Draft:
    return Draft(
        kind="payments.notice",
        title=notice_title(notice),
        documents=[notice.document] if notice.document else [],
        city=notice.mandate.city,
        values={"tag": day(notice.due_on), "betrag": euro(notice.amount), "mandat": notice.mandate.reference},
        is_invoice=False,
    )
