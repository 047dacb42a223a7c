"""Which bills were not paid at the end of a year, as the vouchers know it."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Max, Q, Sum

from apps.core.money import round_cents
from apps.ledger.enums import Side
from apps.ledger.models import ENTRIES_PER_YEAR, EntryLine
from apps.vouchers.domain.posting import PAYABLE, SOURCE
from apps.vouchers.enums import VoucherState
from apps.vouchers.models import Settlement, Voucher


class OpenBill(NamedTuple):
    """What is owed on a bill, posted with the entry on the day `on`."""

    entry_id: int
    on: date
    due_on: date | None
    amount: Decimal
    number: str
    text: str

    def __str__(self) -> str:
        return f"{self.number} {self.text}".strip()


def bills_at_end(year: int) -> Iterator[OpenBill]:
    """Posted by 31 December, less what entries of that time paid and no entry of that time took back."""
    limit = (year + 1) * ENTRIES_PER_YEAR
    came_back = Q(settlements__returned_with__lt=limit)
    came_again = Q(settlements__returned_with__reversed_by__pk__lt=limit)
    taken_back = Q(settlements__entry__reversed_by__pk__lt=limit) | (came_back & ~came_again)
    paid = Sum("settlements__amount", filter=Q(settlements__entry__lt=limit) & ~taken_back)
    columns = ("entry", "entry__booked_on", "due_on", "gross", "number", "text", "paid")
    bills = Voucher.objects.filter(state=VoucherState.POSTED, entry__lt=limit).order_by("entry").annotate(paid=paid)
    for entry_id, on, due_on, gross, number, text, settled in bills.values_list(*columns):
        if left := round_cents(gross - Decimal(settled or 0)):
            yield OpenBill(entry_id, on, due_on, left, number, text)
    yield from reversed_since(limit)


def reversed_since(limit: int) -> Iterator[OpenBill]:
    """Bills whose posting was taken back later. They were unpaid, else it could not have been; what they are now says nothing."""
    owed = EntryLine.objects.filter(account__key=PAYABLE, side=Side.CREDIT, entry__source=SOURCE, entry__lt=limit)
    columns = ("entry", "entry__booked_on", "amount", "entry__reference", "entry__text")
    since = owed.filter(entry__reversed_by__pk__gte=limit).order_by("entry").values_list(*columns)
    for entry_id, on, amount, number, text in since:
        yield OpenBill(entry_id, on, None, amount, number, text)


def newest_settlement(year: int) -> int:
    """With the entries of the year, what `bills_at_end` follows from."""
    made = Settlement.objects.filter(entry__lt=(year + 1) * ENTRIES_PER_YEAR)
    newest: int | None = made.aggregate(newest=Max("pk"))["newest"]
    return newest or 0
