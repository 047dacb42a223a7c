"""Transfers to order: refunds of credit, and invoices of suppliers that are approved and posted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from apps.audit import bulk
from apps.audit.acts import act
from apps.banking.domain.accounts import checked_iban
from apps.banking.domain.errors import NoBankAccount
from apps.banking.models import BankAccount, ExpectedPayment, KnownAccount
from apps.core.money import CENT, euros
from apps.core.templatetags.formats import euro
from apps.dues.domain.payments import credit_balance, lock_city
from apps.dues.models import Allocation, CreditNote
from apps.members.models import City
from apps.payments.calculations.sepa import accepted
from apps.payments.domain.errors import OrderNotPossible, RunNotPossible
from apps.payments.domain.outcomes import free_settled
from apps.payments.domain.runs import guard_day, new_run
from apps.payments.enums import RunKind
from apps.payments.models import Mandate, OrderQuerySet, PaymentOrder, PaymentRun
from apps.vouchers.domain.paying import open_payables
from apps.vouchers.models import Voucher, VoucherQuerySet

NAMED = 3


@transaction.atomic
def order_refund(
    city: City, *, amount: Decimal, name: str, iban: str, is_told: bool = False, by: Any, on: date
) -> PaymentOrder:
    """Order the refund of a city's credit, one at a time; never more than its credit (§ 812 BGB).

    To an account from which the city has never paid only if it told us in writing (`is_told`).
    """
    lock_city(city.pk)
    free_settled()
    waiting = ExpectedPayment.objects.waiting().filter(city=city)
    if waiting.exists() or PaymentOrder.objects.standing().filter(city=city).exists():
        raise OrderNotPossible(_("Für %s ist schon eine Erstattung unterwegs.") % city)
    if amount > (credit := credit_balance(city)):
        raise OrderNotPossible(
            _("%(city)s hat ein Guthaben von %(credit)s. Mehr kann nicht erstattet werden.")
            % {"city": city, "credit": euro(credit)},
            field="amount",
        )
    order = PaymentOrder(city=city, amount=euros(amount), name=name, iban=iban, purpose=refund_purpose(city))
    complete(order)
    if not is_told and not KnownAccount.objects.filter(city=city, iban=order.iban).exists():
        raise OrderNotPossible(
            _("Von diesem Konto hat %s noch nie gezahlt. Bitte lassen Sie es sich schriftlich bestätigen.") % city,
            field="is_told",
        )
    return save_orders([order], by=by)[0]


def refund_purpose(city: City) -> str:
    """Words by which the city recognises its money: the cancelled invoices, else those paid along with the surplus."""
    notes = CreditNote.objects.filter(invoice__city=city).order_by("-issued_on", "-pk")[:NAMED]
    numbers = [f"{note.number} zu {note.invoice}" for note in notes.select_related("invoice")]
    surplus = Allocation.objects.standing().filter(city=city, invoice=None, amount__gt=0).exclude(entry=None)
    paid = Allocation.objects.filter(entry__in=surplus.values("entry")).exclude(invoice=None)
    if not numbers:
        numbers = list(paid.order_by("-pk").values_list("invoice__number", flat=True)[:NAMED])
    words = _("Erstattung Ihres Guthabens")
    return f"{words}, {', '.join(numbers)}" if numbers else words


def usual_account(city: City) -> tuple[str, str]:
    """Name and IBAN to refund to: the account the city paid from last, else that of its mandate."""
    known = KnownAccount.objects.filter(city=city).select_related("learned_from").order_by("-pk").first()
    if known:
        return (known.learned_from.counterparty if known.learned_from else "") or _("Stadt %s") % city, known.iban
    mandate = Mandate.objects.filter(city=city, revoked_on=None).order_by("-signed_on").first()
    return (mandate.debtor_name, mandate.iban) if mandate else (_("Stadt %s") % city, "")


def promised_refunds(city: City | None = None) -> dict[int, Decimal]:
    """Per city (or of this one) the credit that waits for a run, stands in a draft, or was released and not booked yet."""
    orders = PaymentOrder.objects.exclude(city=None).under_way()
    orders = orders.filter(city=city) if city else orders
    sums = orders.order_by().values_list("city").annotate(sum=Sum("amount"))
    return {pk: Decimal(total).quantize(CENT) for pk, total in sums}


def payables_to_order() -> VoucherQuerySet:
    """Posted vouchers to pay that nobody has ordered yet."""
    return open_payables().exclude(pk__in=transfers_under_way().values("voucher"))


def transfers_under_way() -> OrderQuerySet:
    """Orders that pay a voucher."""
    return PaymentOrder.objects.exclude(voucher=None).under_way()


def where_it_stands(voucher: Voucher) -> str:
    order = transfers_under_way().filter(voucher=voucher).select_related("run").order_by("pk").first()
    return order.whereabouts if order else ""


@dataclass(frozen=True)
class Ordered:
    """What was ordered, and the vouchers without an account to pay to."""

    orders: list[PaymentOrder]
    without_iban: list[Voucher]


@transaction.atomic
def order_payables(vouchers: Iterable[Voucher], *, by: Any) -> Ordered:
    """Order what is open on these vouchers; those without IBAN are left and named. Already ordered ones are no error."""
    keys = [voucher.pk for voucher in vouchers]
    list(Voucher.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))
    free_settled()
    rows = list(payables_to_order().filter(pk__in=keys))
    payable = [voucher for voucher in rows if iban_of(voucher)]
    orders = [order_of(voucher) for voucher in payable]
    for order in orders:
        complete(order)
    return Ordered(save_orders(orders, by=by) if orders else [], [each for each in rows if not iban_of(each)])


def iban_of(voucher: Voucher) -> str:
    return voucher.iban or (voucher.creditor.iban if voucher.creditor else "")


def order_of(voucher: Voucher) -> PaymentOrder:
    return PaymentOrder(
        voucher=voucher,
        amount=euros(Decimal(voucher.outstanding).quantize(CENT)),  # type: ignore[attr-defined]
        name=str(voucher.creditor),
        iban=iban_of(voucher),
        purpose=voucher.payment_reference or _("Rechnung %s") % (voucher.external_number or voucher.number),
    )


def complete(order: PaymentOrder) -> None:
    """Check what the bank will ask for: amount, name, IBAN, purpose, in letters it takes."""
    if order.amount.amount < CENT or order.amount.amount != order.amount.amount.quantize(CENT):
        raise OrderNotPossible(_("Bitte geben Sie einen Betrag größer als null in ganzen Cent an."), field="amount")
    try:
        order.iban = checked_iban(order.iban)
    except NoBankAccount as error:
        raise OrderNotPossible(error.message, field="iban") from error
    if not accepted(order.name, 70) or not accepted(order.purpose, 140):
        raise OrderNotPossible(_("Bitte geben Sie Namen und Verwendungszweck an."), field="name")
    order.name, order.purpose = order.name.strip()[:70], order.purpose.strip()[:140]


def save_orders(orders: list[PaymentOrder], *, by: Any) -> list[PaymentOrder]:
    for order in orders:
        order.ordered_by = by
    total = sum((order.amount.amount for order in orders), Decimal(0))
    with act("payments.transfers_ordered", by=by, data={"count": len(orders), "total": str(total)}) as record:
        made = bulk.create(PaymentOrder, orders)
        if len(made) == 1:
            record.subject = made[0]
    return made


@transaction.atomic
def draft_transfers(*, bank_account: BankAccount, due_on: date, by: Any, on: date) -> PaymentRun:
    """Draft a run of all waiting transfers; single ones can be taken out of the draft again."""
    guard_day(due_on, on)
    waiting = list(PaymentOrder.objects.waiting().select_for_update().order_by("pk"))
    if not waiting:
        raise RunNotPossible(_("Es wartet keine Überweisung, die noch in keinem Lauf steht."))
    with act("payments.run_drafted", by=by, data={"count": len(waiting)}) as record:
        run = new_run(RunKind.TRANSFER, bank_account, due_on, by=by, on=on)
        record.subject = run
        for order in waiting:
            order.run = run
        bulk.update(PaymentOrder, waiting, ["run"])
    return run


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
