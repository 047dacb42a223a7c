"""What the printed budget and the overview of costs show."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from apps.budget.calculations.costs import CategorySum, CostOverview
from apps.budget.calculations.plans import Comparison, Figure
from apps.budget.domain.cost_queries import HINT, association_expenses, cost_overview, meetings_of
from apps.budget.domain.queries import compare_plan
from apps.budget.enums import CostCategory, Valuation
from apps.budget.models import BorneCost, BudgetPlan, NetworkMeeting
from apps.core.charts import bar_chart
from apps.core.templatetags.formats import euro


@dataclass(frozen=True)
class BudgetPrint:
    """Plan against actual as of a day, with the two years ahead."""

    title: str
    subtitle: str
    comparison: Comparison
    note: str
    reserve: str
    facts: tuple[tuple[str, str], ...]
    years: tuple[str, str, str]
    year_before: str
    is_supplement: bool

    @property
    def year(self) -> str:
        return self.years[0]

    @property
    def outlook(self) -> list[Figure]:
        return [figure for figure in self.comparison.figures if figure.planned or figure.following or figure.after_next]


def budget_print(plan: BudgetPlan, *, on: date) -> BudgetPrint:
    facts = [(_("Haushaltsjahr"), str(plan.year)), (_("Stand"), plan.get_state_display())]
    if plan.supplements:
        facts.append((_("Nachtrag zu"), str(plan.supplements)))
    if plan.resolution:
        facts.append((_("Beschlossen durch"), str(plan.resolution)))
    facts.append((_("Ist-Werte bis"), f"{on:%d.%m.%Y}"))
    return BudgetPrint(
        title=str(plan),
        subtitle=_("Plan, Ist und Prognose im Vergleich"),
        comparison=compare_plan(plan, on),
        note=plan.note,
        reserve=str(plan.reserve_account or ""),
        facts=tuple(facts),
        years=(str(plan.year), str(plan.year + 1), str(plan.year + 2)),
        year_before=str(plan.year - 1),
        is_supplement=plan.supplements is not None,
    )


@dataclass(frozen=True)
class CostPrint:
    """Kostenübersicht Netzwerkjahr."""

    title: str
    facts: tuple[tuple[str, str], ...]
    overview: CostOverview
    categories: list[tuple[str, CategorySum]]
    meetings: list[NetworkMeeting]
    not_valued: list[str]
    chart: SafeString
    hint: str

    @property
    def is_example(self) -> bool:
        return any(meeting.is_example for meeting in self.meetings)


def sums_of(overview: CostOverview, spent: Decimal) -> list[tuple[str, str]]:
    """What the year cost altogether, and who bore it; `spent` by the association."""
    return [
        (_("Kosten des Netzwerkjahres"), euro(overview.total + spent)),
        (_("von Städten bezahlt"), euro(overview.cash)),
        (_("Sachleistungen der Städte"), euro(overview.in_kind)),
        (_("Ausgaben des Vereins"), euro(spent)),
    ]


def cost_print(year: int, *, on: date) -> CostPrint:
    overview = cost_overview(year)
    labels = dict(CostCategory.choices)
    spent = association_expenses().get(year, Decimal(0))
    facts = sums_of(overview, spent)
    if overview.per_participant_day is not None:
        facts.append((_("Kosten der Städte je Teilnahmetag"), euro(overview.per_participant_day)))
    if overview.cash_per_city is not None:
        facts.append((_("je Stadt, wenn alle gleich viel zahlten"), euro(overview.cash_per_city)))
    facts.append((_("Stand"), f"{on:%d.%m.%Y}"))
    unvalued = BorneCost.objects.filter(meeting__starts_on__year=year, valuation=Valuation.NONE).select_related("city")
    return CostPrint(
        title=_("Kostenübersicht Netzwerkjahr %s") % year,
        facts=tuple(facts),
        overview=overview,
        categories=[(str(labels[row.category]), row) for row in overview.categories],
        meetings=meetings_of(year),
        not_valued=[f"{row.get_category_display()} ({row.city})" for row in unvalued],
        chart=bar_chart(
            _("Kosten je Kostenart"),
            [(str(labels[row.category]), (row.cash, row.in_kind)) for row in overview.categories],
            [_("bezahlt"), _("Sachleistung")],
        ),
        hint=str(HINT),
    )
