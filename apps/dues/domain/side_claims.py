"""Interest and costs that an upper floor has claimed of cities beside their dues and that are not paid yet.

The app that claims them registers a provider in `AppConfig.ready()`; the one that reads the bank proposes them. They are no
receivable in the books: income when they are paid, on the account `LATE_FEES` with the city on the line.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from apps.members.models import City

ACCOUNT = "LATE_FEES"


@dataclass(frozen=True)
class SideClaim:
    """What a city still owes, and the letters that said so: »M-2027-0001«."""

    amount: Decimal
    source: str


SideClaimProvider = Callable[[City | None], Mapping[int, SideClaim]]
providers: list[SideClaimProvider] = []


def register_side_claims(provider: SideClaimProvider) -> None:
    """`provider(city)` names what is open per city (of this one, or of all), in a constant number of queries."""
    providers.append(provider)


def open_side_claims(city: City | None = None) -> dict[int, SideClaim]:
    found: dict[int, SideClaim] = {}
    for provider in providers:
        for city_id, claim in provider(city).items():
            known = found.get(city_id)
            found[city_id] = (
                SideClaim(known.amount + claim.amount, f"{known.source}, {claim.source}") if known else claim
            )
    return found


def open_side_claim(city: City) -> Decimal:
    claim = open_side_claims(city).get(city.pk)
    return claim.amount if claim else Decimal("0.00")
