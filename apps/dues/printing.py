"""Print invoices and credit notes that have no PDF yet, with the e-invoice a city wants, and file them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import batched, groupby
from typing import Any

from django.db import transaction
from django.db.models import Q

from apps.accounts.models import User
from apps.audit import bulk
from apps.audit.acts import act
from apps.documents.domain.filing import Filing, file_documents
from apps.documents.enums import Access, Category
from apps.dues.domain.einvoices import Piece, invoice_of
from apps.dues.domain.queries import missing_documents
from apps.dues.einvoicing import Judged, Sender, judged
from apps.dues.models import CreditNote, Invoice, InvoiceData
from apps.dues.prints import credit_note_job, invoice_job, invoice_title, note_title
from apps.pdf.render import PdfJob, render_pairs

CHUNK = 10
DATA_FIELDS = ["form", "state", "findings", "judged_on", "document"]


@dataclass(frozen=True)
class Printed:
    """A piece with its PDF and, if its city wants one, its e-invoice. A piece held back has no PDF."""

    piece: Piece
    pdf: bytes = b""
    data: Judged | None = None

    @property
    def filings(self) -> Iterator[Filing]:
        yield filing_of(self.piece, self.pdf, "pdf")
        if self.data and not self.data.is_inside_pdf:
            yield filing_of(self.piece, self.data.xml, "xml")


def print_now(*, by: User | None, step: Callable[[int], None] | None = None) -> int:
    """Print and file what has no document yet; return how many. Idempotent: each chunk is a short transaction of its own."""
    count = 0
    for chunk in batched(printed(missing_pieces()), CHUNK):
        count += file_chunk(chunk, by=by)
        if step:
            step(len(chunk))
    return count


def missing_pieces() -> Iterator[Piece]:
    """Invoices and credit notes without PDF, loaded a chunk at a time."""
    invoices = list(Invoice.objects.without_document().order_by("pk").values_list("pk", flat=True))
    for chunk in batched(invoices, CHUNK):
        yield from Invoice.objects.filter(pk__in=chunk).select_related("city").order_by("pk")
    yield from CreditNote.objects.filter(document__isnull=True).select_related("invoice__city").order_by("pk")


def printed(pieces: Iterator[Piece]) -> Iterator[Printed]:
    """Pair each piece with its PDF. What the rules of e-invoices refuse is not printed at all and comes out as it is, last."""
    held_back: list[Printed] = []
    senders: dict[date, Sender] = {}

    def jobs() -> Iterator[tuple[Printed, PdfJob]]:
        for piece in pieces:
            sender = senders.setdefault(piece.issued_on, Sender(piece.issued_on))
            data = judged(piece, sender.seller)
            if data and data.is_held_back:
                held_back.append(Printed(piece, data=data))
            else:
                yield Printed(piece, data=data), job_of(piece, sender, data)

    for item, pdf in render_pairs(jobs(), count=missing_documents()):
        yield replace(item, pdf=pdf)
    yield from held_back


def job_of(piece: Piece, sender: Sender, data: Judged | None) -> PdfJob:
    head = sender.letterhead
    job = invoice_job(piece, head) if isinstance(piece, Invoice) else credit_note_job(piece, head)
    return replace(job, attachments=data.attachments) if data else job


def file_chunk(chunk: Sequence[Printed], *, by: User | None) -> int:
    """File the PDFs and XRechnungen of one chunk; return how many pieces. What another worker filed meanwhile is left alone."""
    count = 0
    for model in (Invoice, CreditNote):
        mine = [item for item in chunk if isinstance(item.piece, model)]
        for issued_on, same_day in groupby(mine, key=lambda item: item.piece.issued_on):
            count += file_printed(model, list(same_day), by=by, on=issued_on)
    return count


@transaction.atomic
def file_printed(model: type[Invoice] | type[CreditNote], rows: Sequence[Printed], *, by: User | None, on: date) -> int:
    open_rows = model._default_manager.select_for_update().filter(
        pk__in=[item.piece.pk for item in rows], document__isnull=True
    )
    missing = set(open_rows.values_list("pk", flat=True))
    todo = [item for item in rows if item.piece.pk in missing]
    held_back = [item.data.record() for item in todo if item.data and item.data.is_held_back]
    todo = [item for item in todo if item.pdf]
    if held_back:
        keep_back(held_back, by=by)
    if todo:
        file_all(model, todo, by=by, on=on)
    return len(todo)


def file_all(model: type[Invoice] | type[CreditNote], todo: Sequence[Printed], *, by: User | None, on: date) -> None:
    with act("dues.documents_filed", by=by, data={"count": len(todo)}):
        documents = iter(file_documents([filing for item in todo for filing in item.filings], by=by, on=on))
        data = []
        for item in todo:
            item.piece.document = next(documents)
            if item.data:
                data.append(item.data.record(None if item.data.is_inside_pdf else next(documents)))
        bulk.update(model, [item.piece for item in todo], ["document"])
        write_data(data)
        forget_held_back([item.piece for item in todo if not item.data])


def keep_back(rows: Sequence[InvoiceData], *, by: User | None) -> None:
    """Note why pieces don't leave the house; what was noted already with the same reasons is left alone."""
    known = known_data(rows)
    news = [row for row in rows if not (old := known.get(key_of(row))) or other_reasons(old, row)]
    if news:
        with act("dues.invoices_held_back", by=by, data={"count": len(news)}):
            write_data(news)


def other_reasons(old: InvoiceData, new: InvoiceData) -> bool:
    return (old.form, old.findings) != (new.form, new.findings)


def key_of(row: InvoiceData) -> tuple[Any, Any]:
    return row.invoice_id, row.note_id


def known_data(rows: Sequence[InvoiceData]) -> dict[tuple[Any, Any], InvoiceData]:
    of_pieces = Q(invoice__in=[row.invoice_id for row in rows if row.invoice_id])
    of_pieces |= Q(note__in=[row.note_id for row in rows if row.note_id])
    return {key_of(row): row for row in InvoiceData.objects.filter(of_pieces)}


def write_data(rows: Sequence[InvoiceData]) -> None:
    """Write what became of the e-invoices; a piece that was held back before keeps its row."""
    if not rows:
        return
    known = known_data(rows)
    for row in rows:
        if old := known.get(key_of(row)):
            row.pk = old.pk
    bulk.create(InvoiceData, [row for row in rows if row.pk is None])
    bulk.update(InvoiceData, [row for row in rows if key_of(row) in known], DATA_FIELDS)


def forget_held_back(pieces: Sequence[Piece]) -> None:
    """A city that wants a plain PDF by now has no e-invoice to be held back."""
    of_pieces = Q(invoice__in=[piece.pk for piece in pieces if isinstance(piece, Invoice)])
    of_pieces |= Q(note__in=[piece.pk for piece in pieces if isinstance(piece, CreditNote)])
    for row in InvoiceData.objects.held_back().filter(of_pieces):
        row.delete()


def filing_of(piece: Piece, content: bytes, suffix: str) -> Filing:
    if isinstance(piece, Invoice):
        title, stem, origin = invoice_title(piece), "Beitragsrechnung", "dues.invoice"
    else:
        title, stem, origin = note_title(piece), "Stornorechnung", "dues.credit_note"
    invoice = invoice_of(piece)
    if suffix == "xml":
        title, origin = f"{title} (XRechnung)", f"{origin}_data"
    return Filing(
        content=content,
        filename=f"{stem}-{piece.number}.{suffix}",
        title=f"{title}, {invoice.city_label}",
        category=Category.INVOICE,
        access=Access.TREASURY,
        origin=origin,
        city=invoice.city,
        subject=piece,
    )
