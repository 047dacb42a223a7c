"""Credit of cities that an upper floor has promised to pay back already: it may not be set off as well.

The app that orders refunds registers a provider in `AppConfig.ready()`. Whoever promises credit or sets it off holds
`payments.lock_city`, so that the same money is never used twice.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal

from apps.members.models import City

PromiseProvider = Callable[[City | None], Mapping[int, Decimal]]

providers: list[PromiseProvider] = []


def register_promises(provider: PromiseProvider) -> None:
    """`provider(city)` names the credit on its way back per city (of this one, or of all), in one query."""
    providers.append(provider)


def promised_credits(city: City | None = None) -> dict[int, Decimal]:
    """Per city the credit that is ordered to be paid back and not booked yet."""
    found: dict[int, Decimal] = {}
    for provider in providers:
        for city_id, amount in provider(city).items():
            found[city_id] = found.get(city_id, Decimal(0)) + amount
    return found


def promised_credit(city: City) -> Decimal:
    return promised_credits(city).get(city.pk, Decimal("0.00"))
