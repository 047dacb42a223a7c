"""The fee of a city (Beitragsordnung): every form of fee, in a fixed order, each step kept.

raw → limits → pro rata → discounts → rounding. Everything in between is exact (fractions); only the last step rounds.
"""

from calendar import isleap, monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from holidays import HolidayBase, country_holidays

from apps.core.money import CENT, split_by_weight

FeeForm = Literal[
    "per_capita", "tier_flat", "tier_rate", "marginal", "flat", "base_plus", "budget_key", "equal_share", "votes"
]
ProRata = Literal["none", "month_started", "quarter_started", "day"]
Rounding = Literal["cent", "euro", "ten_euros"]
PopulationRule = Literal["newest", "end_year_before_last", "mid_last_year", "end_last_year"]
StepKind = Literal[
    "population_rate",
    "tier_flat",
    "tier_rate",
    "tier_cap",
    "marginal_part",
    "marginal_sum",
    "flat",
    "base_plus",
    "budget_key",
    "equal_share",
    "votes",
    "limits_kept",
    "minimum",
    "maximum",
    "pro_rata",
    "discount",
    "rounding",
]

UNITS: dict[Rounding, Decimal] = {"cent": Decimal("0.01"), "euro": Decimal(1), "ten_euros": Decimal(10)}
SHARED_FORMS: frozenset[FeeForm] = frozenset({"budget_key", "equal_share"})
TIERED_FORMS: frozenset[FeeForm] = frozenset({"tier_flat", "tier_rate", "marginal", "votes"})
RATE_FORMS: frozenset[FeeForm] = frozenset({"per_capita", "base_plus", "votes"})
WITHOUT_POPULATION: frozenset[FeeForm] = frozenset({"flat", "equal_share"})

# Official keys of cities with holidays of their own
AUGSBURG = "09761000"
ASSUMPTION_IS_HOLIDAY = frozenset({"09162000"})  # München


@dataclass(frozen=True)
class Tier:
    """Cities up to `upper` inhabitants (inclusive, None = without end): an amount, a rate or a number of votes."""

    upper: int | None
    value: Decimal
    cap: Decimal | None = None


@dataclass(frozen=True)
class Terms:
    """What a fee schedule lays down. `rate` is the price of an inhabitant, or of a vote."""

    form: FeeForm
    rate: Decimal = Decimal(0)
    tiers: tuple[Tier, ...] = ()
    base_fee: Decimal = Decimal(0)
    budget: Decimal = Decimal(0)
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    rounding: Rounding = "cent"
    pro_rata: ProRata = "none"


@dataclass(frozen=True)
class Discount:
    """A reduction of the year's fee by `percent`, with its name as it is printed."""

    label: str
    percent: Decimal


class Case(NamedTuple):
    """One city in one year."""

    population: int
    year: int
    member_since: date
    discounts: tuple[Discount, ...] = ()


class Step(NamedTuple):
    """One step of the calculation: what was done, with which figures, and the exact result in euro."""

    kind: StepKind
    value: Fraction
    figures: tuple[Decimal | int | date, ...] = ()
    label: str = ""


class Fee(NamedTuple):
    """`share`: the part of a budget the amount comes from, where one is split."""

    amount: Decimal
    steps: tuple[Step, ...]
    share: Decimal | None = None


@dataclass(frozen=True)
class Inversion:
    """A bigger city would pay less: `below` inhabitants pay `fee_below`, one inhabitant more pays `fee_above`."""

    below: int
    fee_below: Decimal
    fee_above: Decimal


@lru_cache(maxsize=10_000)
def exact(value: Decimal) -> Fraction:
    """The same rates and limits come back for every city."""
    return Fraction(value)


def reference_day(rule: PopulationRule, year: int) -> date | None:
    """Return the day whose figure counts for the dues of `year`; None: the newest published by the cut-off."""
    match rule:
        case "end_year_before_last":
            return date(year - 2, 12, 31)
        case "mid_last_year":
            return date(year - 1, 6, 30)
        case "end_last_year":
            return date(year - 1, 12, 31)
    return None


def tier_of(tiers: Sequence[Tier], population: int) -> Tier:
    """Return the first tier that reaches up to `population`; upper bounds are inclusive."""
    for tier in tiers:
        if tier.upper is None or population <= tier.upper:
            return tier
    raise ValueError("the last tier must be open")


def raw_steps(terms: Terms, population: int, share: Decimal | None = None) -> list[Step]:
    """Return the steps to the fee of a whole year before limits; `share` is the city's part of a budget."""
    rate, inhabitants = terms.rate, population
    match terms.form:
        case "per_capita":
            return [Step("population_rate", inhabitants * exact(rate), (population, rate))]
        case "base_plus":
            value = exact(terms.base_fee) + inhabitants * exact(rate)
            return [Step("base_plus", value, (terms.base_fee, population, rate))]
        case "flat":
            return [Step("flat", exact(terms.base_fee))]
        case "tier_flat":
            tier = tier_of(terms.tiers, population)
            return [Step("tier_flat", exact(tier.value), (population, tier.upper or 0))]
        case "tier_rate":
            return tier_rate_steps(tier_of(terms.tiers, population), population)
        case "marginal":
            return marginal_steps(terms.tiers, population)
        case "votes":
            votes = tier_of(terms.tiers, population).value if terms.tiers else Decimal(1)
            return [Step("votes", exact(votes) * exact(rate), (votes, rate))]
        case "budget_key" | "equal_share":
            if share is None:
                raise ValueError("the share of a budget needs all cities: use fees()")
            return [Step(terms.form, Fraction(share), (terms.budget, population))]


def tier_rate_steps(tier: Tier, population: int) -> list[Step]:
    """One rate on all inhabitants, each tier with its own ceiling."""
    raw = population * exact(tier.value)
    steps = [Step("tier_rate", raw, (population, tier.value, tier.upper or 0))]
    if tier.cap is not None and raw > exact(tier.cap):
        steps.append(Step("tier_cap", exact(tier.cap), (tier.cap,)))
    return steps


def marginal_steps(tiers: Sequence[Tier], population: int) -> list[Step]:
    """Each rate applies to the inhabitants within its tier only, as with the income tax."""
    steps, lower, total = [], 0, Fraction(0)
    for tier in tiers:
        upper = population if tier.upper is None else min(population, tier.upper)
        part = (upper - lower) * exact(tier.value)
        total += part
        steps.append(Step("marginal_part", part, (upper - lower, tier.value, lower + 1, upper)))
        lower = upper
        if lower >= population:
            break
    return [*steps, Step("marginal_sum", total)] if len(steps) > 1 else steps


def limit_step(terms: Terms, value: Fraction) -> Step | None:
    """Raise to the minimum or lower to the maximum."""
    low, high = terms.minimum, terms.maximum
    if low is None and high is None:
        return None
    if low is not None and value < exact(low):
        return Step("minimum", exact(low), (low,))
    if high is not None and value > exact(high):
        return Step("maximum", exact(high), (high,))
    return Step("limits_kept", value, (low or Decimal(0), high or Decimal(0)))


def membership_share(rule: ProRata, member_since: date, year: int) -> tuple[int, int]:
    """Return the part of `year` that is charged, as (units, of units). Leaving during the year changes nothing."""
    if member_since.year > year:
        raise ValueError("not a member in this year")
    if rule == "none" or member_since.year < year:
        return 1, 1
    if rule == "month_started":
        return 13 - member_since.month, 12
    if rule == "quarter_started":
        return 12 - (member_since.month - 1) // 3 * 3, 12
    return (date(year, 12, 31) - member_since).days + 1, 366 if isleap(year) else 365


def round_to(value: Fraction, rounding: Rounding) -> Decimal:
    """Round half up to whole cents, euros or tens of euros, once, at the end."""
    unit = exact(UNITS[rounding])
    count, denominator = value.numerator * unit.denominator, value.denominator * unit.numerator
    return (UNITS[rounding] * ((2 * count + denominator) // (2 * denominator))).quantize(CENT)


def fee(terms: Terms, case: Case, share: Decimal | None = None) -> Fee:
    """Return what one city owes for one year, with every step in order."""
    steps = raw_steps(terms, case.population, share)
    if limits := limit_step(terms, steps[-1].value):
        steps.append(limits)
    units, of = membership_share(terms.pro_rata, case.member_since, case.year)
    if units != of:
        steps.append(Step("pro_rata", steps[-1].value * units / of, (units, of, case.member_since)))
    for discount in case.discounts:
        value = steps[-1].value * (100 - exact(discount.percent)) / 100
        steps.append(Step("discount", value, (discount.percent,), discount.label))
    amount = round_to(steps[-1].value, terms.rounding)
    steps.append(Step("rounding", Fraction(amount), (UNITS[terms.rounding],)))
    return Fee(amount, tuple(steps), share)


def fees(terms: Terms, cases: Sequence[Case], shares: Sequence[Decimal] | None = None) -> list[Fee]:
    """Return the fees of all cities, given in alphabetical order (a cent that can't be divided goes to the first).

    `shares`: the parts of a budget that is split already, among more cities than these.
    """
    parts = shares_of(terms, cases) if shares is None else shares
    return [fee(terms, case, share) for case, share in zip(cases, parts, strict=True)]


def shares_of(terms: Terms, cases: Sequence[Case]) -> Sequence[Decimal | None]:
    """Each city's part of a budget; no other form knows shares."""
    if not cases or terms.form not in SHARED_FORMS:
        return [None] * len(cases)
    by_population = terms.form == "budget_key"
    return split_by_weight(terms.budget, [case.population if by_population else 1 for case in cases])


def inversions(terms: Terms) -> list[Inversion]:
    """Return every tier boundary at which one inhabitant more makes the fee smaller."""
    if terms.form not in TIERED_FORMS:
        return []
    found = []
    for upper in (tier.upper for tier in terms.tiers if tier.upper is not None):
        below, above = (fee(terms, Case(count, 2000, date(1999, 1, 1))).amount for count in (upper, upper + 1))
        if above < below:
            found.append(Inversion(upper, below, above))
    return found


def subdivision(land: str, ags: str = "") -> tuple[str, tuple[str, ...]]:
    """Return the holiday calendar of a city: its Land, with what holds in the city alone (Art. 1 BayFTG)."""
    if ags == AUGSBURG:
        return "Augsburg", ("public",)
    return land, ("public", "catholic") if ags in ASSUMPTION_IS_HOLIDAY else ("public",)


@cache
def working_day(wanted: date, *, land: str, ags: str = "") -> tuple[date, str]:
    """Return the day itself or the next working day, with the reason (§ 193 BGB).

    A Saturday, a Sunday or a public holiday at the debtor's seat (§§ 269, 270 Abs. 4 BGB) is no working day.
    """
    area, categories = subdivision(land, ags)
    found, reason = wanted, ""
    while closed := closed_reason(found, area, categories):
        reason = reason or closed
        found += timedelta(days=1)
    return found, reason


def closed_reason(day: date, area: str, categories: tuple[str, ...]) -> str:
    """Return the German name of the holiday or weekday that makes `day` no working day."""
    holiday = calendar(area, categories, day.year).get(day)
    if holiday:
        return str(holiday)
    return {5: "Samstag", 6: "Sonntag"}.get(day.weekday(), "")


@cache
def calendar(area: str, categories: tuple[str, ...], year: int) -> HolidayBase:
    return country_holidays("DE", subdiv=area, categories=categories, years=year, language="de")


def clamp_day(year: int, month: int, day: int) -> date:
    """The day of a rule such as »31 February«: a day the month doesn't have becomes its last."""
    return date(year, month, min(day, monthrange(year, month)[1]))
