"""What the printed budget shows."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from apps.budget.calculations import Comparison
from apps.budget.domain.queries import compare_plan
from apps.budget.models import BudgetPlan


@dataclass(frozen=True)
class BudgetPrint:
    """Plan against actual as of a day."""

    title: str
    subtitle: str
    comparison: Comparison
    note: str
    facts: tuple[tuple[str, str], ...]


def budget_print(plan: BudgetPlan, *, on: date) -> BudgetPrint:
    facts = [(_("Haushaltsjahr"), str(plan.year)), (_("Stand"), plan.get_state_display())]
    if plan.resolution:
        facts.append((_("Beschlossen durch"), str(plan.resolution)))
    facts.append((_("Ist-Werte bis"), f"{on:%d.%m.%Y}"))
    return BudgetPrint(
        title=str(plan),
        subtitle=_("Plan und Ist im Vergleich"),
        comparison=compare_plan(plan),
        note=plan.note,
        facts=tuple(facts),
    )
