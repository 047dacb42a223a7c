"""Euro amounts: fields, exact splitting and the named places where rounding happens."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from djmoney.models.fields import MoneyField
from djmoney.money import Money

CENT = Decimal("0.01")


def euros(amount: Decimal | int | str) -> Money:
    """Return `amount` (euro) as Money."""
    return Money(Decimal(amount), "EUR")


def euro_field(verbose_name: Any = None, **options: Any) -> MoneyField:
    """Return a model field for euro amounts up to 999,999,999,999.99 with two decimals."""
    return MoneyField(verbose_name, max_digits=14, decimal_places=2, default_currency="EUR", **options)


def round_cents(amount: Decimal) -> Decimal:
    """Round to cents, half up (kaufmännisches Runden, DIN 1333)."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def split_by_weight(total: Decimal, weights: Sequence[int | Decimal]) -> list[Decimal]:
    """Split `total` (euro, whole cents) in proportion to `weights` so that the parts sum exactly to it.

    Largest remainder (Hare/Niemeyer): each part is rounded down to cents, the missing cents go to the largest
    remainders, ties to the earlier position. Raises ValueError for negative weights, a zero sum or fractions of a cent.
    """
    cents = total * 100
    if cents != cents.to_integral_value():
        raise ValueError("total must be whole cents")
    if any(weight < 0 for weight in weights) or not sum(weights):
        raise ValueError("weights must not be negative and must not sum to zero")
    whole = Fraction(sum(Fraction(weight) for weight in weights))
    exact = [Fraction(int(cents)) * Fraction(weight) / whole for weight in weights]
    parts = [share.numerator // share.denominator for share in exact]
    missing = int(cents) - sum(parts)
    order = sorted(range(len(parts)), key=lambda index: (-(exact[index] - parts[index]), index))
    for index in order[:missing]:
        parts[index] += 1
    return [Decimal(part) / 100 for part in parts]
