"""What every entry of a bank line has in common: its day, its text, our side of it, and the mark on the line."""

from datetime import date

from django.utils.translation import gettext as _

from apps.banking.domain.errors import ProposalOutdated
from apps.banking.domain.matching import forget_proposals
from apps.banking.models import BankLine
from apps.ledger.domain.drafts import Line
from apps.ledger.domain.periods import locked_until
from apps.ledger.models import Account, Entry

SOURCE = "banking.line"


def outdated_proposal() -> ProposalOutdated:
    return ProposalOutdated(
        _("Der Vorschlag gilt nicht mehr, weil inzwischen anderes gebucht wurde. Bitte prüfen Sie den neuen Vorschlag.")
    )


def booking_day(line: BankLine, on: date) -> date:
    """The bank's booking day, unless the books of that day are closed."""
    limit = locked_until()
    return on if limit and line.booked_on < limit else line.booked_on


def entry_text(line: BankLine) -> str:
    return ": ".join(part for part in (line.counterparty, line.text) if part) or _("Bankumsatz")


def own_side(line: BankLine) -> Line:
    """Our side: the bank account, or the suspense account where the line was parked."""
    where: Account | str = "SUSPENSE" if line.parked_entry_id else line.bank_account.account
    amount = abs(line.amount.amount)
    return Line(where, debit=amount) if line.is_incoming else Line(where, credit=amount)


def mark_booked(line: BankLine, entry: Entry, kind: str, note: str, *, returns: BankLine | None = None) -> None:
    line.entry = entry
    line.booked_as = kind
    line.booking_note = note
    line.returns = returns
    line.save(update_fields=["entry", "booked_as", "booking_note", "returns"])
    forget_proposals([line.pk])
