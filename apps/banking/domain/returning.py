"""Payments that come back: the mirror of what they had booked, their invoices open again, the bank's fee an expense."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from apps.audit.acts import act
from apps.banking.domain.entries import SOURCE, booking_day, entry_text, mark_booked, outdated_proposal, own_side
from apps.banking.domain.errors import ProposalOutdated
from apps.banking.domain.matching import Touched
from apps.banking.domain.return_reasons import reason_words
from apps.banking.enums import MatchKind
from apps.banking.models import BankLine, ExpectedPayment, MatchProposal
from apps.dues.domain.payments import release_allocation
from apps.dues.models import Allocation
from apps.ledger.domain.accounts import account
from apps.ledger.domain.drafts import Line
from apps.ledger.domain.posting import post_entry
from apps.ledger.enums import Side
from apps.ledger.models import Account, EntryLine
from apps.vouchers.domain.paying import return_payment
from apps.vouchers.domain.posting import PAYABLE
from apps.vouchers.models import Voucher


def book_return(line: BankLine, proposal: MatchProposal, *, by: Any, on: date) -> Touched:
    """Book a payment that comes back: the mirror of the earlier entry; its invoices and vouchers are open again."""
    if proposal.expected:
        return book_returned_order(line, proposal, by=by, on=on)
    if proposal.returns_id is None:
        raise outdated_proposal()
    earlier = BankLine.objects.select_for_update().get(pk=proposal.returns_id)
    if earlier.entry is None:
        raise ProposalOutdated(_("Bitte verbuchen Sie zuerst den Umsatz vom %(line)s.") % {"line": earlier})
    if earlier.amount.amount != -returned_amount(line) or BankLine.objects.filter(returns=earlier).exists():
        raise outdated_proposal()
    allocations = list(Allocation.objects.standing().filter(entry=earlier.entry).select_related("city", "invoice"))
    with act("banking.return_booked", line, by=by, data={"returns": str(earlier.entry)}):
        entry = post_entry(
            on=booking_day(line, on),
            document_on=line.booked_on,
            text=_("Rückzahlung zu %(entry)s: %(text)s") % {"entry": earlier.entry, "text": entry_text(line)},
            lines=[own_side(line), *mirrored(earlier), *fee_lines(line)],
            source=SOURCE,
            reference=str(line.pk),
            takes_back=True,
            by=by,
        )
        for allocation in allocations:
            release_allocation(allocation, reason=return_words(line), by=by, on=entry.booked_on, entry=entry)
        vouchers = return_payment(earlier.entry, entry=entry, by=by)
        mark_booked(line, entry, MatchKind.RETURNED, proposal.reason, returns=earlier)
    return touched_by(allocations, vouchers)


def touched_by(allocations: Sequence[Allocation], vouchers: Sequence[Voucher] = ()) -> Touched:
    return Touched(
        {each.invoice_id for each in allocations if each.invoice_id},
        {each.city_id for each in allocations},
        {voucher.pk for voucher in vouchers},
    )


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
            cost_centre=each.cost_centre,
        )
        for each in EntryLine.objects.filter(entry=earlier.entry).select_related("account", "city", "cost_centre")
        if each.account_id not in own
    ]


def returned_amount(line: BankLine) -> Decimal:
    """What the return was about: the line without the fees of the banks."""
    amount: Decimal = (line.original_amount or line.amount).amount
    return amount


def fee_lines(line: BankLine) -> list[Line]:
    """What the banks charged for the return: more went out, or less came back, than was paid."""
    fee = returned_amount(line) - line.amount.amount
    if fee < 0:
        raise outdated_proposal()
    return [Line("BANKFEE", debit=fee, text=_("Entgelt für die Rückgabe"))] if fee else []


def return_words(line: BankLine) -> str:
    """Why the payment came back, as it stands with the invoice."""
    if not line.return_reason:
        return _("Zahlung zurückgegeben")
    return _("Zahlung zurückgegeben (%s)") % reason_words(line.return_reason)


def book_returned_order(line: BankLine, proposal: MatchProposal, *, by: Any, on: date) -> Touched:
    """Book the return of one of our own orders, be it one of a batch: only its share is taken back."""
    related = ("line__entry", "invoice__city", "city", "voucher")
    orders = ExpectedPayment.objects.select_for_update(of=("self",)).select_related(*related)
    order = orders.filter(pk__in=proposal.expected, returned_by=None).first()
    if order is None or order.line is None or order.amount.amount != -returned_amount(line):
        raise outdated_proposal()
    if order.line.entry is None:
        raise ProposalOutdated(_("Bitte verbuchen Sie zuerst den Umsatz vom %(line)s.") % {"line": order.line})
    allocations = list(allocations_of(order))
    with act("banking.return_booked", line, by=by, data={"returns": order.end_to_end_id}):
        entry = post_entry(
            on=booking_day(line, on),
            document_on=line.booked_on,
            text=_("Rückgabe von %(order)s: %(text)s") % {"order": order, "text": entry_text(line)},
            lines=[own_side(line), order_side(order), *fee_lines(line)],
            source=SOURCE,
            reference=str(line.pk),
            by=by,
        )
        for allocation in allocations:
            release_allocation(allocation, reason=return_words(line), by=by, on=entry.booked_on, entry=entry)
        vouchers = return_payment(order.line.entry, entry=entry, by=by, voucher=order.voucher) if order.voucher else []
        mark_booked(line, entry, MatchKind.RETURNED, proposal.reason)
        order.returned_by = line
        order.save(update_fields=["returned_by"])
    return touched_by(allocations, vouchers)


def allocations_of(order: ExpectedPayment) -> list[Allocation]:
    """What the order had settled or paid back: its invoice, and what had been paid before and became credit."""
    if order.line is None or order.account_id or order.voucher_id:
        return []
    booked = Allocation.objects.standing().filter(entry=order.line.entry).select_related("city", "invoice")
    if order.invoice is None:
        return list(booked.filter(city=order.city))
    found = list(booked.filter(invoice=order.invoice))
    credit = order.amount.amount - sum((each.amount.amount for each in found), Decimal(0))
    surplus = booked.filter(invoice=None, city=order.invoice.city, amount=credit) if credit else booked.none()
    return [*found, *surplus[:1]]


def order_side(order: ExpectedPayment) -> Line:
    where: Account | str = order.account or (PAYABLE if order.voucher_id else "RECEIVABLE_DUES")
    city = order.invoice.city if order.invoice else order.city
    amount = order.amount.amount
    return Line(where, debit=amount, city=city) if amount > 0 else Line(where, credit=-amount, city=city)
