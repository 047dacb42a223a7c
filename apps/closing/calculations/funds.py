"""Reserves and the timely use of funds of a tax-privileged body (§§ 55, 62 AO) as arithmetic."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction

ZERO = Decimal("0.00")
CENT = Decimal("0.01")


def use_until(inflow_year: int, years: int) -> date:
    """Last day on which funds of that year are used in time (§ 55 (1) Nr. 5 Satz 3 AO)."""
    return date(inflow_year + years, 12, 31)


def is_exempt(income: Decimal, limit: Decimal) -> bool:
    """Small bodies need not use their funds in time (§ 55 (1) Nr. 5 Satz 4 AO): income up to the limit, which is included."""
    return income <= limit


@dataclass(frozen=True)
class FundsYear:
    """What came in and was used in a year; reserves formed count as used, dissolved ones as inflow."""

    year: int
    inflow: Decimal
    use: Decimal


@dataclass(frozen=True)
class Vintage:
    """The funds of one year of inflow and what is left of them."""

    year: int
    inflow: Decimal
    used: Decimal
    until: date

    @property
    def rest(self) -> Decimal:
        return self.inflow - self.used

    def is_late_on(self, day: date) -> bool:
        return self.rest > 0 and day > self.until


def age_funds(years: Sequence[FundsYear], *, period: int) -> list[Vintage]:
    """Use what came first first (FIFO). What is used beyond all inflow is set against later inflow (advance use)."""
    used = [ZERO] * len(years)
    advance = ZERO
    for index, each in enumerate(years):
        use = each.use + advance
        for older in range(index + 1):
            part = min(use, max(ZERO, years[older].inflow - used[older]))
            used[older] += part
            use -= part
        advance = use
    return [
        Vintage(each.year, each.inflow, part, use_until(each.year, period))
        for each, part in zip(years, used, strict=True)
    ]


def free_reserve_limit(
    *, asset_surplus: Decimal, other_funds: Decimal, asset_share: Fraction, other_share: Fraction
) -> Decimal:
    """Most that may go into the free reserve in a year (§ 62 (1) Nr. 3 AO), rounded down to cents; a loss counts as nothing."""
    exact = Fraction(max(ZERO, asset_surplus)) * asset_share + Fraction(max(ZERO, other_funds)) * other_share
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(CENT, rounding=ROUND_DOWN)


@dataclass(frozen=True)
class FreeReserveYear:
    """Limit of a year, what was put aside, and what may still be caught up from earlier years."""

    year: int
    limit: Decimal
    formed: Decimal
    carried: Decimal

    @property
    def available(self) -> Decimal:
        return self.limit + self.carried

    @property
    def left(self) -> Decimal:
        return self.available - self.formed


def free_reserve_years(years: Sequence[tuple[int, Decimal, Decimal]], *, catch_up: int) -> list[FreeReserveYear]:
    """For each (year, limit, formed) what was available; unused room is caught up within the next years, the oldest first."""
    rooms: dict[int, Decimal] = {}
    found = []
    for year, limit, formed in years:
        rooms = {earlier: room for earlier, room in rooms.items() if year - earlier <= catch_up}
        found.append(FreeReserveYear(year, limit, formed, carried=sum(rooms.values(), ZERO)))
        rooms[year] = limit
        for each, room in rooms.items():
            part = min(formed, room)
            rooms[each] -= part
            formed -= part
    return found
