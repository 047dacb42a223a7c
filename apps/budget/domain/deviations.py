"""Where the year leaves its plan by more than the association tolerates."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from apps.budget.calculations.plans import Comparison, Figure
from apps.budget.domain.queries import compare_lines, planned_in_force
from apps.budget.models import BudgetPlan
from apps.organisation.domain.queries import decimal_parameter

TOLERANCE = "budget_deviation_percent"


@dataclass(frozen=True)
class Deviations:
    plan: BudgetPlan
    comparison: Comparison
    tolerance: Decimal

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        return deviating(self.comparison, self.tolerance)


def deviating(comparison: Comparison, tolerance: Decimal) -> tuple[Figure, ...]:
    return tuple(figure for figure in comparison.figures if figure.deviates(tolerance))


def deviations(on: date) -> Deviations | None:
    """Of this year's plan in force; None without one (domain rule 6.11: deviations over 10 % need approval)."""
    lines = planned_in_force([on.year - 1, on.year])
    if not lines[on.year]:
        return None
    plan = lines[on.year][0].plan
    comparison = compare_lines(plan, lines[on.year], lines[on.year - 1], on)
    return Deviations(plan, comparison, decimal_parameter(TOLERANCE, on))
