"""Where the year leaves its plan by more than the association tolerates."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from apps.budget.calculations.plans import Comparison, Figure
from apps.budget.domain.queries import compare_plan, plan_in_force
from apps.budget.models import BudgetPlan
from apps.organisation.domain.queries import decimal_parameter

TOLERANCE = "budget_deviation_percent"


@dataclass(frozen=True)
class Deviations:
    plan: BudgetPlan
    tolerance: Decimal
    figures: tuple[Figure, ...]


def deviating(comparison: Comparison, tolerance: Decimal) -> tuple[Figure, ...]:
    return tuple(figure for figure in comparison.figures if figure.deviates(tolerance))


def deviations(on: date) -> Deviations | None:
    """Of this year's plan in force; None without one (domain rule 6.11: deviations over 10 % need approval)."""
    plan = plan_in_force(on.year)
    if plan is None:
        return None
    tolerance = decimal_parameter(TOLERANCE, on)
    return Deviations(plan, tolerance, deviating(compare_plan(plan, on), tolerance))
