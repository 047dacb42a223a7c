"""Transfers to order: refunds of credit, and invoices of suppliers that other apps hand over."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from apps.audit.acts import act
from apps.banking.domain.accounts import checked_iban
from apps.banking.domain.errors import NoBankAccount
from apps.banking.models import ExpectedPayment
from apps.core.money import CENT, euros
from apps.core.templatetags.formats import euro
from apps.dues.domain.payments import credit_balance, lock_city
from apps.ledger.models import Account
from apps.members.models import City
from apps.payments.calculations.sepa import accepted
from apps.payments.domain.errors import OrderNotPossible
from apps.payments.models import PaymentOrder


@transaction.atomic
def order_transfer(
    *,
    amount: Decimal,
    name: str,
    iban: str,
    purpose: str,
    source: str,
    source_key: str,
    account: Account | None = None,
    city: City | None = None,
    by: Any,
) -> PaymentOrder:
    """Note a transfer for the next run: `account` is debited when it is booked (for a city: its credit).

    What is paid is named by `source` and `source_key`, and can be ordered only once.
    """
    if amount < CENT or amount != amount.quantize(CENT):
        raise OrderNotPossible(_("Bitte geben Sie einen Betrag größer als null in ganzen Cent an."), field="amount")
    try:
        iban = checked_iban(iban)
    except NoBankAccount as error:
        raise OrderNotPossible(error.message, field="iban") from error
    if not accepted(name, 70) or not accepted(purpose, 140):
        raise OrderNotPossible(_("Bitte geben Sie Namen und Verwendungszweck an."), field="name")
    if PaymentOrder.objects.standing().filter(source=source, source_key=source_key).exists():
        raise OrderNotPossible(_("Diese Zahlung ist schon veranlasst."))
    order = PaymentOrder(
        amount=euros(amount),
        name=name.strip()[:70],
        iban=iban,
        purpose=purpose.strip()[:140],
        account=account,
        city=city,
        source=source,
        source_key=source_key,
        ordered_by=by,
    )
    with act("payments.transfer_ordered", by=by, data={"amount": str(amount)}) as record:
        order.save()
        record.subject = order
    return order


@transaction.atomic
def order_refund(city: City, *, amount: Decimal, name: str, iban: str, by: Any, on: date) -> PaymentOrder:
    """Order the refund of a city's credit; never more than its credit less what is on its way (§ 812 BGB)."""
    lock_city(city.pk)
    free = credit_balance(city) - on_its_way(city)
    if amount > free:
        raise OrderNotPossible(
            _("%(city)s hat ein freies Guthaben von %(free)s. Mehr kann nicht erstattet werden.")
            % {"city": city, "free": euro(free)},
            field="amount",
        )
    count = PaymentOrder.objects.filter(city=city, source="payments.refund").count()
    return order_transfer(
        amount=amount,
        name=name,
        iban=iban,
        purpose=_("Erstattung Ihres Guthabens"),
        source="payments.refund",
        source_key=f"{city.pk}-{count + 1}",
        city=city,
        by=by,
    )


def on_its_way(city: City) -> Decimal:
    """Refunds ordered whose line has not been booked yet."""
    orders = PaymentOrder.objects.standing().filter(city=city)
    arrived = ExpectedPayment.objects.exclude(line=None).values("end_to_end_id")
    return orders.exclude(end_to_end_id__in=arrived).aggregate(sum=Sum("amount"))["sum"] or Decimal("0.00")


@transaction.atomic
def withdraw_order(order: PaymentOrder, *, by: Any) -> PaymentOrder:
    """Take a transfer back that no run has taken."""
    order = PaymentOrder.objects.select_for_update().get(pk=order.pk)
    if order.run_id or not order.is_standing:
        raise OrderNotPossible(_("Dieser Auftrag steht schon in einem Zahlungslauf oder gilt nicht mehr."))
    with act("payments.transfer_withdrawn", order, by=by):
        order.is_standing = False
        order.save(update_fields=["is_standing"])
    return order
