"""What the network costs: all years, and one year with who carried what."""

from decimal import Decimal
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.budget.calculations.costs import CostOverview
from apps.budget.domain.cost_queries import (
    HINT,
    association_expenses,
    cost_overview,
    meeting_expenses,
    meetings_of,
    network_years,
)
from apps.budget.enums import CostCategory
from apps.budget.issuing import print_costs
from apps.budget.prints import sums_of
from apps.budget.views.costs import MEETINGS
from apps.core.charts import bar_chart
from apps.core.money import euros
from apps.core.tables import Column, Table
from apps.core.views import Action, ConfirmPage, Crumb, Page


class NetworkYearsPage(Page):
    """Both legal forms in one view: what cities bore, what the association spent."""

    permission = "budget.view_costs"
    template_name = "budget/network_years.html"
    title = gettext_lazy("Was das Netzwerk kostet")
    lead = gettext_lazy("Kosten der federführenden Städte und Ausgaben des Vereins in einer Übersicht.")
    columns = (
        Column(
            "year", gettext_lazy("Jahr"), format=str, link=lambda row: reverse("budget:network_year", args=[row.year])
        ),
        Column("cash", gettext_lazy("von Städten bezahlt"), align="right", value=lambda row: euros(row.cash)),
        Column(
            "in_kind", gettext_lazy("Sachleistungen der Städte"), align="right", value=lambda row: euros(row.in_kind)
        ),
        Column(
            "association", gettext_lazy("Ausgaben des Vereins"), align="right", value=lambda row: euros(row.association)
        ),
        Column("total", gettext_lazy("zusammen"), align="right", value=lambda row: euros(row.total)),
    )

    def get_breadcrumbs(self) -> list[Crumb]:
        return [MEETINGS]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        years = network_years()
        rows = [(str(year.year), (year.cash, year.in_kind, year.association)) for year in years]
        series = [_("Städte, bezahlt"), _("Städte, Sachleistung"), _("Verein")]
        return super().get_context_data(
            years=years,
            chart=bar_chart(_("Kosten des Netzwerks je Jahr"), rows, series),
            table=Table(columns=self.columns, rows=years, caption=_("Kosten des Netzwerks je Jahr")),
            **kwargs,
        )


class YearView:
    request: Any
    kwargs: dict[str, Any]

    @cached_property
    def overview(self) -> CostOverview:
        found = cost_overview(self.kwargs["year"])
        if not found.shares and not self.may_be_empty:
            raise Http404
        return found

    @cached_property
    def spent(self) -> Decimal:
        """What the association spent in the year; without a meeting that is all there is to show."""
        return association_expenses().get(self.kwargs["year"], Decimal(0))

    @property
    def may_be_empty(self) -> bool:
        return False

    def get_title(self) -> str:
        return _("Kostenübersicht Netzwerkjahr %s") % self.kwargs["year"]

    def get_breadcrumbs(self) -> list[Crumb]:
        return [MEETINGS, Crumb(_("Übersicht der Jahre"), reverse("budget:network_years"))]


class NetworkYearPage(YearView, Page):
    permission = "budget.view_costs"
    template_name = "budget/network_year.html"

    @property
    def may_be_empty(self) -> bool:
        return bool(self.spent)

    def get_actions(self) -> list[Action]:
        if not self.overview.shares:
            return []
        return [Action(_("Als PDF"), reverse("budget:print_costs", args=[self.kwargs["year"]]))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        overview = self.overview
        labels = dict(CostCategory.choices)
        parts = [(str(labels[row.category]), (row.cash, row.in_kind)) for row in overview.categories]
        return super().get_context_data(
            overview=overview,
            spent=self.spent,
            total=overview.total + self.spent,
            meeting_expenses=meeting_expenses(self.kwargs["year"]),
            meetings=meetings_of(self.kwargs["year"]),
            categories=Table(columns=category_columns(), rows=overview.categories, caption=_("Kosten je Kostenart")),
            shares=Table(columns=SHARE_COLUMNS, rows=overview.shares, caption=_("Getragen und rechnerische Anteile")),
            category_chart=bar_chart(_("Kosten je Kostenart"), parts, [_("bezahlt"), _("Sachleistung")]),
            share_chart=bar_chart(
                _("Getragen gegen gleichen Anteil"),
                [(row.city, (row.borne, row.equal)) for row in overview.shares],
                [_("getragen"), _("gleicher Anteil")],
            ),
            hint=HINT,
            **kwargs,
        )


def category_columns() -> tuple[Column, ...]:
    labels = dict(CostCategory.choices)
    return (
        Column("category", gettext_lazy("Kostenart"), value=lambda row: labels[row.category]),
        Column("cash", gettext_lazy("bezahlt"), align="right", value=lambda row: euros(row.cash)),
        Column("in_kind", gettext_lazy("Sachleistung"), align="right", value=lambda row: euros(row.in_kind)),
        Column("total", gettext_lazy("zusammen"), align="right", value=lambda row: euros(row.total)),
    )


SHARE_COLUMNS = (
    Column("city", gettext_lazy("Stadt")),
    Column("borne", gettext_lazy("getragen"), align="right", value=lambda row: euros(row.borne)),
    Column("equal", gettext_lazy("gleicher Anteil"), align="right", value=lambda row: euros(row.equal)),
    Column(
        "by_population",
        gettext_lazy("Anteil nach Einwohner:innen"),
        align="right",
        value=lambda row: None if row.by_population is None else euros(row.by_population),
    ),
    Column(
        "above_equal", gettext_lazy("mehr als gleicher Anteil"), align="right", value=lambda row: euros(row.above_equal)
    ),
)


class PrintCosts(YearView, ConfirmPage):
    permission = "budget.view_costs"
    submit_label = gettext_lazy("PDF erzeugen und ablegen")

    def get_facts(self) -> list[tuple[str, str]]:
        return sums_of(self.overview, self.spent)

    def get_consequences(self) -> list[str]:
        return [_("Das PDF zeigt den Stand von heute und wird für Kasse, Vorstand und Kassenprüfung abgelegt.")]

    def get_cancel_url(self) -> str:
        return reverse("budget:network_year", args=[self.kwargs["year"]])

    def perform(self, form: Any) -> str:
        document = print_costs(self.kwargs["year"], by=self.request.user, on=timezone.localdate())
        self.success(_("Das PDF ist unter der Nummer %s abgelegt.") % document.number)
        return document.get_absolute_url()
