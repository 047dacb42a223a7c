"""What became of released orders: booked and returned by the bank's lines, or not carried out at all."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from apps.audit import bulk
from apps.audit.acts import act
from apps.banking.domain.expected import drop_expected
from apps.banking.models import ExpectedPayment
from apps.payments.domain.errors import AlreadyCarriedOut, OrderNotPossible
from apps.payments.enums import Outcome, RunState
from apps.payments.models import Mandate, PaymentOrder, PaymentRun


def free_settled() -> None:
    """What the bank has booked, returned or refused may be ordered again, if it is still owed."""
    settled = ExpectedPayment.objects.settled().values("end_to_end_id")
    bulk.change(PaymentOrder.objects.standing().filter(end_to_end_id__in=settled), is_standing=False)


def refusable(run: PaymentRun) -> Any:
    """Orders of a released run that the bank has neither booked nor refused."""
    return run.orders.with_outcome().with_result(Outcome.WAITING)


@transaction.atomic
def refuse_orders(run: PaymentRun, orders: Sequence[PaymentOrder], *, reason: str, by: Any, on: date) -> int:
    """Note that the bank did not carry these orders out (refused, or the file never reached it): they may be ordered anew.

    The expectation is dropped, so that a batch without them is recognised by its sum. Refused once a line is booked.
    """
    run = PaymentRun.objects.select_for_update().get(pk=run.pk)
    if not reason.strip():
        raise OrderNotPossible(_("Bitte geben Sie einen Grund an."), field="reason")
    if run.state != RunState.RELEASED:
        raise AlreadyCarriedOut(_("Der Lauf %s ist nicht freigegeben.") % run)
    rows = list(PaymentOrder.objects.select_for_update().filter(run=run, pk__in=[order.pk for order in orders]))
    if not rows or any(row.refusal for row in rows):
        raise AlreadyCarriedOut(_("Das ist schon vermerkt, oder die Bank hat gebucht."))
    with act("payments.orders_refused", run, by=by, reason=reason.strip(), data={"count": len(rows)}):
        drop_expected([row.end_to_end_id for row in rows], by=by, on=on)
        for row in rows:
            row.is_standing, row.refusal = False, reason.strip()[:300]
        bulk.update(PaymentOrder, rows, ["is_standing", "refusal"])
        forget_use([row.mandate_id for row in rows if row.mandate_id])
    return len(rows)


def forget_use(mandates: Sequence[int]) -> None:
    """A mandate counts as used on the day of its last debit that was not refused."""
    used = PaymentOrder.objects.filter(mandate__in=mandates, refusal="", run__state=RunState.RELEASED)
    days = dict(used.order_by().values_list("mandate").annotate(last=Max("run__due_on")))
    rows = list(Mandate.objects.filter(pk__in=mandates))
    for mandate in rows:
        mandate.last_collected_on = days.get(mandate.pk)
    bulk.update(Mandate, rows, ["last_collected_on"])
