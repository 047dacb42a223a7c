"""Print the letters of announcements that have no PDF yet, and file them where the city can read them."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import batched, groupby

from django.db import transaction

from apps.accounts.models import User
from apps.audit import bulk
from apps.audit.acts import act
from apps.documents.domain.filing import Filing, add_version, file_documents
from apps.documents.enums import Access, Category
from apps.documents.models import Document
from apps.dues.models import Announcement
from apps.dues.prints import announcement_job
from apps.organisation.domain.queries import letterhead
from apps.pdf.render import render_pairs

CHUNK = 10

Printed = tuple[Announcement, bytes]


def print_announcements(*, by: User | None, step: Callable[[int], None] | None = None) -> int:
    """Print and file what has no letter yet; return how many. Idempotent: each chunk is a short transaction of its own."""
    count = 0
    for chunk in batched(printed(), CHUNK):
        for dated_on, same_day in groupby(chunk, key=lambda pair: pair[0].run.dated_on):
            count += file_letters(list(same_day), by=by, on=dated_on)
        if step:
            step(len(chunk))
    return count


def missing_letters() -> Iterator[Announcement]:
    """Standing announcements without letter, loaded a chunk at a time."""
    missing = list(Announcement.objects.without_document().order_by("pk").values_list("pk", flat=True))
    for chunk in batched(missing, CHUNK):
        yield from Announcement.objects.filter(pk__in=chunk).select_related("city", "run").order_by("pk")


def printed() -> Iterator[Printed]:
    jobs = ((each, announcement_job(each, letterhead(each.run.dated_on))) for each in missing_letters())
    return render_pairs(jobs, count=Announcement.objects.without_document().count())


@transaction.atomic
def file_letters(rows: Sequence[Printed], *, by: User | None, on: date) -> int:
    """File the letters; a newer version supersedes the letter the city has. What another worker filed is left alone."""
    open_rows = Announcement.objects.select_for_update().without_document()
    missing = set(open_rows.filter(pk__in=[row.pk for row, _pdf in rows]).values_list("pk", flat=True))
    todo = [(row, pdf) for row, pdf in rows if row.pk in missing]
    if not todo:
        return 0
    older = letters_of([row for row, _pdf in todo])
    fresh = [(row, pdf) for row, pdf in todo if (row.city_id, row.year) not in older]
    with act("dues.documents_filed", by=by, data={"count": len(todo)}):
        documents = file_documents([filing_of(row, pdf) for row, pdf in fresh], by=by, on=on)
        for (row, _pdf), document in zip(fresh, documents, strict=True):
            row.document = document
        for row, pdf in todo:
            if letter := older.get((row.city_id, row.year)):
                filing = filing_of(row, pdf)
                row.document = add_version(letter, content=pdf, filename=filing.filename, note=filing.note, by=by)
        bulk.update(Announcement, [row for row, _pdf in todo], ["document"])
    return len(todo)


def letters_of(rows: Sequence[Announcement]) -> dict[tuple[int, int], Document]:
    """Per city and year the letter of an earlier version."""
    earlier = Announcement.objects.announced().filter(
        city__in=[row.city_id for row in rows], year__in={row.year for row in rows}, document__isnull=False
    )
    return {
        (row.city_id, row.year): row.document
        for row in earlier.select_related("document").order_by("version")
        if row.document
    }


def filing_of(row: Announcement, pdf: bytes) -> Filing:
    return Filing(
        content=pdf,
        filename=f"Beitragsvorankuendigung-{row.year}-{row.city.slug}.pdf",
        title=str(row),
        category=Category.DUES,
        access=Access.TREASURY,
        origin="dues.announcement",
        city=row.city,
        subject=row,
        note=f"Fassung {row.version}",
    )
