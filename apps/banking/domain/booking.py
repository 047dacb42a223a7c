"""Booking a line: one balanced entry, the invoices it settles, and the memory of who pays from where."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.audit.acts import act
from apps.banking.domain.accounts import guard_counter_account
from apps.banking.domain.entries import SOURCE, booking_day, entry_text, mark_booked, outdated_proposal, own_side
from apps.banking.domain.errors import AllocationsDoNotFit, LineAlreadyBooked
from apps.banking.domain.expected import locked_orders, orders_carried_out, settle_orders
from apps.banking.domain.learning import learn_account
from apps.banking.domain.matching import Touched, match_related
from apps.banking.domain.returning import book_return
from apps.banking.domain.rule_book import count_hit, propose_rule
from apps.banking.enums import MatchKind
from apps.banking.models import BankLine, ExpectedPayment, MatchProposal
from apps.core.templatetags.formats import euro
from apps.dues.domain.payments import allocate_payment, lock_city, refund_credit
from apps.dues.domain.side_claims import ACCOUNT as SIDE_CLAIMS
from apps.dues.domain.side_claims import open_side_claim
from apps.dues.models import Invoice
from apps.ledger.domain.accounts import account
from apps.ledger.domain.drafts import Line
from apps.ledger.domain.posting import post_entry
from apps.ledger.models import Account, CostCentre, Entry
from apps.members.models import City
from apps.vouchers.domain.checking import locked
from apps.vouchers.domain.paying import open_payables, outstanding_of, settle_payable
from apps.vouchers.domain.posting import PAYABLE
from apps.vouchers.models import Voucher

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Part:
    """A share of a line: for an invoice, as credit of a city (outgoing: paid back to it), for a voucher, or for an account.

    A share for an account has its sphere (empty: that of the account), cost centre and text.
    """

    amount: Decimal
    invoice: Invoice | None = None
    city: City | None = None
    account: Account | None = None
    voucher: Voucher | None = None
    sphere: str = ""
    cost_centre: CostCentre | None = None
    text: str = ""

    @property
    def of(self) -> City | None:
        """Whose payment it is."""
        return self.invoice.city if self.invoice else self.city

    @property
    def payee(self) -> tuple[str, int] | None:
        """Whom an outgoing share pays: the supplier of a voucher, or a city that gets its credit back."""
        if self.voucher:
            return ("voucher", self.voucher.pk)
        return ("city", self.city.pk) if self.city and not self.account else None

    @property
    def owner(self) -> City | None:
        """Whose receivable it touches; a share for an account only names the city."""
        return None if self.account else self.of


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
    if line.ignored_reason:
        raise LineAlreadyBooked(_("Dieser Umsatz ist inzwischen als „nicht zu buchen“ gekennzeichnet."))
    touched = book_locked(line, by=by, on=on, proposal=proposal, parts=parts)
    match_related(touched, lines=[line])
    return line


def book_locked(
    line: BankLine, *, by: Any, on: date, proposal: int | None = None, parts: Sequence[Part] = ()
) -> Touched:
    """Book a locked open line; return what it touched."""
    chosen = chosen_proposal(line, proposal) if proposal is not None else None
    if chosen and chosen.kind == MatchKind.RETURNED:
        return book_return(line, chosen, by=by, on=on)
    orders = locked_orders(chosen) if chosen else []
    parts = proposal_parts(chosen, orders) if chosen else parts
    if not orders:
        for part in parts:
            if part.account:
                guard_counter_account(part.account, is_incoming=line.is_incoming)
        orders = orders_carried_out(line, {part.payee: part.amount for part in parts if part.payee})
    for city_id in sorted({part.of.pk for part in parts if part.of}):
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
        settle_orders(orders, line)
        if chosen and chosen.rule:
            count_hit(chosen.rule, on=on)
        elif len(parts) == 1 and (part := parts[0]).account:
            propose_rule(line, part.account, sphere=part.sphere, cost_centre=part.cost_centre, by=by, on=on)
        learn_account(line, {part.owner for part in parts if part.owner})
    return Touched(
        {part.invoice.pk for part in parts if part.invoice},
        {part.of.pk for part in parts if part.of},
        {part.voucher.pk for part in parts if part.voucher},
    )


def chosen_proposal(line: BankLine, pk: int) -> MatchProposal:
    found = (
        MatchProposal.objects.filter(pk=pk, line=line)
        .select_related("city", "account", "line", "rule__cost_centre")
        .first()
    )
    if found is None:
        raise outdated_proposal()
    return found


def proposal_parts(proposal: MatchProposal, orders: Sequence[ExpectedPayment] = ()) -> list[Part]:
    if orders:
        return order_parts(orders)
    parts = [
        Part(target.amount.amount, invoice=target.invoice, voucher=target.voucher)
        for target in proposal.targets.select_related("invoice__city", "voucher__creditor")
    ]
    if proposal.side.amount > 0:
        words = _("Verzugszinsen und Mahnkosten")
        parts.append(Part(proposal.side.amount, account=account(SIDE_CLAIMS), city=proposal.city, text=words))
    if proposal.credit.amount > 0:
        parts.append(Part(proposal.credit.amount, city=proposal.city))
    if proposal.account:
        parts.append(Part(abs(proposal.line.amount.amount), account=proposal.account, **proposal.place))
    return parts


def order_parts(orders: Sequence[ExpectedPayment]) -> list[Part]:
    """What our own orders pay. What was paid otherwise since is credit of the city, or due back from the supplier."""
    owed = {
        invoice.pk: round(Decimal(invoice.outstanding), 2)
        for invoice in Invoice.objects.standing().with_balance().filter(pk__in=[order.invoice_id for order in orders])
    }
    open_vouchers = {
        voucher.pk: round(Decimal(voucher.outstanding), 2)  # type: ignore[attr-defined]
        for voucher in open_payables().filter(pk__in=[order.voucher_id for order in orders])
    }
    parts: list[Part] = []
    for order in orders:
        amount = abs(order.amount.amount)
        if order.invoice:
            paid = min(amount, max(owed.get(order.invoice.pk, ZERO), ZERO))
            parts += [Part(paid, invoice=order.invoice), Part(amount - paid, city=order.invoice.city)]
        elif order.voucher:
            paid = min(amount, open_vouchers.get(order.voucher.pk, ZERO))
            parts += [Part(paid, voucher=order.voucher), Part(amount - paid, account=account(PAYABLE))]
        else:
            parts.append(Part(amount, city=order.city, account=order.account))
    return [part for part in parts if part.amount]


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
    guard_vouchers(line, parts, outdated=outdated)
    if outdated:
        guard_side_claims(parts)


def guard_side_claims(parts: Sequence[Part]) -> None:
    """A proposal puts no more on interest and costs than the city still owes."""
    for part in parts:
        if part.account and part.city and part.account.key == SIDE_CLAIMS and part.amount > open_side_claim(part.city):
            raise outdated_proposal()


def guard_vouchers(line: BankLine, parts: Sequence[Part], *, outdated: bool) -> None:
    """Only what goes out pays vouchers, each once, and none gets more than is open; the vouchers are locked."""
    wanted = [part for part in parts if part.voucher]
    if wanted and line.is_incoming:
        raise AllocationsDoNotFit(_("Ein Zahlungseingang kann keine Eingangsrechnung bezahlen."))
    if len({part.voucher for part in wanted}) < len(wanted):
        raise AllocationsDoNotFit(_("Jeder Beleg darf nur einmal vorkommen."))
    for part in sorted(wanted, key=lambda part: part.voucher.pk if part.voucher else 0):
        if part.voucher and part.amount > (outstanding := outstanding_of(locked(part.voucher))):
            if outdated:
                raise outdated_proposal()
            raise AllocationsDoNotFit(
                _("Auf %(voucher)s sind nur noch %(open)s offen.")
                % {"voucher": part.voucher, "open": euro(outstanding)}
            )


def describe(part: Part) -> dict[str, str]:
    target = part.invoice or part.city or part.voucher or part.account
    said = {"amount": str(part.amount), "for": str(target)}
    return said | ({"cost_centre": str(part.cost_centre)} if part.cost_centre else {})


def counter_side(line: BankLine, part: Part) -> Line:
    where: Account | str = part.account or (PAYABLE if part.voucher else "RECEIVABLE_DUES")
    text = part.text or str(part.invoice or part.voucher or "")
    credit, debit = (part.amount, None) if line.is_incoming else (None, part.amount)
    return Line(
        where,
        debit=debit,
        credit=credit,
        city=part.of,
        text=text,
        sphere=part.sphere,
        cost_centre=part.cost_centre,
    )


def allocate(line: BankLine, parts: Sequence[Part], entry: Entry, *, by: Any, on: date) -> None:
    for part in parts:
        if part.voucher:
            settle_payable(part.voucher, entry=entry, amount=part.amount, by=by, on=on)
        if part.owner is None:
            continue
        if line.is_incoming:
            allocate_payment(
                amount=part.amount, entry=entry, invoice=part.invoice, city=part.city, text=entry.text, by=by, on=on
            )
        else:
            refund_credit(part.owner, amount=part.amount, entry=entry, by=by, on=on)
