"""Money of a city and its invoices: assigned, taken back, kept as credit, credited, refunded.

The ledger keeps claims and payments of a city on one receivables account, so that its balance there is always the sum of
its standing invoices minus its allocations, of which some are no money but written off (`writing_off`). Credit is what remains of payments when nothing is owed for them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.acts import act
from apps.core.money import CENT, euros
from apps.core.templatetags.formats import euro
from apps.dues.domain.errors import (
    AlreadyReleased,
    AmountNotPossible,
    InvoiceAlreadyCancelled,
    NothingOwed,
    ReasonMissing,
)
from apps.dues.domain.promises import promised_credit, promised_credits
from apps.dues.enums import AllocationKind
from apps.dues.models import Allocation, AllocationQuerySet, Invoice
from apps.dues.models.invoice import in_cents
from apps.ledger.models import Entry
from apps.members.models import City


@dataclass(frozen=True)
class Credit:
    """Money of a city that pays for nothing: on an overpaid or cancelled invoice, or without an invoice."""

    invoice: Invoice | None
    amount: Decimal


def lock_city(city_id: int) -> None:
    """Acts on the money of one city happen one after the other."""
    City.objects.select_for_update().get(pk=city_id)


def with_balance(invoice: Invoice) -> Invoice:
    return Invoice.objects.with_balance().select_related("city").get(pk=invoice.pk)


def guard_amount(amount: Decimal) -> None:
    if amount <= 0 or amount != amount.quantize(CENT):
        raise AmountNotPossible(_("Bitte geben Sie einen Betrag größer als null in ganzen Cent an."), field="amount")


def guard_open(invoice: Invoice) -> None:
    """`invoice` comes with its balance."""
    if invoice.is_cancelled or invoice.outstanding <= 0:
        raise NothingOwed(_("Auf Rechnung %s ist nichts offen.") % invoice.number)


def guard_owed(invoice: Invoice, amount: Decimal) -> None:
    """Not more than is open."""
    guard_open(invoice)
    guard_amount(amount)
    if amount > invoice.outstanding:
        raise AmountNotPossible(
            _("Auf Rechnung %(number)s sind nur %(open)s offen.")
            % {"number": invoice.number, "open": euro(invoice.outstanding)},
            field="amount",
        )


@transaction.atomic
def allocate_payment(
    *,
    amount: Decimal,
    entry: Entry,
    by: User | None,
    on: date,
    invoice: Invoice | None = None,
    city: City | None = None,
    text: str = "",
) -> Allocation:
    """Assign a booked payment to an invoice, or keep it as credit of a city (§ 366 BGB: the payer's purpose decides).

    The entry that booked it debits the bank and credits the receivables of the city. More than is owed may be assigned:
    the invoice is then overpaid and the surplus is credit.
    """
    owner = invoice.city if invoice else city
    if owner is None:
        raise AmountNotPossible(_("Bitte geben Sie die Rechnung oder die Stadt an, der die Zahlung gehört."))
    guard_amount(amount)
    lock_city(owner.pk)
    if invoice and Invoice.objects.filter(pk=invoice.pk, cancelled_on__isnull=False).exists():
        raise InvoiceAlreadyCancelled(
            _("Rechnung %s ist storniert. Bitte buchen Sie die Zahlung als Guthaben der Stadt.") % invoice.number
        )
    with act("dues.payment_allocated", invoice or owner, by=by, data={"amount": str(amount), "on": on}):
        return Allocation.objects.create(
            city=owner,
            invoice=invoice,
            kind=AllocationKind.PAYMENT,
            amount=euros(amount),
            booked_on=on,
            text=text[:250],
            entry=entry,
            made_by=by,
        )


@transaction.atomic
def release_allocation(
    allocation: Allocation, *, reason: str, by: User | None, on: date, entry: Entry | None = None
) -> Allocation:
    """Take an assignment back by a row with the opposite amount; `entry` is the reversal of what booked the payment.

    A credit goes back to where it came from. Refused if the money has been used elsewhere since.
    """
    lock_city(allocation.city_id)
    allocation = Allocation.objects.select_related("invoice", "city").get(pk=allocation.pk)
    guard_releasable(allocation, reason)
    with act("dues.allocation_released", allocation, by=by, reason=reason, data={"on": on}):
        released = take_back(allocation, reason=reason, by=by, on=on, entry=entry)
        if allocation.counterpart:
            take_back(allocation.counterpart, reason=reason, by=by, on=on, entry=None)
    return released


def guard_releasable(allocation: Allocation, reason: str) -> None:
    if not reason.strip():
        raise ReasonMissing(_("Bitte geben Sie an, warum die Zuordnung zurückgenommen wird."), field="reason")
    if allocation.releases_id or Allocation.objects.filter(releases=allocation).exists():
        raise AlreadyReleased(_("Diese Zuordnung ist schon zurückgenommen."))
    if allocation.kind == AllocationKind.WRITE_OFF:
        raise AlreadyReleased(_("Eine Ausbuchung wird auf ihrer eigenen Seite zurückgenommen."))
    if Allocation.objects.filter(counterpart=allocation).exists():
        raise AlreadyReleased(_("Bitte nehmen Sie die Verrechnung bei der Rechnung zurück, der das Guthaben zukam."))
    assigned = Allocation.objects.money().filter(city=allocation.city_id, invoice=allocation.invoice_id)
    if (assigned.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)) - allocation.amount.amount < -CENT / 2:
        raise AmountNotPossible(
            _("Das Geld wurde inzwischen verrechnet oder erstattet. Bitte nehmen Sie zuerst das zurück.")
        )


def take_back(allocation: Allocation, *, reason: str, by: User | None, on: date, entry: Entry | None) -> Allocation:
    return Allocation.objects.create(
        city_id=allocation.city_id,
        invoice_id=allocation.invoice_id,
        kind=allocation.kind,
        amount=-allocation.amount,
        booked_on=on,
        text=reason[:250],
        entry_id=entry.pk if entry else allocation.entry_id,
        releases=allocation,
        made_by=by,
    )


def credits_of(city: City) -> list[Credit]:
    """Where credit of the city lies, money without invoice first, then the oldest invoice."""
    free = Allocation.objects.filter(city=city, invoice__isnull=True).aggregate(sum=Sum("amount"))["sum"]
    found = [Credit(None, Decimal(free).quantize(CENT))] if free and Decimal(free).quantize(CENT) > 0 else []
    surplus = Invoice.objects.filter(city=city).overpaid().order_by("issued_on", "pk")
    return [*found, *(Credit(invoice, -Decimal(invoice.outstanding).quantize(CENT)) for invoice in surplus)]


def credit_balance(city: City) -> Decimal:
    """What the city has paid without owing it."""
    return sum((credit.amount for credit in credits_of(city)), start=Decimal("0.00"))


def free_credit(city: City) -> Decimal:
    """Credit of the city that nobody has promised to pay back."""
    return max(credit_balance(city) - promised_credit(city), Decimal("0.00"))


def credit_rows() -> tuple[QuerySet[Any], QuerySet[Any]]:
    """Per city the surplus of overpaid invoices, and the money without invoice."""
    over = Invoice.objects.overpaid().order_by().values("city").annotate(surplus=-Sum("outstanding"))
    free = Allocation.objects.filter(invoice__isnull=True).order_by().values("city")
    return over, free.annotate(surplus=in_cents(Sum("amount"))).filter(surplus__gt=0)


def free_credits() -> dict[int, Decimal]:
    """Per city the credit that nobody has promised to pay back."""
    promised = promised_credits()
    found = {pk: credit - promised.get(pk, Decimal(0)) for pk, credit in cities_with_credit().items()}
    return {pk: credit for pk, credit in found.items() if credit > 0}


def cities_with_credit() -> dict[int, Decimal]:
    """Per city what it has paid without owing it, in two queries."""
    found: dict[int, Decimal] = {}
    for rows in credit_rows():
        for city_id, surplus in rows.values_list("city", "surplus"):
            found[city_id] = found.get(city_id, Decimal(0)) + Decimal(surplus).quantize(CENT)
    return found


def credit_moves(city: City) -> AllocationQuerySet:
    """How credit of the city was set off and refunded, newest first; of a set-off the row of the invoice it went to."""
    moves = Allocation.objects.money().filter(city=city).exclude(kind=AllocationKind.PAYMENT)
    moves = moves.filter(Q(kind=AllocationKind.REFUND) | Q(counterpart__isnull=False))
    return moves.select_related("invoice", "made_by", "released_by").order_by("-booked_on", "-pk")


def take_from(found: list[Credit], amount: Decimal) -> Iterator[Credit]:
    """Yield the parts of the credits that make up `amount`."""
    for credit in found:
        part = min(credit.amount, amount)
        if part > 0:
            yield Credit(credit.invoice, part)
        amount -= part


def guard_credit(city: City, found: list[Credit], amount: Decimal) -> None:
    guard_amount(amount)
    available = sum((credit.amount for credit in found), start=Decimal(0))
    if amount > available:
        raise AmountNotPossible(
            _("%(city)s hat ein Guthaben von %(available)s. Mehr ist nicht möglich.")
            % {"city": city, "available": euro(available)},
            field="amount",
        )


def guard_promises(city: City, found: list[Credit], amount: Decimal) -> None:
    """What is on its way back to the city can't pay an invoice as well."""
    available = sum((credit.amount for credit in found), start=Decimal(0))
    promised = promised_credit(city)
    if promised and amount > available - promised:
        raise AmountNotPossible(
            _(
                "%(city)s hat ein Guthaben von %(available)s, %(promised)s davon sind zur Überweisung vorgemerkt. "
                "Verrechnet werden können noch %(free)s."
            )
            % {
                "city": city,
                "available": euro(available),
                "promised": euro(promised),
                "free": euro(max(available - promised, Decimal(0))),
            },
            field="amount",
        )


@transaction.atomic
def apply_credit(invoice: Invoice, *, amount: Decimal, reason: str, by: User | None, on: date) -> list[Allocation]:
    """Credit money of the city to one of its invoices (Verrechnung). Nothing is posted: the account is the same.

    Never by itself: against a municipality set-off needs the same Kasse on both sides (§ 395 BGB), so `reason` says on
    what it rests, for example a letter of the city.
    """
    if not reason.strip():
        raise ReasonMissing(_("Bitte geben Sie an, worauf die Verrechnung beruht."), field="reason")
    lock_city(invoice.city_id)
    invoice = with_balance(invoice)
    found = credits_of(invoice.city)
    guard_credit(invoice.city, found, amount)
    guard_promises(invoice.city, found, amount)
    if invoice.is_cancelled or amount > Decimal(invoice.outstanding):
        raise AmountNotPossible(
            _("Auf Rechnung %(number)s sind %(open)s offen. Mehr kann nicht verrechnet werden.")
            % {"number": invoice.number, "open": euro(max(Decimal(0), Decimal(invoice.outstanding)))},
            field="amount",
        )
    with act("dues.credit_applied", invoice, by=by, reason=reason, data={"amount": str(amount), "on": on}):
        return [move_credit(credit, invoice, by=by, on=on) for credit in take_from(found, amount)]


def move_credit(credit: Credit, invoice: Invoice, *, by: User | None, on: date) -> Allocation:
    source = credit.invoice.number if credit.invoice else _("Guthaben ohne Rechnung")
    shared = {"city": invoice.city, "kind": AllocationKind.CREDIT, "booked_on": on, "made_by": by}
    out = Allocation.objects.create(
        **shared,
        invoice=credit.invoice,
        amount=euros(-credit.amount),
        text=_("verrechnet mit %s") % invoice.number,
    )
    return Allocation.objects.create(
        **shared,
        invoice=invoice,
        amount=euros(credit.amount),
        text=_("Guthaben aus %s") % source,
        counterpart=out,
    )


@transaction.atomic
def refund_credit(city: City, *, amount: Decimal, entry: Entry, by: User | None, on: date) -> list[Allocation]:
    """Record that credit was paid back; the entry debits the receivables of the city and credits the bank."""
    lock_city(city.pk)
    found = credits_of(city)
    guard_credit(city, found, amount)
    with act("dues.credit_refunded", city, by=by, data={"amount": str(amount), "on": on}):
        return [
            Allocation.objects.create(
                city=city,
                invoice=credit.invoice,
                kind=AllocationKind.REFUND,
                amount=euros(-credit.amount),
                booked_on=on,
                text=_("Guthaben erstattet"),
                entry=entry,
                made_by=by,
            )
            for credit in take_from(found, amount)
        ]
