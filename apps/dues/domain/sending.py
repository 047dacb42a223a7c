"""Invoices, credit notes and announcements into the outbox: each once per city, whatever is clicked how often."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import batched
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.templatetags.formats import day, euro
from apps.dispatch.domain.queueing import Draft, queue_dispatch, queue_dispatches
from apps.dispatch.domain.recipients import recipients_of
from apps.dispatch.domain.releasing import withdraw
from apps.dispatch.enums import Channel
from apps.dispatch.models import Dispatch, DispatchQuerySet
from apps.documents.models import Document, DocumentVersion
from apps.dues.models import (
    Announcement,
    AnnouncementQuerySet,
    AnnouncementRun,
    CreditNote,
    DuesRun,
    Invoice,
    WriteOff,
)
from apps.dues.models.invoice import InvoiceQuerySet
from apps.members.models import City

INVOICE, NOTE, ANNOUNCEMENT, WAIVER = "dues.invoice", "dues.credit_note", "dues.announcement", "dues.waiver"
CHUNK = 500

type Step = Callable[[int], None]


def on_its_way(document: str = "document") -> Exists:
    return Exists(Dispatch.objects.standing().filter(document=OuterRef(document)))


def has_left(document: str = "document") -> Exists:
    """The document at this path left the house and did not come back: the city can know it."""
    return Exists(Dispatch.objects.has_left().filter(document=OuterRef(document)))


def unsent_invoices(run: DuesRun | None = None) -> InvoiceQuerySet:
    """Printed, not cancelled and not yet in the outbox; of one run or of all."""
    invoices = Invoice.objects.standing().filter(document__isnull=False, balance__is_queued=False)
    return invoices.filter(run=run) if run else invoices


def unsent_notes(run: DuesRun | None = None) -> QuerySet[CreditNote]:
    notes = CreditNote.objects.filter(document__isnull=False).exclude(on_its_way())
    return notes.filter(invoice__run=run) if run else notes


def unsent_announcements(run: AnnouncementRun | None = None) -> AnnouncementQuerySet:
    """Printed letters that hold and are not yet in the outbox."""
    rows = Announcement.objects.standing().filter(~newest_sent(), document__isnull=False)
    return rows.filter(run=run) if run else rows


def newest_sent() -> Exists:
    """The newest version of the document is in the outbox or left it: every version is a sending of its own."""
    newest = DocumentVersion.objects.filter(document=OuterRef("document")).order_by("-version").values("version")[:1]
    return Exists(Dispatch.objects.standing().filter(document=OuterRef("document"), edition=Subquery(newest)))


def count_by_channel(run: DuesRun | None = None, *, on: date) -> dict[Channel, int]:
    """How many invoices and credit notes go which way."""
    invoices = unsent_invoices(run).without_details().select_related("city")
    notes = unsent_notes(run).select_related("invoice__city")
    cities = [invoice.city for invoice in invoices] + [note.invoice.city for note in notes]
    return counted(cities, on=on, is_invoice=True)[0]


def count_letters(run: AnnouncementRun | None = None, *, on: date) -> tuple[dict[Channel, int], list[City]]:
    """How many announcements go which way, and the cities nobody can reach."""
    return counted([row.city for row in cities_to_tell(run)], on=on, is_invoice=False)


def cities_to_tell(run: AnnouncementRun | None) -> AnnouncementQuerySet:
    return unsent_announcements(run).defer("recipient_lines", "calculations").select_related("city")


def counted(cities: Iterable[City], *, on: date, is_invoice: bool) -> tuple[dict[Channel, int], list[City]]:
    cities = list(cities)
    ways = recipients_of({city.pk: city for city in cities}.values(), on=on, is_invoice=is_invoice)
    channels: dict[Channel, int] = {}
    for city in cities:
        channel = ways[city.pk].channel
        channels[channel] = channels.get(channel, 0) + ways[city.pk].is_reachable
    return channels, [city for city in cities if not ways[city.pk].is_reachable]


def queue_unsent(run: DuesRun | None = None, *, by: User | None, on: date, step: Step | None = None) -> int:
    """Put every invoice and credit note that is printed and not yet sent into the outbox; return how many."""
    invoices = unsent_invoices(run).select_related("city", "document", "data__document")
    notes = unsent_notes(run).select_related("invoice__city", "document", "data__document")

    def drafts(rows: list[Any]) -> list[Draft]:
        return [invoice_draft(row) if isinstance(row, Invoice) else note_draft(row) for row in rows]

    return sum(queue_rows(rows, drafts, by=by, on=on, step=step) for rows in (invoices, notes))


def queue_announcements(
    run: AnnouncementRun | None = None, *, by: User | None, on: date, step: Step | None = None
) -> int:
    """Put every letter that holds and is not yet sent into the outbox; cities without any address are left out."""

    def drafts(rows: list[Announcement]) -> list[Draft]:
        ways = recipients_of([row.city for row in rows], on=on, is_invoice=False)
        return [announcement_draft(row) for row in rows if ways[row.city_id].is_reachable]

    rows = unsent_announcements(run).select_related("run", "city", "document")
    return queue_rows(rows, drafts, by=by, on=on, step=step)


def queue_rows(
    rows: QuerySet[Any], drafts: Callable[[list[Any]], list[Draft]], *, by: User | None, on: date, step: Step | None
) -> int:
    """A chunk is a transaction of its own. Its rows are locked: what is cancelled or superseded meanwhile is left out."""
    count = 0
    for keys in batched(list(rows.order_by("pk").values_list("pk", flat=True)), CHUNK):
        with transaction.atomic():
            present = rows.filter(pk__in=keys).select_for_update(of=("self",)).order_by("pk")
            count += len(queue_dispatches(drafts(list(present)), by=by, on=on))
        if step:
            step(len(keys))
    return count


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


def announcement_draft(row: Announcement) -> Draft:
    """A letter, no invoice: it never goes into a portal for invoices."""
    title = _("Beitragsvorankündigung %(year)s und %(next)s") % {"year": row.year, "next": row.next_year}
    newer = row.version > 1
    return Draft(
        kind=ANNOUNCEMENT,
        title=f"{title} ({_('Fassung')} {row.version})" if newer else title,
        documents=[row.document] if row.document else [],
        city=row.city,
        is_invoice=False,
        values={
            "jahr": str(row.year),
            "folgejahr": str(row.next_year),
            "betraege": " · ".join(f"{item['year']}: {euro(item['amount'])}" for item in row.calculations),
            "aenderungen": day(row.run.decided_by),
            "fassung": _("Dieses Schreiben ersetzt unser früheres.") if newer else "",
        },
    )


def withdraw_from_outbox(invoice: Invoice, *, reason: str, by: User | None) -> None:
    """What has not left yet must not leave any more."""
    withdraw(Dispatch.objects.filter(document=invoice.document_id, document__isnull=False), reason=reason, by=by)


def withdraw_letters(rows: AnnouncementQuerySet, *, reason: str, by: User | None) -> int:
    """Letters that a newer version supersedes and that have not left yet."""
    return withdraw(
        Dispatch.objects.filter(kind=ANNOUNCEMENT, document__in=rows.values("document")), reason=reason, by=by
    )


def queue_waiver(row: WriteOff, *, by: User | None, on: date) -> Dispatch | None:
    """The letter about a waiver; a city nobody can reach gets it by hand."""
    city = row.invoice.city
    if row.notice is None or not recipients_of([city], on=on, is_invoice=False)[city.pk].is_reachable:
        return None
    draft = Draft(
        kind=WAIVER,
        title=_("Erlass zu Beitragsrechnung %s") % row.invoice.number,
        documents=[row.notice],
        city=city,
        is_invoice=False,
        values={"rechnung": row.invoice.number, "betrag": euro(row.amount)},
    )
    return queue_dispatch(draft, by=by, on=on)


def withdraw_waiver(row: WriteOff, *, reason: str, by: User | None) -> None:
    withdraw(waivers_sent(row), reason=reason, by=by)


def sendings_of(invoice: Invoice) -> Iterator[Dispatch]:
    """Every sending of the invoice, of its credit note and of waivers, the newest first."""
    notes = CreditNote.objects.filter(invoice=invoice, document__isnull=False).values("document")
    waivers = WriteOff.objects.filter(invoice=invoice, notice__isnull=False).values("notice")
    documents = Invoice.objects.filter(pk=invoice.pk, document__isnull=False).values("document")
    yield from Dispatch.objects.filter(document__in=documents.union(notes, waivers)).order_by("-pk")


def waivers_sent(row: WriteOff) -> DispatchQuerySet:
    """Every sending of the letter about a waiver, the newest first."""
    return Dispatch.objects.filter(document=row.notice_id, document__isnull=False).order_by("-pk")


def letters_sent(row: Announcement) -> QuerySet[Dispatch]:
    """Every sending of the letter to the city, of all its versions, the newest first."""
    return Dispatch.objects.filter(document=row.document_id, document__isnull=False).order_by("-pk")
