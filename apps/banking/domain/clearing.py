"""Lines that can't be booked at once: parked with an owner, left out with a reason, taken back."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.audit.acts import act
from apps.banking.domain.entries import SOURCE, booking_day, entry_text, own_side
from apps.banking.domain.errors import LineAlreadyBooked, LineNotBooked, LineNotDouble, ReasonMissing
from apps.banking.domain.expected import reopen_orders
from apps.banking.domain.learning import forget_account
from apps.banking.domain.matching import match_lines, match_related
from apps.banking.domain.returning import touched_by
from apps.banking.enums import LineState
from apps.banking.models import BankAccount, BankLine, ExpectedPayment
from apps.core.templatetags.formats import day, euro
from apps.dues.domain.payments import allocate_payment, release_allocation
from apps.dues.models import Allocation
from apps.ledger.domain.drafts import Line
from apps.ledger.domain.posting import post_entry, reverse_entry
from apps.ledger.models import Entry
from apps.vouchers.domain.paying import guard_paid_again, vouchers_of


def locked(line: BankLine, *states: LineState) -> BankLine:
    """The line, locked and in one of the states."""
    line = BankLine.objects.select_for_update().get(pk=line.pk)
    if line.state not in states:
        raise LineAlreadyBooked(
            _("Der Umsatz ist inzwischen %(state)s. Bitte laden Sie die Seite neu.") % {"state": line.state.label}
        )
    return line


def required(reason: str, *, field: str = "reason") -> str:
    if not reason.strip():
        raise ReasonMissing(_("Bitte geben Sie einen Grund an."), field=field)
    return reason.strip()


@transaction.atomic
def park_line(line: BankLine, *, owner: Any, note: str, by: Any, on: date) -> BankLine:
    """Book a line nobody understands yet to the suspense account, with a person who clears it up. It stays in the list."""
    line = locked(line, LineState.OPEN)
    note = required(note, field="note")
    own = own_side(line)
    amount = abs(line.amount.amount)
    other = Line("SUSPENSE", credit=amount) if line.is_incoming else Line("SUSPENSE", debit=amount)
    with act("banking.line_parked", line, by=by, reason=note, data={"owner": str(owner)}):
        line.parked_entry = post_entry(
            on=booking_day(line, on),
            document_on=line.booked_on,
            text=_("Ungeklärt: %s") % entry_text(line),
            lines=[own, other],
            source=SOURCE,
            reference=str(line.pk),
            by=by,
        )
        line.owner, line.note = owner, note
        line.save(update_fields=["parked_entry", "owner", "note"])
    return line


@transaction.atomic
def hand_over(line: BankLine, *, owner: Any, note: str, by: Any) -> BankLine:
    """Give an unclear line to somebody else, or add to the note."""
    line = locked(line, LineState.UNCLEAR)
    note = required(note, field="note")
    with act("banking.line_handed_over", line, by=by, reason=note, data={"owner": str(owner)}):
        line.owner, line.note = owner, note
        line.save(update_fields=["owner", "note"])
    return line


@transaction.atomic
def ignore_line(line: BankLine, *, reason: str, by: Any) -> BankLine:
    """Leave a line out of the books that came twice, with the reason; it stays in the list and counts nowhere.

    What moved money belongs in the books (§ 146 (1) AO): only a line that another file told as well may be left out.
    """
    BankAccount.objects.select_for_update().get(pk=line.bank_account_id)
    line = locked(line, LineState.OPEN)
    reason = required(reason)
    guard_double(line)
    with act("banking.line_ignored", line, by=by, reason=reason):
        line.ignored_reason = reason
        line.save(update_fields=["ignored_reason"])
    return line


def guard_double(line: BankLine) -> None:
    if not line.doubles().exists():
        raise LineNotDouble(
            _(
                "Ausgelassen werden darf nur ein Umsatz, der doppelt eingelesen wurde. Einen zweiten über %(amount)s um den "
                "%(day)s gibt es nicht. Bitte buchen Sie den Umsatz, oder geben Sie ihn als ungeklärt zur Klärung."
            )
            % {"amount": euro(line.amount), "day": day(line.booked_on)}
        )


@transaction.atomic
def unbook_line(line: BankLine, *, reason: str, by: Any, on: date) -> BankLine:
    """Take a booking back: the entry is reversed, the invoices are open again, and so is the line (or unclear as before)."""
    line = BankLine.objects.select_for_update().get(pk=line.pk)
    reason = required(reason)
    if line.entry is None:
        raise LineNotBooked(_("Dieser Umsatz ist nicht verbucht."))
    if BankLine.objects.filter(returns=line).exists():
        raise LineAlreadyBooked(
            _("Die Rückzahlung dieses Umsatzes ist verbucht. Bitte nehmen Sie zuerst diese zurück.")
        )
    if ExpectedPayment.objects.filter(line=line).exclude(returned_by=None).exists():
        raise LineAlreadyBooked(
            _("Eine Zahlung dieses Sammlers kam zurück. Bitte nehmen Sie zuerst die Buchung der Rückgabe zurück.")
        )
    entry = line.entry
    guard_paid_again(entry)
    came_back = line.returns_id or ExpectedPayment.objects.filter(returned_by=line).exists()
    rows = Allocation.objects.filter(entry=entry)
    allocations = list(rows.select_related("city", "invoice__city", "releases__entry"))
    with act("banking.line_unbooked", line, by=by, reason=reason, data={"entry": str(entry)}):
        reversal = reverse_entry(entry, by=by, on=booking_day(line, on), reason=reason)
        if came_back:
            restore(allocations, by=by, on=reversal.booked_on)
        else:
            release(allocations, reversal, reason=reason, by=by)
        forget_account(line)
        reopen_orders(line)
        line.entry, line.booked_as, line.booking_note, line.returns = None, "", "", None
        line.save(update_fields=["entry", "booked_as", "booking_note", "returns"])
    match_lines([line])
    match_related(touched_by(allocations, vouchers_of(entry)))
    return line


def release(allocations: Sequence[Allocation], reversal: Entry, *, reason: str, by: Any) -> None:
    """What the payment settled is open again."""
    taken_back = set(Allocation.objects.filter(releases__in=allocations).values_list("releases", flat=True))
    for each in allocations:
        if each.releases_id is None and each.pk not in taken_back:
            release_allocation(each, reason=reason, by=by, on=reversal.booked_on, entry=reversal)


def restore(allocations: Sequence[Allocation], *, by: Any, on: date) -> None:
    """The payment did not come back after all: it settles again what it had settled."""
    for each in allocations:
        if each.releases and each.releases.entry:
            allocate_payment(
                amount=-each.amount.amount,
                entry=each.releases.entry,
                invoice=each.invoice,
                city=each.city,
                text=each.releases.entry.text,
                by=by,
                on=on,
            )


@transaction.atomic
def reopen_line(line: BankLine, *, reason: str, by: Any, on: date) -> BankLine:
    """Put a line that was parked or left out back among the open ones."""
    line = locked(line, LineState.UNCLEAR, LineState.IGNORED)
    reason = required(reason)
    with act("banking.line_reopened", line, by=by, reason=reason):
        if line.parked_entry:
            reverse_entry(line.parked_entry, by=by, on=booking_day(line, on), reason=reason)
        line.parked_entry, line.owner, line.note, line.ignored_reason = None, None, "", ""
        line.save(update_fields=["parked_entry", "owner", "note", "ignored_reason"])
    match_lines([line])
    return line
