"""German notation of amounts, numbers and dates."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.utils import timezone
from djmoney.money import Money

register = template.Library()
DECIMALS = 6


def german(amount: Decimal, decimals: int) -> str:
    return f"{amount:,.{decimals}f}".replace(",", " ").replace(".", ",").replace(" ", ".").replace("-", "−")


def tidy(amount: Decimal) -> Decimal:
    """1535.10000000000 → 1535.10: SQLite adds up with fifteen digits, whatever the field had. Two decimals stay."""
    exponent = amount.as_tuple().exponent
    if not isinstance(exponent, int) or exponent >= -DECIMALS:
        return amount
    short = round(amount, DECIMALS).normalize()
    return max(short, round(short, 2), key=lambda each: -int(each.as_tuple().exponent))


@register.filter
def euro(value: Any) -> str:
    """2559.39 → 2.559,39 €."""
    if value is None or value == "":
        return "–"
    amount = value.amount if isinstance(value, Money) else Decimal(value)
    return f"{german(amount, 2)} €"


@register.filter
def number(value: Any) -> str:
    """1024621 → 1.024.621; decimals are kept."""
    if value is None or value == "":
        return "–"
    amount = tidy(Decimal(value))
    exponent = amount.as_tuple().exponent
    return german(amount, max(0, -exponent if isinstance(exponent, int) else 0))


@register.filter
def day(value: date | datetime | None) -> str:
    """2027-03-31 → 31.03.2027."""
    if not value:
        return "–"
    if isinstance(value, datetime):
        value = timezone.localtime(value)
    return f"{value:%d.%m.%Y}"


@register.filter
def moment(value: datetime | None) -> str:
    """31.03.2027, 14:05 Uhr, local time."""
    return f"{timezone.localtime(value):%d.%m.%Y, %H:%M} Uhr" if value else "–"


@register.filter
def iban(value: str | None) -> str:
    """Groups of four."""
    value = (value or "").replace(" ", "")
    return " ".join(value[index : index + 4] for index in range(0, len(value), 4)) or "–"


@register.filter
def hidden_iban(value: str) -> str:
    """The account as its holder recognises it and nobody else learns it: DE02 XXXX XXXX XXXX XX20 51."""
    return iban(value[:4] + "X" * (len(value) - 8) + value[-4:])
