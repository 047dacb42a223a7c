"""Payments we ordered: written by the app that ordered them, settled when their line is booked."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.audit import bulk
from apps.audit.acts import act
from apps.banking.domain.entries import outdated_proposal
from apps.banking.domain.errors import ProposalOutdated
from apps.banking.domain.matching import match_lines
from apps.banking.models import BankLine, ExpectedPayment, MatchProposal

AROUND = timedelta(days=5)


@transaction.atomic
def expect_payments(orders: Sequence[ExpectedPayment], *, by: Any) -> list[ExpectedPayment]:
    """Wait for these payments: matching will propose their lines, and recognise their return."""
    with act("banking.payments_expected", by=by, data={"count": len(orders)}):
        made = bulk.create(ExpectedPayment, orders)
    match_since(made)
    return made


def locked_orders(proposal: MatchProposal) -> list[ExpectedPayment]:
    """The orders of a proposal, locked and still waiting."""
    if not proposal.expected:
        return []
    related = ("invoice__city", "city", "account", "voucher__creditor")
    orders = ExpectedPayment.objects.waiting().select_for_update(of=("self",)).select_related(*related)
    found = list(orders.filter(pk__in=proposal.expected).order_by("pk"))
    if len(found) != len(proposal.expected):
        raise outdated_proposal()
    return found


def orders_carried_out(line: BankLine, paid: Mapping[tuple[str, int], Decimal]) -> list[ExpectedPayment]:
    """Our orders that an outgoing line carries out though the bank doesn't name them, locked; one for each that is paid.

    `paid`: the amount per voucher or city. Payee, amount, account and day (within five days) are those of the order.
    """
    if line.is_incoming or not paid:
        return []
    near = ExpectedPayment.objects.waiting().filter(
        bank_account=line.bank_account, due_on__range=(line.booked_on - AROUND, line.booked_on + AROUND)
    )
    found: dict[tuple[str, int], ExpectedPayment] = {}
    for order in near.select_for_update(of=("self",)).order_by("due_on", "pk"):
        of = ("voucher", order.voucher_id) if order.voucher_id else ("city", order.city_id or 0)
        if paid.get(of) == -order.amount.amount:
            found.setdefault(of, order)
    return list(found.values())


@transaction.atomic
def drop_expected(references: Sequence[str], *, by: Any, on: date) -> None:
    """The bank did not carry these orders out: no longer wait for them. Refused once a line of them is booked."""
    orders = list(ExpectedPayment.objects.select_for_update().filter(end_to_end_id__in=references).order_by("pk"))
    if any(order.line_id for order in orders):
        raise ProposalOutdated(_("Die Bank hat diese Zahlung schon ausgeführt; der Umsatz ist verbucht."))
    with act("banking.payments_dropped", by=by, data={"count": len(orders)}):
        for order in orders:
            order.dropped_on = on
        bulk.update(ExpectedPayment, orders, ["dropped_on"])
    match_since(orders)


def match_since(orders: Sequence[ExpectedPayment]) -> None:
    """Lines that were read in before we waited for them, or that fit only now that something was refused."""
    if orders:
        since = min(order.due_on for order in orders) - AROUND
        accounts = {order.bank_account_id for order in orders}
        open_lines = BankLine.objects.filter(entry=None, ignored_reason="", booked_on__gte=since)
        match_lines(list(open_lines.filter(bank_account__in=accounts)))


def settle_orders(orders: Sequence[ExpectedPayment], line: BankLine) -> None:
    for order in orders:
        order.line = line
    bulk.update(ExpectedPayment, orders, ["line"])


def reopen_orders(line: BankLine) -> None:
    """The booking of the line was taken back: its orders wait again, or have not come back after all."""
    bulk.change(ExpectedPayment.objects.filter(returned_by=line), returned_by=None)
    bulk.change(ExpectedPayment.objects.filter(line=line), line=None)
