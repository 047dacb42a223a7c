"""Payments we ordered: written by the app that ordered them, settled when their line is booked."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from apps.audit import bulk
from apps.audit.acts import act
from apps.banking.domain.entries import outdated_proposal
from apps.banking.models import BankLine, ExpectedPayment, MatchProposal


@transaction.atomic
def expect_payments(orders: Sequence[ExpectedPayment], *, by: Any) -> list[ExpectedPayment]:
    """Wait for these payments: matching will propose their lines, and recognise their return."""
    with act("banking.payments_expected", by=by, data={"count": len(orders)}):
        return bulk.create(ExpectedPayment, orders)


def locked_orders(proposal: MatchProposal) -> list[ExpectedPayment]:
    """The orders of a proposal, locked and still waiting."""
    if not proposal.expected:
        return []
    orders = ExpectedPayment.objects.select_for_update(of=("self",)).select_related("invoice__city", "city", "account")
    found = list(orders.filter(pk__in=proposal.expected, line=None).order_by("pk"))
    if len(found) != len(proposal.expected):
        raise outdated_proposal()
    return found


def settle_orders(orders: Sequence[ExpectedPayment], line: BankLine) -> None:
    for order in orders:
        order.line = line
    bulk.update(ExpectedPayment, orders, ["line"])


def reopen_orders(line: BankLine) -> None:
    """The booking of the line was taken back: its orders wait again, or have not come back after all."""
    bulk.change(ExpectedPayment.objects.filter(returned_by=line), returned_by=None)
    bulk.change(ExpectedPayment.objects.filter(line=line), line=None)
