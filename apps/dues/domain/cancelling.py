"""The one way to take an invoice back: a credit note over its whole amount."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.acts import act
from apps.core.numbers import take_numbers
from apps.dues.domain.errors import InvoiceAlreadyCancelled, InvoiceWrittenOff, ReasonMissing
from apps.dues.domain.issuing import claim_day
from apps.dues.domain.payments import lock_city
from apps.dues.domain.sending import withdraw_from_outbox
from apps.dues.models import CreditNote, Invoice, WriteOff
from apps.ledger.domain.posting import reverse_entry


@transaction.atomic
def cancel_invoice(invoice: Invoice, *, reason: str, by: User | None, on: date) -> CreditNote:
    """Cancel an invoice by a credit note with a number of its own series (§ 146 Abs. 4 AO; GoBD Rz. 59).

    The invoice stays and keeps its number. Its claim is reversed in the ledger. What was paid on it becomes credit of
    the city. The city may be billed again for the year by a supplement.
    """
    lock_city(invoice.city_id)
    invoice = Invoice.objects.select_for_update().get(pk=invoice.pk)
    reason = reason.strip()
    if not reason:
        raise ReasonMissing(_("Bitte geben Sie an, warum die Rechnung storniert wird."), field="reason")
    guard_cancellable(invoice)
    with act("dues.invoice_cancelled", invoice, by=by, reason=reason, data={"on": on}) as entry:
        reversal = reverse_entry(invoice.entry, by=by, on=claim_day(invoice.year, on), reason=reason)
        [sequence] = take_numbers(f"dues.credit_note:{on.year}")
        note = CreditNote.objects.create(
            number=f"ST-{on.year}-{sequence:04d}",
            year=on.year,
            sequence=sequence,
            invoice=invoice,
            amount=invoice.amount,
            reason=reason,
            issued_on=on,
            issued_by=by,
            entry=reversal,
        )
        invoice.cancelled_on = on
        invoice.save(update_fields=["cancelled_on"])
        entry.data["credit_note"] = note.number
        withdraw_from_outbox(invoice, reason=_("Rechnung storniert: %s") % reason, by=by)
    return note


def guard_cancellable(invoice: Invoice) -> None:
    """A claim is taken back once, and as a whole: what was written off of it stands again before."""
    if invoice.is_cancelled:
        raise InvoiceAlreadyCancelled(_("Rechnung %s ist bereits storniert.") % invoice.number)
    if found := WriteOff.objects.standing().filter(invoice=invoice).first():
        raise InvoiceWrittenOff(
            _("Von Rechnung %(invoice)s ist etwas ausgebucht (%(number)s). Bitte nehmen Sie das zuerst zurück.")
            % {"invoice": invoice.number, "number": found}
        )
