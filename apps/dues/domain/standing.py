"""What the invoices of all cities and their payments left open at the end of a year, as the books have it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Max, Q, Sum

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


def standing_at_end(year: int) -> Iterator[Standing]:
    """Everything open on 31 December, whatever happened since; only invoices that are or were open then are read."""
    end, limit = date(year, 12, 31), (year + 1) * ENTRIES_PER_YEAR
    in_books = Q(entry__lt=limit) | Q(entry=None, booked_on__lte=end)
    later = Allocation.objects.exclude(in_books).exclude(invoice=None).values("invoice")
    maybe_open = ~Q(balance__outstanding=0) | Q(cancelled_on__gt=end) | Q(entry__gte=limit) | Q(pk__in=later)
    invoices = Invoice.objects.filter(maybe_open).order_by()
    found = Allocation.objects.filter(in_books).filter(Q(invoice=None) | Q(invoice__in=invoices.values("pk")))
    sums = found.order_by().values_list("city", "invoice").annotate(Sum("amount"), Max("booked_on"), Max("entry"))
    money = {(city, invoice): (Decimal(total).quantize(CENT), on, entry) for city, invoice, total, on, entry in sums}
    for invoice in invoices.only(
        "city", "number", "amount", "amount_currency", "due_on", "entry", "cancelled_on"
    ).select_related("entry"):
        paid = money.pop((invoice.city_id, invoice.pk), (ZERO, None, None))
        yield from standing_of(invoice, paid, end, is_claimed=invoice.entry_id < limit)
    for (city_id, _no_invoice), (total, on, entry_id) in money.items():
        if total:
            yield Standing(city_id, "", -total, on, entry_id)


def standing_of(invoice: Invoice, paid: Any, end: date, *, is_claimed: bool) -> Iterator[Standing]:
    total, on, entry_id = paid
    is_owed = is_claimed and (invoice.cancelled_on is None or invoice.cancelled_on > end)
    rest = (invoice.amount.amount if is_owed else ZERO) - total
    if rest > 0 and is_owed:
        yield Standing(invoice.city_id, invoice.number, rest, invoice.entry.booked_on, invoice.entry_id, invoice.due_on)
    elif rest:
        yield Standing(invoice.city_id, invoice.number, rest, on, entry_id or invoice.entry_id)
