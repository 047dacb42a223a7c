"""Where the year leaves its plan by more than the association tolerates."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from apps.budget.calculations.plans import Comparison, Figure, Tolerance
from apps.budget.domain.queries import compare_lines, planned_in_force
from apps.budget.models import BudgetPlan
from apps.organisation.domain.queries import number_in, values_on

PERCENT, MINIMUM = "budget_deviation_percent", "budget_deviation_minimum"


@dataclass(frozen=True)
class Deviations:
    plan: BudgetPlan
    comparison: Comparison
    tolerance: Tolerance

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        return deviating(self.comparison, self.tolerance)


def tolerance_on(day: date) -> Tolerance:
    """The values the association set for that day, in one query; what is missing is named."""
    values = values_on((PERCENT, MINIMUM), day)
    return Tolerance(number_in(values, PERCENT, day), number_in(values, MINIMUM, day))


def deviating(comparison: Comparison, tolerance: Tolerance) -> tuple[Figure, ...]:
    return tuple(figure for figure in comparison.figures if figure.deviates(tolerance))


def deviations(on: date) -> Deviations | None:
    """Of this year's plan in force; None without one (domain rule 6.11: deviations over 10 % need approval)."""
    lines = planned_in_force([on.year - 1, on.year])
    if not lines[on.year]:
        return None
    plan = lines[on.year][0].plan
    comparison = compare_lines(plan, lines[on.year], lines[on.year - 1], on)
    return Deviations(plan, comparison, tolerance_on(on))
