"""Depreciation and cash counts as arithmetic."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

CENT = Decimal("0.01")
DENOMINATIONS = tuple(
    Decimal(value)
    for value in (
        "200.00 100.00 50.00 20.00 10.00 5.00 2.00 1.00 0.50 0.20 0.10 0.05 0.02 0.01".split()  # noqa: SIM905
    )
)


def counted_total(pieces: Mapping[Decimal, int]) -> Decimal:
    """What the counted notes and coins are worth."""
    return sum((value * count for value, count in pieces.items()), Decimal("0.00"))


def months_used(start: tuple[int, int], until_year: int, life: int) -> int:
    """Months of use from the month of acquisition to the end of `until_year`, at most the useful life (§ 7 Abs. 1 Satz 4 EStG)."""
    year, month = start
    return max(0, min(life, (until_year - year) * 12 + 13 - month))


def depreciated(cost: Decimal, *, start: tuple[int, int], life: int, until_year: int) -> Decimal:
    """Straight-line depreciation from acquisition to the end of a year; all years together make exactly the cost."""
    share = Fraction(cost) * months_used(start, until_year, life) / life
    return (Decimal(share.numerator) / Decimal(share.denominator)).quantize(CENT, rounding=ROUND_HALF_UP)


def depreciation_of_year(cost: Decimal, *, start: tuple[int, int], life: int, year: int) -> Decimal:
    return depreciated(cost, start=start, life=life, until_year=year) - depreciated(
        cost, start=start, life=life, until_year=year - 1
    )
