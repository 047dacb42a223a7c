"""What waits for treasurer and board about the budget."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from apps.budget.domain.deviations import deviations
from apps.budget.enums import PlanState
from apps.budget.models import BudgetPlan
from apps.core.registries import Duty
from apps.core.templatetags.formats import number


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
    yield from deviation_duties(today)


def deviation_duties(today: date) -> Iterator[Duty]:
    """Lines of this year's budget whose forecast leaves the plan by more than the set percentage."""
    found = deviations(today)
    if found is None or not found.figures:
        return
    names = ", ".join(figure.label for figure in found.figures[:3])
    yield Duty(
        _("Abweichungen vom Haushalt %s prüfen") % found.plan.year,
        f"{found.plan.get_absolute_url()}#abweichungen",
        _("%(count)s Ansätze weichen um mehr als %(percent)s %% ab: %(names)s")
        % {"count": len(found.figures), "percent": number(found.tolerance), "names": names},
        tone="warning",
    )
