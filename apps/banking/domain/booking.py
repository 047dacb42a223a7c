"""Booking a line: one balanced entry, the invoices it settles, and the memory of who pays from where."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.audit.acts import act
from apps.banking.domain.errors import AllocationsDoNotFit, LineAlreadyBooked, ProposalOutdated
from apps.banking.domain.learning import learn_account
from apps.banking.domain.matching import forget_proposals, match_related
from apps.banking.enums import MatchKind
from apps.banking.models import BankLine, MatchProposal
from apps.core.templatetags.formats import euro
from apps.dues.domain.payments import allocate_payment, lock_city, refund_credit, release_allocation
from apps.dues.models import Allocation, Invoice
from apps.ledger.domain.accounts import account
from apps.ledger.domain.periods import locked_until
from apps.ledger.domain.posting import Line, post_entry
from apps.ledger.enums import Side
from apps.ledger.models import Account, Entry, EntryLine
from apps.members.models import City

SOURCE = "banking.line"


@dataclass(frozen=True)
class Part:
    """A share of a line: for an invoice, as credit of a city (outgoing: paid back to it), or for an account."""

    amount: Decimal
    invoice: Invoice | None = None
    city: City | None = None
    account: Account | None = None

    @property
    def owner(self) -> City | None:
        return self.invoice.city if self.invoice else self.city


@transaction.atomic
def book_line(
    line: BankLine, *, by: Any, on: date, proposal: int | None = None, parts: Sequence[Part] = ()
) -> BankLine:
    """Book a line as a proposal (its id) says, or in parts chosen by hand; one balanced entry (§ 146 (1) AO).

    The entry bears the day of the bank's booking, or `on` if that period is closed. What the payer determined counts
    (§ 366 (1) BGB). A proposal clicked a second time finds the line booked and does nothing.
    """
    line = BankLine.objects.select_for_update().get(pk=line.pk)
    if line.entry_id:
        if proposal is not None:
            return line
        raise LineAlreadyBooked(_("Dieser Umsatz ist inzwischen verbucht."))
    invoices, cities = book_locked(line, by=by, on=on, proposal=proposal, parts=parts)
    match_related(invoices, cities, lines=[line])
    return line


def book_locked(
    line: BankLine, *, by: Any, on: date, proposal: int | None = None, parts: Sequence[Part] = ()
) -> tuple[set[int], set[int]]:
    """Book a locked open line; return the invoices and cities it touched."""
    chosen = chosen_proposal(line, proposal) if proposal is not None else None
    if chosen and chosen.returns_id:
        return book_return(line, chosen, by=by, on=on)
    parts = proposal_parts(chosen) if chosen else parts
    for city_id in sorted({part.owner.pk for part in parts if part.owner}):
        lock_city(city_id)
    guard_parts(line, parts, outdated=bool(chosen))
    with act("banking.line_booked", line, by=by, data={"parts": [describe(part) for part in parts]}):
        entry = post_entry(
            on=booking_day(line, on),
            document_on=line.booked_on,
            text=entry_text(line),
            lines=[own_side(line), *(counter_side(line, part) for part in parts)],
            source=SOURCE,
            reference=str(line.pk),
            by=by,
        )
        allocate(line, parts, entry, by=by, on=entry.booked_on)
        mark_booked(line, entry, chosen.kind if chosen else MatchKind.MANUAL, chosen.reason if chosen else "")
        learn_account(line, {part.owner for part in parts if part.owner})
    return {part.invoice.pk for part in parts if part.invoice}, {part.owner.pk for part in parts if part.owner}


def chosen_proposal(line: BankLine, pk: int) -> MatchProposal:
    found = MatchProposal.objects.filter(pk=pk, line=line).select_related("city", "account", "line").first()
    if found is None:
        raise outdated_proposal()
    return found


def outdated_proposal() -> ProposalOutdated:
    return ProposalOutdated(
        _("Der Vorschlag gilt nicht mehr, weil inzwischen anderes gebucht wurde. Bitte prüfen Sie den neuen Vorschlag.")
    )


def proposal_parts(proposal: MatchProposal) -> list[Part]:
    parts = [
        Part(target.amount.amount, invoice=target.invoice)
        for target in proposal.targets.select_related("invoice__city")
    ]
    if proposal.credit.amount > 0:
        parts.append(Part(proposal.credit.amount, city=proposal.city))
    if proposal.account:
        parts.append(Part(abs(proposal.line.amount.amount), account=proposal.account))
    return parts


def guard_parts(line: BankLine, parts: Sequence[Part], *, outdated: bool) -> None:
    """The parts make up the line to the cent, each is positive, and no invoice gets more than it owes."""
    total = sum((part.amount for part in parts), Decimal(0))
    amount = abs(line.amount.amount)
    if not parts or total != amount or any(part.amount <= 0 for part in parts):
        raise AllocationsDoNotFit(
            _("Die Beträge ergeben zusammen %(total)s, der Umsatz lautet über %(amount)s.")
            % {"total": euro(total), "amount": euro(amount)}
        )
    wanted = {part.invoice.pk: part for part in parts if part.invoice}
    if len(wanted) < sum(1 for part in parts if part.invoice):
        raise AllocationsDoNotFit(_("Jede Rechnung darf nur einmal vorkommen."))
    if wanted and not line.is_incoming:
        raise AllocationsDoNotFit(_("Ein Zahlungsausgang kann keine Rechnung bezahlen."))
    for invoice in Invoice.objects.standing().with_balance().filter(pk__in=wanted):
        part = wanted.pop(invoice.pk)
        if part.amount > round(Decimal(invoice.outstanding), 2):
            if outdated:
                raise outdated_proposal()
            raise AllocationsDoNotFit(
                _("Auf Rechnung %(number)s sind nur noch %(open)s offen. Den Rest können Sie als Guthaben buchen.")
                % {"number": invoice.number, "open": euro(invoice.outstanding)}
            )
    if wanted:
        raise outdated_proposal() if outdated else AllocationsDoNotFit(_("Eine der Rechnungen ist storniert."))


def describe(part: Part) -> dict[str, str]:
    target = part.invoice or part.city or part.account
    return {"amount": str(part.amount), "for": str(target)}


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


def counter_side(line: BankLine, part: Part) -> Line:
    where: Account | str = part.account or "RECEIVABLE_DUES"
    text = str(part.invoice) if part.invoice else ""
    if line.is_incoming:
        return Line(where, credit=part.amount, city=part.owner, text=text)
    return Line(where, debit=part.amount, city=part.owner, text=text)


def allocate(line: BankLine, parts: Sequence[Part], entry: Entry, *, by: Any, on: date) -> None:
    for part in parts:
        if part.owner is None:
            continue
        if line.is_incoming:
            allocate_payment(
                amount=part.amount, entry=entry, invoice=part.invoice, city=part.city, text=entry.text, by=by, on=on
            )
        else:
            refund_credit(part.owner, amount=part.amount, entry=entry, by=by, on=on)


def mark_booked(line: BankLine, entry: Entry, kind: str, note: str, *, returns: BankLine | None = None) -> None:
    line.entry = entry
    line.booked_as = kind
    line.booking_note = note
    line.returns = returns
    line.save(update_fields=["entry", "booked_as", "booking_note", "returns"])
    forget_proposals([line.pk])


def book_return(line: BankLine, proposal: MatchProposal, *, by: Any, on: date) -> tuple[set[int], set[int]]:
    """Book a payment that comes back: the mirror of the earlier entry; its invoices are open again."""
    if proposal.returns_id is None:
        raise outdated_proposal()
    earlier = BankLine.objects.select_for_update().get(pk=proposal.returns_id)
    if earlier.entry is None:
        raise ProposalOutdated(_("Bitte verbuchen Sie zuerst den Umsatz vom %(line)s.") % {"line": earlier})
    if earlier.amount.amount != -line.amount.amount or BankLine.objects.filter(returns=earlier).exists():
        raise outdated_proposal()
    allocations = list(Allocation.objects.standing().filter(entry=earlier.entry).select_related("city", "invoice"))
    with act("banking.return_booked", line, by=by, data={"returns": str(earlier.entry)}):
        entry = post_entry(
            on=booking_day(line, on),
            document_on=line.booked_on,
            text=_("Rückzahlung zu %(entry)s: %(text)s") % {"entry": earlier.entry, "text": entry_text(line)},
            lines=[own_side(line), *mirrored(earlier)],
            source=SOURCE,
            reference=str(line.pk),
            by=by,
        )
        for allocation in allocations:
            release_allocation(allocation, reason=_("Zahlung zurückgegeben"), by=by, on=entry.booked_on, entry=entry)
        mark_booked(line, entry, MatchKind.RETURNED, proposal.reason, returns=earlier)
    return {each.invoice_id for each in allocations if each.invoice_id}, {each.city_id for each in allocations}


def mirrored(earlier: BankLine) -> list[Line]:
    """The lines of the earlier entry against our own side, turned round."""
    own = {earlier.bank_account.account_id, account("SUSPENSE").pk}
    return [
        Line(
            each.account,
            debit=each.amount.amount if each.side == Side.CREDIT else None,
            credit=each.amount.amount if each.side == Side.DEBIT else None,
            city=each.city,
            text=each.text,
            sphere=each.sphere,
        )
        for each in EntryLine.objects.filter(entry=earlier.entry).select_related("account", "city")
        if each.account_id not in own
    ]
