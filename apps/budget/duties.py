"""What waits for treasurer and board about the budget."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.budget.domain.deviations import Deviations
from apps.budget.enums import PlanState
from apps.budget.models import BudgetPlan
from apps.core.registries import Duty, Found, Milestone, Waiting
from apps.core.templatetags.formats import number
from apps.ledger.models import Entry


def budget_duties(user: Any, today: date) -> Iterator[Waiting]:
    if not user.has_perm("budget.adopt_budgetplan"):
        return
    details = {
        PlanState.DRAFT: _("Entwurf, noch nicht zur Beschlussfassung vorgelegt"),
        PlanState.PROPOSED: _("Wartet auf den Beschluss der Versammlung"),
    }
    for state, detail in details.items():
        plans = BudgetPlan.objects.filter(state=state)
        yield Waiting(plans.filter(supplement=0), plan_to_adopt(detail), first="year")
        yield Waiting(plans.filter(supplement__gt=0), supplement_to_adopt(detail), first="year")


def budget_year(user: Any, years: Sequence[int]) -> Iterator[Milestone]:
    """The budget of a year is adopted before it begins, once there were books to plan from."""
    if not user.has_perm("budget.adopt_budgetplan"):
        return
    for year in years:
        adopted, books = BudgetPlan.objects.in_force().filter(year=year), Entry.objects.filter(year=year - 1, number=1)
        title, due_on = _("Haushaltsplan %s beschließen") % year, date(year - 1, 12, 31)
        yield Milestone(title, due_on, reverse("budget:plans"), adopted, books)


def plan_to_adopt(detail: str) -> Callable[[Found], Duty]:
    def duty(found: Found) -> Duty:
        title = ngettext("Haushaltsplan %(year)s", "%(count)s Haushaltspläne, der erste für %(year)s", found.count)
        return Duty(
            title % {"count": found.count, "year": found.first},
            reverse("budget:plans"),
            detail,
            due_on=date(found.first - 1, 12, 31),
        )

    return duty


def supplement_to_adopt(detail: str) -> Callable[[Found], Duty]:
    """A supplementary budget is made in the course of its year and holds from its adoption; it may come until the year ends."""

    def duty(found: Found) -> Duty:
        title = ngettext(
            "Nachtrag zum Haushaltsplan %(year)s",
            "%(count)s Nachträge zu Haushaltsplänen, der erste für %(year)s",
            found.count,
        )
        return Duty(
            title % {"count": found.count, "year": found.first},
            reverse("budget:plans"),
            detail,
            due_on=date(found.first, 12, 31),
        )

    return duty


def deviation_duties(found: Deviations | None) -> Iterator[Duty]:
    """Lines of this year's budget whose forecast leaves the plan to the bad side by more than the association tolerates."""
    if found is None or not found.figures:
        return
    names = ", ".join(figure.label for figure in found.figures[:3])
    title = ngettext(
        "%(count)s Ansatz weicht um mehr als %(percent)s %% ab: %(names)s",
        "%(count)s Ansätze weichen um mehr als %(percent)s %% ab: %(names)s",
        len(found.figures),
    )
    yield Duty(
        _("Abweichungen vom Haushalt %s prüfen") % found.plan.year,
        f"{found.plan.get_absolute_url()}#abweichungen",
        title % {"count": len(found.figures), "percent": number(found.tolerance.percent), "names": names},
        tone="warning",
    )
