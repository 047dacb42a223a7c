"""Make and judge the e-invoice of a piece before it is printed: what breaks a rule does not leave the house."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from apps.documents.models import Document
from apps.dues.domain.einvoices import Piece, einvoice_of, findings_as_stored, form_of, seller_on
from apps.dues.enums import DataState
from apps.dues.models import CreditNote, Invoice, InvoiceData
from apps.einvoice.enums import InvoiceForm
from apps.einvoice.semantic import Party
from apps.einvoice.validation import Finding, validate
from apps.einvoice.writing import ZUGFERD_FILENAME, ZUGFERD_PROFILE, write, written
from apps.organisation.domain.queries import letterhead
from apps.pdf.letterhead import Letterhead
from apps.pdf.render import Attachment

DESCRIPTION = "Rechnungsdaten nach EN 16931"


@dataclass(frozen=True)
class Judged:
    """The e-invoice of a piece, with what the official rules find."""

    piece: Piece
    form: InvoiceForm
    xml: bytes
    findings: tuple[Finding, ...]

    @property
    def is_held_back(self) -> bool:
        return any(finding.is_fatal for finding in self.findings)

    @property
    def is_inside_pdf(self) -> bool:
        return self.form == InvoiceForm.ZUGFERD

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        if not self.is_inside_pdf:
            return ()
        return (Attachment(ZUGFERD_FILENAME, self.xml, DESCRIPTION, "Alternative", ZUGFERD_PROFILE),)

    def record(self, document: Document | None = None) -> InvoiceData:
        """The unsaved row that says what became of it."""
        return InvoiceData(
            invoice=self.piece if isinstance(self.piece, Invoice) else None,
            note=self.piece if isinstance(self.piece, CreditNote) else None,
            form=self.form,
            state=DataState.HELD_BACK if self.is_held_back else DataState.ISSUED,
            findings=findings_as_stored(self.findings),
            judged_on=self.piece.issued_on,
            document=document,
        )


class Sender:
    """Who writes on a day: letterhead and seller, read once for all pieces of the day."""

    def __init__(self, on: date) -> None:
        self.on = on

    @cached_property
    def letterhead(self) -> Letterhead:
        return letterhead(self.on)

    @cached_property
    def seller(self) -> Party:
        return seller_on(self.on)


def judged(piece: Piece, seller: Party) -> Judged | None:
    """Make and judge the e-invoice; None for a city that wants a PDF and nothing else."""
    form = form_of(piece)
    if form == InvoiceForm.PDF:
        return None
    root = written(einvoice_of(piece, seller), form)
    return Judged(piece, form, write(root), validate(root))
