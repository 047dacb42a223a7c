"""Right before a release: everything in the run is still owed, and to an account we know."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from apps.banking.models import KnownAccount
from apps.core.money import CENT
from apps.dues.domain.payments import cities_with_credit
from apps.dues.models import Invoice
from apps.payments.domain.collecting import lock_cities
from apps.payments.domain.errors import RunNotPossible
from apps.payments.domain.mandates import lapse_months
from apps.payments.enums import MandateState
from apps.payments.models import Mandate, OrderQuerySet, PaymentOrder, PaymentRun
from apps.vouchers.domain.paying import open_payables
from apps.vouchers.models import Voucher


def guard_owed(run: PaymentRun, orders: Sequence[PaymentOrder]) -> None:
    """What was paid, cancelled, revoked or set off since the draft must not be ordered."""
    outdated = [str(order.paid) for order in no_longer_owed(run, orders)]
    if outdated:
        raise RunNotPossible(
            _(
                "Inzwischen bezahlt, storniert, verrechnet oder ohne gültiges Mandat: %s. "
                "Bitte nehmen Sie diese Zahlungen aus dem Lauf."
            )
            % ", ".join(outdated[:5])
        )


def lock_paid(orders: Sequence[PaymentOrder]) -> None:
    """Nobody changes what the orders pay, nor the mandates, until the release is done."""
    cities = {order.invoice.city_id if order.invoice else order.city_id for order in orders}
    lock_cities([pk for pk in cities if pk])
    for model, field in ((Voucher, "voucher_id"), (Mandate, "mandate_id")):
        keys = [pk for order in orders if (pk := getattr(order, field))]
        list(model.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))


def no_longer_owed(run: PaymentRun, orders: Sequence[PaymentOrder]) -> Iterator[PaymentOrder]:
    vouchers = [order.voucher_id for order in orders if order.voucher_id]
    owed: dict[tuple[str, int], Decimal] = {
        **amounts("invoice", Invoice.objects.open().filter(pk__in=[order.invoice_id for order in orders])),
        **amounts("voucher", open_payables().filter(pk__in=vouchers)),
        **{("city", pk): credit for pk, credit in refundable(orders).items()},
    }
    usable = valid_mandates([order.mandate_id for order in orders if order.mandate_id], run.due_on)
    for order in orders:
        key = next((name, pk) for name in ("invoice", "voucher", "city") if (pk := getattr(order, f"{name}_id")))
        if owed.get(key, Decimal(0)) < order.amount.amount or (order.mandate_id and order.mandate_id not in usable):
            yield order


def valid_mandates(keys: Sequence[int], due_on: date) -> set[int]:
    """Those of the mandates that may be used on that day."""
    months = lapse_months(due_on)
    rows = Mandate.objects.filter(pk__in=keys)
    return {row.pk for row in rows if row.state_on(due_on, months) == MandateState.VALID}


def amounts(name: str, rows: Any) -> dict[tuple[str, int], Decimal]:
    return {(name, pk): Decimal(amount).quantize(CENT) for pk, amount in rows.values_list("pk", "outstanding")}


def refundable(orders: Sequence[PaymentOrder]) -> dict[int, Decimal]:
    return cities_with_credit() if any(order.city_id for order in orders) else {}


def unfamiliar(run: PaymentRun) -> OrderQuerySet:
    """Transfers to an account the creditor or the city has not been known by: a sign of fraud, for the second person."""
    known = KnownAccount.objects.filter(city=OuterRef("city"), iban=OuterRef("iban"))
    to_city, to_creditor = Q(city__isnull=False), Q(voucher__creditor__isnull=False)
    strange = (to_city & ~Exists(known)) | (to_creditor & ~Q(voucher__creditor__iban=F("iban")))
    return run.orders.filter(strange).order_by("pk")
