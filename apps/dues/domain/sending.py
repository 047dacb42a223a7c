"""Invoices and credit notes into the outbox: each once per city, whatever is clicked how often."""

from collections.abc import Iterator
from datetime import date
from itertools import batched, chain

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.templatetags.formats import day, euro
from apps.dispatch.domain.queueing import Draft, queue_dispatches
from apps.dispatch.domain.recipients import recipients_of
from apps.dispatch.domain.releasing import cancel_dispatch
from apps.dispatch.enums import Channel, DispatchState
from apps.dispatch.models import Dispatch
from apps.documents.models import Document
from apps.dues.models import CreditNote, DuesRun, Invoice
from apps.dues.models.invoice import InvoiceQuerySet

INVOICE, NOTE = "dues.invoice", "dues.credit_note"
CHUNK = 500


def on_its_way() -> Exists:
    return Exists(Dispatch.objects.standing().filter(document=OuterRef("document")))


def unsent_invoices(run: DuesRun | None = None) -> InvoiceQuerySet:
    """Printed, not cancelled and not yet in the outbox; of one run or of all."""
    invoices = Invoice.objects.standing().filter(document__isnull=False).exclude(on_its_way())
    return invoices.filter(run=run) if run else invoices


def unsent_notes(run: DuesRun | None = None) -> QuerySet[CreditNote]:
    notes = CreditNote.objects.filter(document__isnull=False).exclude(on_its_way())
    return notes.filter(invoice__run=run) if run else notes


def count_by_channel(run: DuesRun | None = None, *, on: date) -> dict[Channel, int]:
    """How many of them go which way."""
    invoices = unsent_invoices(run).without_details().select_related("city")
    notes = unsent_notes(run).select_related("invoice__city")
    cities = [invoice.city for invoice in invoices] + [note.invoice.city for note in notes]
    ways = recipients_of({city.pk: city for city in cities}.values(), on=on)
    counted: dict[Channel, int] = {}
    for city in cities:
        channel = ways[city.pk].channel
        counted[channel] = counted.get(channel, 0) + 1
    return counted


def queue_unsent(run: DuesRun | None = None, *, by: User | None, on: date) -> list[Dispatch]:
    """Put everything that is printed and not yet sent into the outbox; a chunk is a transaction of its own."""
    drafts = chain(
        map(invoice_draft, unsent_invoices(run).select_related("city", "document", "data__document").order_by("pk")),
        map(note_draft, unsent_notes(run).select_related("invoice__city", "document", "data__document").order_by("pk")),
    )
    return [made for chunk in batched(list(drafts), CHUNK) for made in queue_dispatches(chunk, by=by, on=on)]


def documents_of(piece: Invoice | CreditNote) -> list[Document]:
    """The letter itself first, then the XRechnung that goes with it."""
    data = getattr(piece, "data", None)
    return [document for document in (piece.document, data and data.document) if document]


def invoice_draft(invoice: Invoice) -> Draft:
    return Draft(
        kind=INVOICE,
        title=_("Beitragsrechnung %(number)s") % {"number": invoice.number},
        documents=documents_of(invoice),
        city=invoice.city,
        values={
            "nummer": invoice.number,
            "jahr": str(invoice.year),
            "betrag": euro(invoice.amount),
            "faellig": day(invoice.due_on),
        },
    )


def note_draft(note: CreditNote) -> Draft:
    return Draft(
        kind=NOTE,
        title=_("Stornorechnung %(number)s") % {"number": note.number},
        documents=documents_of(note),
        city=note.invoice.city,
        values={"nummer": note.number, "rechnung": note.invoice.number, "betrag": euro(note.amount)},
    )


def withdraw_from_outbox(invoice: Invoice, *, reason: str, by: User | None) -> None:
    """What has not left yet must not leave any more."""
    waiting = Dispatch.objects.filter(
        document=invoice.document_id,
        document__isnull=False,
        state__in=[DispatchState.QUEUED, DispatchState.RELEASED],
        batch__isnull=True,
    )
    for dispatch in waiting:
        cancel_dispatch(dispatch, reason=reason, by=by)


def sendings_of(invoice: Invoice) -> Iterator[Dispatch]:
    """Every sending of the invoice and of its credit note, the newest first."""
    documents = Document.objects.filter(dues_invoices=invoice) | Document.objects.filter(
        dues_credit_notes__invoice=invoice
    )
    yield from Dispatch.objects.filter(document__in=documents.values("pk")).order_by("-pk")
