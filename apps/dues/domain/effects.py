"""What a schedule means for every member city in a year, beside another one: while drafting, and for the resolution."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any

from django.utils.translation import gettext as _

from apps.audit.models import journal_mark
from apps.core.templatetags.formats import number
from apps.dues import calculations
from apps.dues.calculations import Inversion, Terms
from apps.dues.domain.assessment import Basis, basis_of, by_name, fees_of, members_of_year, members_since, run_day
from apps.dues.domain.schedules import terms_of
from apps.dues.models import FeeSchedule
from apps.members.domain.queries import inhabitants

SIZES = (20_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, None)
TENTH = Decimal("0.1")
NOTHING = Decimal("0.00")


@dataclass(frozen=True)
class Effect:
    """What one city pays under two schedules; None: not to be said (no figure, or nothing to compare with)."""

    city: str
    slug: str
    population: int | None
    before: Decimal | None
    after: Decimal | None

    @property
    def difference(self) -> Decimal | None:
        return None if self.before is None or self.after is None else self.after - self.before

    @property
    def percent(self) -> Decimal | None:
        return percent_of(self.difference, self.before)


@dataclass(frozen=True)
class SizeClass:
    """Cities of one size together."""

    label: str
    count: int
    before: Decimal
    after: Decimal


@dataclass(frozen=True)
class Comparison:
    """The effects of `after` for all members of `year`, beside `before` where there is one."""

    year: int
    after: FeeSchedule
    before: FeeSchedule | None
    effects: Sequence[Effect]
    inversions: Sequence[Inversion]

    @cached_property
    def total_before(self) -> Decimal:
        return sum((row.before for row in self.effects if row.before is not None), start=NOTHING)

    @cached_property
    def total_after(self) -> Decimal:
        return sum((row.after for row in self.effects if row.after is not None), start=NOTHING)

    @property
    def difference(self) -> Decimal:
        return self.total_after - self.total_before

    @property
    def percent(self) -> Decimal | None:
        return percent_of(self.difference, self.total_before)

    @cached_property
    def unknown(self) -> list[str]:
        """Cities whose fee can't be said because the figure is missing."""
        return [row.city for row in self.effects if row.after is None]

    @property
    def paying_more(self) -> int:
        return sum(1 for row in self.effects if (row.difference or 0) > 0)

    @property
    def paying_less(self) -> int:
        return sum(1 for row in self.effects if (row.difference or 0) < 0)

    @cached_property
    def size_classes(self) -> list[SizeClass]:
        """Who bears what, by size; only classes that have a city."""
        found, lower = [], 0
        for upper in SIZES:
            rows = [
                row
                for row in self.effects
                if row.population and row.population > lower and row.population <= (upper or row.population)
            ]
            if rows:
                found.append(
                    SizeClass(
                        size_label(lower, upper),
                        len(rows),
                        sum((row.before or NOTHING for row in rows), start=NOTHING),
                        sum((row.after or NOTHING for row in rows), start=NOTHING),
                    )
                )
            lower = upper or lower
        return found


def percent_of(difference: Decimal | None, before: Decimal | None) -> Decimal | None:
    return (difference * 100 / before).quantize(TENTH) if before and difference is not None else None


def size_label(lower: int, upper: int | None) -> str:
    if upper is None:
        return _("über %s Einw.") % number(lower)
    if not lower:
        return _("bis %s Einw.") % number(upper)
    return _("%(lower)s bis %(upper)s Einw.") % {"lower": number(lower + 1), "upper": number(upper)}


def predecessor(schedule: FeeSchedule) -> FeeSchedule | None:
    """The schedule in force that this one would follow."""
    earlier = FeeSchedule.objects.in_force().filter(valid_from__lte=schedule.valid_from).exclude(pk=schedule.pk)
    return earlier.prefetch_related("tiers").order_by("-valid_from").first()


def effect_year(schedule: FeeSchedule, today: date) -> int:
    """The first year the schedule decides about and that is not over."""
    start = schedule.valid_from
    return max(start.year if (start.month, start.day) == (1, 1) else start.year + 1, today.year)


def compare(
    after: FeeSchedule, before: FeeSchedule | None, *, year: int, today: date, terms: Terms | None = None
) -> Comparison:
    """Compute both schedules for all members of the year, reductions included. `terms`: of a draft not saved yet."""
    new = figures_of(after, year, today, terms=terms)
    old = figures_of(before, year, today).amounts if before else {}
    effects = [
        Effect(city.name, city.slug, new.population.get(city.pk), old.get(city.pk), new.amounts.get(city.pk))
        for city in new.cities
    ]
    return Comparison(year, after, before, effects, calculations.inversions(terms or terms_of(after)))


@dataclass(frozen=True)
class Figures:
    """The members of a year in alphabetical order, their inhabitants, and what each pays under one schedule."""

    cities: Sequence[Any]
    population: Mapping[int, int]
    amounts: Mapping[int, Decimal]


def figures_of(schedule: FeeSchedule, year: int, today: date, *, terms: Terms | None = None) -> Figures:
    """Computed anew after every act: as long as the journal has not moved, nothing they rest on has changed."""
    basis = basis_of(schedule, year, on=run_day(year, today), addressed_on=today, terms=terms)
    return compute(journal_mark(), Key(basis))


class Key:
    """A basis as the key of a computation: saved schedules by their number, drafts by everything they lay down."""

    def __init__(self, basis: Basis) -> None:
        self.basis = basis
        schedule = basis.schedule
        reduced = (schedule.pk, schedule.intro_percent, schedule.intro_years)
        self.parts = (*reduced, basis.terms, basis.on, basis.published_by, basis.addressed_on, basis.reference_date)

    def __hash__(self) -> int:
        return hash(self.parts)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Key) and self.parts == other.parts


@lru_cache(maxsize=4)
def compute(mark: str, key: Key) -> Figures:
    basis = key.basis
    cities, since = payers(mark, basis.on), members_since(basis.on)
    population = counted(mark, basis.on, basis.published_by, basis.reference_date, basis.addressed_on)
    fees = fees_of(basis, [city.pk for city in cities], population, since)
    return Figures(cities, population, {pk: fee.amount for pk, fee in fees.items()})


@lru_cache(maxsize=2)
def payers(mark: str, on: date) -> Sequence[Any]:
    rows = members_of_year(on).order_by().values_list("pk", "name", "slug", "municipality_id", named=True)
    return sorted(rows, key=by_name)


@lru_cache(maxsize=2)
def counted(
    mark: str, on: date, published_by: date, reference_date: date | None, addressed_on: date
) -> Mapping[int, int]:
    """Inhabitants per city: the figure that counts or, until it is published, the newest there is."""
    cities, found_by = payers(mark, on), members_of_year(on)
    population = inhabitants(cities, found_by, published_by=published_by, reference_date=reference_date)
    if all(city.pk in population for city in cities):
        return population
    return inhabitants(cities, found_by, published_by=addressed_on) | population
