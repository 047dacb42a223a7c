"""What the network's meetings cost and who carried it (domain rule 6.12)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from apps.core.money import round_cents, split_by_weight

ZERO = Decimal(0)


@dataclass(frozen=True)
class Cost:
    city: str
    category: str
    is_cash: bool
    gross: Decimal


@dataclass(frozen=True)
class CategorySum:
    category: str
    cash: Decimal
    in_kind: Decimal

    @property
    def total(self) -> Decimal:
        return self.cash + self.in_kind


@dataclass(frozen=True)
class CityShare:
    """What a city carried against an equal share and a share by inhabitants (None where a figure is missing)."""

    city: str
    borne: Decimal
    equal: Decimal
    by_population: Decimal | None

    @property
    def above_equal(self) -> Decimal:
        """Positive: carried more than an equal share."""
        return self.borne - self.equal


@dataclass(frozen=True)
class CostOverview:
    cash: Decimal
    in_kind: Decimal
    categories: tuple[CategorySum, ...]
    shares: tuple[CityShare, ...]
    participant_days: int

    @property
    def total(self) -> Decimal:
        return self.cash + self.in_kind

    @property
    def per_participant_day(self) -> Decimal | None:
        return round_cents(self.total / self.participant_days) if self.participant_days else None

    @property
    def cash_per_city(self) -> Decimal | None:
        """What each city would have to pay for cash costs of this size."""
        return dues_replacing(self.cash, len(self.shares)) if self.shares else None


def dues_replacing(cash: Decimal, cities: int) -> Decimal:
    """Equal dues that would replace the cash a lead city pays, to the cent, half up."""
    return round_cents(cash / cities)


def sum_up(costs: Iterable[Cost], categories: Sequence[str]) -> tuple[CategorySum, ...]:
    """Cash and in kind per category, in the order given, without empty ones."""
    sums: dict[str, list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
    for cost in costs:
        sums[cost.category][0 if cost.is_cash else 1] += cost.gross
    return tuple(CategorySum(category, *sums[category]) for category in categories if category in sums)


def shares(costs: Iterable[Cost], populations: Mapping[str, int | None]) -> tuple[CityShare, ...]:
    """Each city's burden beside an equal share and one by inhabitants; both sum to the cent (largest remainder)."""
    borne: dict[str, Decimal] = defaultdict(Decimal)
    for cost in costs:
        borne[cost.city] += cost.gross
    cities = sorted(populations.keys() | borne.keys())
    if not cities:
        return ()
    total = sum(borne.values(), ZERO)
    equal = split_by_weight(total, [1] * len(cities))
    weights = [populations.get(city) for city in cities]
    known = [weight for weight in weights if weight]
    keyed: Sequence[Decimal | None] = [None] * len(cities)
    if len(known) == len(cities):
        keyed = split_by_weight(total, known)
    return tuple(CityShare(city, borne[city], even, key) for city, even, key in zip(cities, equal, keyed, strict=True))


def overview(
    costs: Iterable[Cost],
    *,
    categories: Sequence[str],
    populations: Mapping[str, int | None],
    participant_days: int,
) -> CostOverview:
    costs = list(costs)
    return CostOverview(
        cash=sum((cost.gross for cost in costs if cost.is_cash), ZERO),
        in_kind=sum((cost.gross for cost in costs if not cost.is_cash), ZERO),
        categories=sum_up(costs, categories),
        shares=shares(costs, populations),
        participant_days=participant_days,
    )
