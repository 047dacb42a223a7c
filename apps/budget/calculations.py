"""Plan against actual: pure figures."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True)
class AccountFigure:
    """What is planned and what was posted on one account in a year, in euro; both positive as income or as expense."""

    number: str
    name: str
    is_income: bool
    planned: Decimal
    actual: Decimal
    explanation: str = ""

    @property
    def remaining(self) -> Decimal:
        """Income still to come, or money still to spend; negative where the plan is exceeded."""
        return self.planned - self.actual

    @property
    def percent(self) -> int | None:
        """Actual in percent of the plan, half up; None where nothing was planned."""
        if not self.planned:
            return None
        return int((self.actual * 100 / self.planned).to_integral_value(rounding="ROUND_HALF_UP"))

    def exceeds(self, tolerance_percent: Decimal) -> bool:
        """An expense beyond the plan by more than the tolerance, or one that was not planned at all."""
        return not self.is_income and self.actual > self.planned * (1 + tolerance_percent / 100)


@dataclass(frozen=True)
class Side:
    """All income, or all expenses."""

    figures: tuple[AccountFigure, ...]

    @property
    def planned(self) -> Decimal:
        return sum((figure.planned for figure in self.figures), ZERO)

    @property
    def actual(self) -> Decimal:
        return sum((figure.actual for figure in self.figures), ZERO)

    @property
    def remaining(self) -> Decimal:
        return self.planned - self.actual


@dataclass(frozen=True)
class Comparison:
    """Plan against actual of one year."""

    income: Side
    expenses: Side

    @property
    def planned_result(self) -> Decimal:
        return self.income.planned - self.expenses.planned

    @property
    def actual_result(self) -> Decimal:
        return self.income.actual - self.expenses.actual

    @property
    def is_covered(self) -> bool:
        """The planned income covers the planned expenses; otherwise reserves must (domain rule: balanced or covered)."""
        return self.planned_result >= 0


@dataclass(frozen=True)
class PlannedAmount:
    number: str
    name: str
    is_income: bool
    amount: Decimal
    explanation: str = ""


def compare(planned: Iterable[PlannedAmount], actual: Mapping[str, tuple[str, bool, Decimal]]) -> Comparison:
    """Join plan and postings by account number; an account with postings but no plan stands with a plan of zero.

    `actual` maps the account number to name, whether it is income, and the amount of the year.
    """
    plans = {row.number: row for row in planned}
    figures = []
    for number in sorted(plans.keys() | actual.keys()):
        plan = plans.get(number)
        name, is_income, amount = actual.get(number) or (plan.name, plan.is_income, ZERO) if plan else actual[number]
        figures.append(
            AccountFigure(
                number, name, is_income, plan.amount if plan else ZERO, amount, plan.explanation if plan else ""
            )
        )
    return Comparison(
        Side(tuple(figure for figure in figures if figure.is_income)),
        Side(tuple(figure for figure in figures if not figure.is_income)),
    )
