"""What waits for treasurer and board about the budget."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from apps.budget.enums import PlanState
from apps.budget.models import BudgetPlan
from apps.core.registries import Duty


def budget_duties(user: Any, today: date) -> Iterator[Duty]:
    if not user.has_perm("budget.adopt_budgetplan"):
        return
    for plan in BudgetPlan.objects.filter(state__in=[PlanState.DRAFT, PlanState.PROPOSED]):
        detail = (
            _("Entwurf, noch nicht zur Beschlussfassung vorgelegt")
            if plan.is_draft
            else _("Wartet auf den Beschluss der Versammlung")
        )
        yield Duty(str(plan), plan.get_absolute_url(), detail, due_on=date(plan.year - 1, 12, 31))
