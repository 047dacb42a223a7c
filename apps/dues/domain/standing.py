"""What the invoices of all cities and their payments left open at the end of a year, as the books have it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Exists, Max, OuterRef, Q, Sum

from apps.core.money import CENT
from apps.dues.models import Allocation, Invoice
from apps.ledger.models import ENTRIES_PER_YEAR

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Standing:
    """An open invoice (positive), or money of a city that pays for nothing (negative: overpaid, cancelled, no invoice).

    Both stand side by side: nothing is set off by itself (§ 395 BGB). `entry` is what it arose from, on the day `on`.
    """

    city_id: int
    number: str
    amount: Decimal
    on: date
    entry_id: int
    due_on: date | None = None


@dataclass(frozen=True)
class Claim:
    """An invoice as the books have it; `amount` is what it claimed at the end of the year, if anything."""

    city_id: int
    number: str
    amount: Decimal
    due_on: date
    entry_id: int
    booked_on: date

    def rest(self, paid: Decimal, on: date | None, entry_id: int | None) -> Iterator[Standing]:
        left = self.amount - paid
        if left > 0 and self.amount:
            yield Standing(self.city_id, self.number, left, self.booked_on, self.entry_id, self.due_on)
        elif left:
            yield Standing(self.city_id, self.number, left, on or self.booked_on, entry_id or self.entry_id)


def standing_at_end(year: int) -> Iterator[Standing]:
    """Everything open on 31 December, whatever happened since; only invoices that are or were open then are read."""
    end, limit = date(year, 12, 31), (year + 1) * ENTRIES_PER_YEAR
    in_books = Q(entry__lt=limit) | Q(entry=None, booked_on__lte=end)
    later = Allocation.objects.exclude(in_books).exclude(invoice=None).values("invoice")
    maybe_open = ~Q(balance__outstanding=0) | Q(cancelled_on__gt=end) | Q(entry__gte=limit) | Q(pk__in=later)
    paid_before = Exists(Allocation.objects.filter(in_books, invoice=OuterRef("pk")))
    invoices = Invoice.objects.filter(maybe_open).filter(Q(entry__lt=limit) | paid_before).order_by()
    found = Allocation.objects.filter(in_books).filter(Q(invoice=None) | Q(invoice__in=invoices.values("pk")))
    sums = found.order_by().values_list("city", "invoice").annotate(Sum("amount"), Max("booked_on"), Max("entry"))
    money = {(city, invoice): (Decimal(total).quantize(CENT), on, entry) for city, invoice, total, on, entry in sums}
    columns = ("pk", "city", "number", "amount", "due_on", "entry", "entry__booked_on", "cancelled_on")
    for pk, city_id, number, amount, due_on, entry_id, booked_on, cancelled_on in invoices.values_list(*columns):
        is_owed = entry_id < limit and (cancelled_on is None or cancelled_on > end)
        claim = Claim(city_id, number, amount if is_owed else ZERO, due_on, entry_id, booked_on)
        yield from claim.rest(*money.pop((city_id, pk), (ZERO, None, None)))
    for (city_id, _no_invoice), (total, on, entry_id) in money.items():
        if total:
            yield Standing(city_id, "", -total, on, entry_id)
