"""Print invoices and credit notes that have no PDF yet, and file them."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import batched, groupby

from django.db import transaction

from apps.accounts.models import User
from apps.audit import bulk
from apps.audit.acts import act
from apps.documents.domain.filing import Filing, file_documents
from apps.documents.enums import Access, Category
from apps.dues.domain.queries import missing_documents
from apps.dues.models import CreditNote, Invoice
from apps.dues.prints import credit_note_job, invoice_job, invoice_title, note_title
from apps.organisation.domain.queries import letterhead
from apps.pdf.render import PdfJob, render_many, render_pdf

CHUNK = 10
FEW = 3

Printed = tuple[Invoice | CreditNote, bytes]


def print_now(*, by: User | None, step: Callable[[int], None] | None = None) -> int:
    """Print and file what has no document yet; return how many. Idempotent: each chunk is a short transaction of its own."""
    count = 0
    for chunk in batched(printed(missing_pieces()), CHUNK):
        count += file_chunk(chunk, by=by)
        if step:
            step(len(chunk))
    return count


def missing_pieces() -> Iterator[Invoice | CreditNote]:
    """Invoices and credit notes without PDF, loaded a chunk at a time."""
    invoices = list(Invoice.objects.without_document().order_by("pk").values_list("pk", flat=True))
    for chunk in batched(invoices, CHUNK):
        yield from Invoice.objects.filter(pk__in=chunk).select_related("city").order_by("pk")
    yield from CreditNote.objects.filter(document__isnull=True).select_related("invoice__city").order_by("pk")


def printed(pieces: Iterator[Invoice | CreditNote]) -> Iterator[Printed]:
    """Pair each piece with its PDF; many are printed on all cores, a few right here without starting helpers."""
    waiting: deque[Invoice | CreditNote] = deque()

    def jobs() -> Iterator[PdfJob]:
        for piece in pieces:
            waiting.append(piece)
            yield job_of(piece)

    if missing_documents() <= FEW:
        for job in jobs():
            pdf = render_pdf(job.template, job.context, title=job.title, created=job.created, author=job.author)
            yield waiting.popleft(), pdf
        return
    for pdf in render_many(jobs()):
        yield waiting.popleft(), pdf


def job_of(piece: Invoice | CreditNote) -> PdfJob:
    head = letterhead(piece.issued_on)
    return invoice_job(piece, head) if isinstance(piece, Invoice) else credit_note_job(piece, head)


def file_chunk(chunk: Sequence[Printed], *, by: User | None) -> int:
    """File the PDFs of one chunk; return how many. What another worker filed meanwhile is left alone."""
    count = 0
    for model in (Invoice, CreditNote):
        mine = [(piece, pdf) for piece, pdf in chunk if isinstance(piece, model)]
        for issued_on, same_day in groupby(mine, key=lambda pair: pair[0].issued_on):
            count += file_printed(model, list(same_day), by=by, on=issued_on)
    return count


@transaction.atomic
def file_printed(model: type[Invoice] | type[CreditNote], rows: Sequence[Printed], *, by: User | None, on: date) -> int:
    open_rows = model._default_manager.select_for_update().filter(
        pk__in=[piece.pk for piece, _pdf in rows], document__isnull=True
    )
    missing = set(open_rows.values_list("pk", flat=True))
    todo = [(piece, pdf) for piece, pdf in rows if piece.pk in missing]
    if not todo:
        return 0
    with act("dues.documents_filed", by=by, data={"count": len(todo)}):
        documents = file_documents([filing_of(piece, pdf) for piece, pdf in todo], by=by, on=on)
        for (piece, _pdf), document in zip(todo, documents, strict=True):
            piece.document = document
        bulk.update(model, [piece for piece, _pdf in todo], ["document"])
    return len(todo)


def filing_of(piece: Invoice | CreditNote, pdf: bytes) -> Filing:
    if isinstance(piece, Invoice):
        title, city, stem, origin = invoice_title(piece), piece.city, "Beitragsrechnung", "dues.invoice"
        label = piece.city_label
    else:
        title, city, stem, origin = note_title(piece), piece.invoice.city, "Stornorechnung", "dues.credit_note"
        label = piece.invoice.city_label
    return Filing(
        content=pdf,
        filename=f"{stem}-{piece.number}.pdf",
        title=f"{title}, {label}",
        category=Category.INVOICE,
        access=Access.TREASURY,
        origin=origin,
        city=city,
        subject=piece,
    )
