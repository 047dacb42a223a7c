"""How much money lies on the accounts at the end of each month."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from apps.core.money import split_by_weight

ZERO = Decimal(0)


@dataclass(frozen=True)
class Expected:
    """Money still to come (positive) or to go (negative); without a month it flows evenly over what is left of the year."""

    amount: Decimal
    month: int | None = None


@dataclass(frozen=True)
class Month:
    month: int
    opening: Decimal
    incoming: Decimal
    outgoing: Decimal
    is_expected: bool

    @property
    def closing(self) -> Decimal:
        return self.opening + self.incoming - self.outgoing


def spread(expected: Iterable[Expected], first: int) -> dict[int, tuple[Decimal, Decimal]]:
    """Incoming and outgoing per month from `first` to December; what was due earlier is expected in `first`."""
    months = range(first, 13)
    flows: dict[int, list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
    for each in expected:
        side = 0 if each.amount > 0 else 1
        if each.month is None:
            parts = split_by_weight(abs(each.amount), [1] * len(months))
            for month, part in zip(months, parts, strict=True):
                flows[month][side] += part
        else:
            flows[max(each.month, first)][side] += abs(each.amount)
    return {month: (incoming, outgoing) for month, (incoming, outgoing) in flows.items()}


def by_month(
    opening: Decimal, booked: Mapping[int, tuple[Decimal, Decimal]], expected: Iterable[Expected], *, first: int
) -> list[Month]:
    """Twelve months: what was booked, and from the month `first` on what is expected besides (13: nothing more)."""
    coming = spread(expected, first) if first <= 12 else {}
    months, balance = [], opening
    for number in range(1, 13):
        done, due = booked.get(number, (ZERO, ZERO)), coming.get(number, (ZERO, ZERO))
        month = Month(number, balance, done[0] + due[0], done[1] + due[1], is_expected=number >= first)
        months.append(month)
        balance = month.closing
    return months
