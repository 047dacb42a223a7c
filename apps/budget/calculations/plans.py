"""Plan, actual, commitments and forecast side by side: pure figures."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import partial

ZERO = Decimal(0)
CENT = Decimal("0.01")

type Place = tuple[str, str]
"""Number of an account and of a cost centre; "" where there is none."""


@dataclass(frozen=True)
class PlannedAmount:
    number: str
    is_income: bool
    amount: Decimal
    centre: str = ""
    following: Decimal = ZERO
    after_next: Decimal = ZERO
    month: int | None = None
    explanation: str = ""

    @property
    def place(self) -> Place:
        return self.number, self.centre


@dataclass(frozen=True)
class Estimate:
    """How one line is forecast; `rule` is remaining, linear or own (with its figure and reason)."""

    rule: str = "remaining"
    figure: Decimal = ZERO
    reason: str = ""


@dataclass(frozen=True)
class Progress:
    """How much of the year has passed."""

    days: int
    elapsed: int

    @property
    def is_over(self) -> bool:
        return self.elapsed >= self.days


@dataclass(frozen=True)
class Tolerance:
    """What a line may leave its plan by before anybody is warned: a share of the plan, and in any case an amount."""

    percent: Decimal
    amount: Decimal


@dataclass(frozen=True)
class Figure:
    """One line of the year, in euro; all positive as income or as expense."""

    number: str
    name: str
    is_income: bool
    planned: Decimal
    actual: Decimal
    centre: str = ""
    centre_name: str = ""
    committed: Decimal = ZERO
    forecast: Decimal = ZERO
    estimate: Estimate = Estimate()
    supplemented: Decimal = ZERO
    planned_before: Decimal = ZERO
    actual_before: Decimal = ZERO
    following: Decimal = ZERO
    after_next: Decimal = ZERO
    month: int | None = None
    explanation: str = ""

    @property
    def label(self) -> str:
        return f"{self.name} · {self.centre_name}" if self.centre else self.name

    @property
    def remaining(self) -> Decimal:
        """Income still to come, or money still free to spend; negative where the plan is exceeded."""
        return self.planned - self.actual - self.committed

    @property
    def change(self) -> Decimal:
        """What a supplementary budget adds to the plan it supplements, or takes from it."""
        return self.planned - self.supplemented

    @property
    def percent(self) -> int | None:
        """Actual in percent of the plan, half up; None where nothing was planned."""
        if not self.planned:
            return None
        return int((self.actual * 100 / self.planned).to_integral_value(rounding=ROUND_HALF_UP))

    def deviates(self, tolerance: Tolerance) -> bool:
        """The forecast leaves the plan to the bad side by more than the share of the plan and by more than the amount tolerated."""
        worse = self.planned - self.forecast if self.is_income else self.forecast - self.planned
        return worse > max(self.planned * tolerance.percent / 100, tolerance.amount)


@dataclass(frozen=True)
class Side:
    """All income, or all expenses."""

    figures: tuple[Figure, ...]

    def total(self, name: str) -> Decimal:
        return sum((getattr(figure, name) for figure in self.figures), ZERO)

    @property
    def planned(self) -> Decimal:
        return self.total("planned")

    @property
    def actual(self) -> Decimal:
        return self.total("actual")

    @property
    def committed(self) -> Decimal:
        return self.total("committed")

    @property
    def forecast(self) -> Decimal:
        return self.total("forecast")

    @property
    def remaining(self) -> Decimal:
        return self.total("remaining")

    @property
    def supplemented(self) -> Decimal:
        return self.total("supplemented")

    @property
    def change(self) -> Decimal:
        return self.total("change")

    @property
    def planned_before(self) -> Decimal:
        return self.total("planned_before")

    @property
    def actual_before(self) -> Decimal:
        return self.total("actual_before")

    @property
    def following(self) -> Decimal:
        return self.total("following")

    @property
    def after_next(self) -> Decimal:
        return self.total("after_next")


@dataclass(frozen=True)
class Comparison:
    """Plan, actual, commitments and forecast of one year; `cover` is what the plan takes from reserves."""

    income: Side
    expenses: Side
    cover: Decimal = ZERO

    @property
    def figures(self) -> tuple[Figure, ...]:
        return self.income.figures + self.expenses.figures

    def result(self, name: str) -> Decimal:
        return self.income.total(name) - self.expenses.total(name)

    @property
    def planned_result(self) -> Decimal:
        return self.result("planned")

    @property
    def actual_result(self) -> Decimal:
        return self.result("actual")

    @property
    def forecast_result(self) -> Decimal:
        return self.result("forecast")

    @property
    def results(self) -> dict[str, Decimal]:
        before = ("supplemented", "change", "planned_before", "actual_before")
        names = (*before, "planned", "actual", "forecast", "following", "after_next")
        return {name: self.result(name) for name in names}

    @property
    def uncovered(self) -> Decimal:
        """What neither planned income nor reserves cover (domain rule 6.11: balanced or covered by reserves)."""
        return max(ZERO, -(self.planned_result + self.cover))

    @property
    def is_covered(self) -> bool:
        return not self.uncovered


@dataclass(frozen=True)
class Names:
    """What accounts (name, is income) and cost centres are called."""

    accounts: Mapping[str, tuple[str, bool]]
    centres: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Amounts:
    """Everything that stands beside the plan, each by place."""

    actual: Mapping[Place, Decimal] = field(default_factory=dict)
    committed: Mapping[Place, Decimal] = field(default_factory=dict)
    supplemented: Mapping[Place, Decimal] = field(default_factory=dict)
    planned_before: Mapping[Place, Decimal] = field(default_factory=dict)
    actual_before: Mapping[Place, Decimal] = field(default_factory=dict)
    estimates: Mapping[Place, Estimate] = field(default_factory=dict)


def forecast(
    estimate: Estimate,
    *,
    planned: Decimal,
    actual: Decimal,
    committed: Decimal,
    progress: Progress,
    is_income: bool = False,
) -> Decimal:
    """The figure expected for the end of the year; of expenses never less than what is booked and bound.

    remaining: the plan will be used up; linear: goes on as it did until today, in days; own: as somebody said (income
    may be paid back).
    """
    sure = actual + committed
    if progress.is_over:
        return sure
    if estimate.rule == "own":
        return estimate.figure if is_income else max(estimate.figure, sure)
    if estimate.rule == "linear" and progress.elapsed > 0:
        extended = (actual * progress.days / progress.elapsed).quantize(CENT, rounding=ROUND_HALF_UP)
        return max(extended, sure)
    return max(planned, sure)


def fold(amounts: Mapping[Place, Decimal], places: Iterable[Place]) -> dict[Place, Decimal]:
    """Add up by the places of the plan: what stands on a cost centre without a line of its own counts for the account."""
    known, folded = set(places), defaultdict[Place, Decimal](Decimal)
    for place, amount in amounts.items():
        folded[place if place in known else (place[0], "")] += amount
    return dict(folded)


def compare(
    planned: Iterable[PlannedAmount], amounts: Amounts, names: Names, progress: Progress, cover: Decimal = ZERO
) -> Comparison:
    """Join everything by account and cost centre; an account with postings but no plan stands with a plan of zero."""
    plans = {row.place: row for row in planned}
    into_plan: Callable[[Mapping[Place, Decimal]], dict[Place, Decimal]] = partial(fold, places=plans)
    actual, committed, supplemented = map(into_plan, (amounts.actual, amounts.committed, amounts.supplemented))
    planned_before, actual_before = into_plan(amounts.planned_before), into_plan(amounts.actual_before)
    figures = []
    for place in sorted({*plans, *actual, *committed, *supplemented, *planned_before, *actual_before}):
        number, centre = place
        name, is_income = names.accounts[number]
        plan = plans.get(place) or PlannedAmount(number, is_income, ZERO, centre)
        estimate = amounts.estimates.get(place, Estimate())
        booked, bound = actual.get(place, ZERO), committed.get(place, ZERO)
        figures.append(
            Figure(
                number,
                name,
                is_income,
                plan.amount,
                booked,
                centre=centre,
                centre_name=names.centres.get(centre, centre),
                committed=bound,
                forecast=forecast(
                    estimate,
                    planned=plan.amount,
                    actual=booked,
                    committed=bound,
                    progress=progress,
                    is_income=is_income,
                ),
                estimate=estimate,
                supplemented=supplemented.get(place, ZERO),
                planned_before=planned_before.get(place, ZERO),
                actual_before=actual_before.get(place, ZERO),
                following=plan.following,
                after_next=plan.after_next,
                month=plan.month,
                explanation=plan.explanation,
            )
        )
    return Comparison(
        Side(tuple(figure for figure in figures if figure.is_income)),
        Side(tuple(figure for figure in figures if not figure.is_income)),
        cover,
    )
