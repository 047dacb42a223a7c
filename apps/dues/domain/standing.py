"""What the invoices of all cities and their payments left open at the end of a year, as the books have it."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Max, Q, Sum
from django.utils.translation import gettext as _

from apps.core.money import CENT
from apps.dues.models import Allocation, Invoice, InvoiceBalance
from apps.ledger.models import ENTRIES_PER_YEAR

ZERO = Decimal("0.00")


class Standing(NamedTuple):
    """An open invoice (positive), or money of a city that pays for nothing (negative: overpaid, cancelled, no invoice).

    Both stand side by side: nothing is set off by itself (§ 395 BGB). `entry_id` is what it arose from, on the day `on`.
    """

    city_id: int
    number: str
    amount: Decimal
    on: date
    entry_id: int
    due_on: date | None = None

    def __str__(self) -> str:
        if self.amount > 0:
            return _("Beitragsrechnung %s") % self.number
        return _("Guthaben aus Rechnung %s") % self.number if self.number else _("Guthaben ohne Rechnung")


def standing_at_end(year: int) -> Iterator[Standing]:
    """Everything open on 31 December, whatever happened since; only invoices that are or were open then are read."""
    end, limit = date(year, 12, 31), (year + 1) * ENTRIES_PER_YEAR
    money = by_the_end(year, "allocations__")
    sums = {
        "paid": Sum("allocations__amount", filter=money),
        "paid_on": Max("allocations__booked_on", filter=money),
        "paid_by": Max("allocations__entry", filter=money),
    }
    columns = ("city", "number", "amount", "due_on", "entry", "entry__booked_on", "cancelled_on", *sums)
    invoices = Invoice.objects.filter(pk__in=maybe_open(year)).order_by().annotate(**sums)
    found = invoices.filter(Q(entry__lt=limit) | Q(paid__isnull=False)).values_list(*columns)
    for city_id, number, amount, due_on, entry_id, booked_on, cancelled_on, paid, paid_on, paid_by in found:
        is_owed = entry_id < limit and (cancelled_on is None or cancelled_on > end)
        left = (amount if is_owed else ZERO) - Decimal(paid or 0).quantize(CENT)
        if left > 0 and is_owed:
            yield Standing(city_id, number, left, booked_on, entry_id, due_on)
        elif left:
            yield Standing(city_id, number, left, paid_on, paid_by or entry_id)
    credit = Allocation.objects.filter(by_the_end(year), invoice=None).order_by().values_list("city")
    for city_id, total, on, entry_id in credit.annotate(Sum("amount"), Max("booked_on"), Max("entry")):
        if left := Decimal(total).quantize(CENT):
            yield Standing(city_id, "", -left, on, entry_id)


def newest_allocation(year: int) -> int:
    """With the entries of the year, all that `standing_at_end` follows from: allocations are only ever added."""
    return Allocation.objects.filter(by_the_end(year)).order_by("-pk").values_list("pk", flat=True).first() or 0


def by_the_end(year: int, prefix: str = "") -> Q:
    """Allocations that count at the end of a year: by their entry; credit that moved without one, by its day."""
    with_entry = Q((f"{prefix}entry__lt", (year + 1) * ENTRIES_PER_YEAR))
    return with_entry | Q((f"{prefix}entry", None), (f"{prefix}booked_on__lte", date(year, 12, 31)))


def maybe_open(year: int) -> Any:
    """Keys of the invoices that are open now, or for which something happened after the year."""
    end, limit = date(year, 12, 31), (year + 1) * ENTRIES_PER_YEAR
    paid_later = Q(entry__gte=limit) | Q(entry=None, booked_on__gt=end)
    return (
        InvoiceBalance.objects.filter(Q(outstanding__gt=0) | Q(outstanding__lt=0))
        .values_list("invoice")
        .union(
            Invoice.objects.filter(cancelled_on__gt=end).order_by().values_list("pk"),
            Allocation.objects.filter(paid_later).exclude(invoice=None).order_by().values_list("invoice"),
            Invoice.objects.filter(entry__gte=limit).order_by().values_list("pk"),
            all=True,
        )
    )
