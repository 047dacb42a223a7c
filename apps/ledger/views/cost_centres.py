"""Cost centres: what was spent and earned for a meeting, a Fachgruppe, a city."""

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.money import euros
from apps.core.tables import Column, Filter, Table
from apps.core.views import Action, Badge, Crumb, FormPage, ObjectPage, TablePage
from apps.ledger.domain.cost_centres import change_cost_centre, open_cost_centre
from apps.ledger.domain.queries import BalanceRow, cost_centre_sums
from apps.ledger.enums import CostCentreKind
from apps.ledger.forms import CostCentreForm, NewCostCentreForm
from apps.ledger.models import CostCentre
from apps.ledger.rules import get_cost_centre, visible_cost_centres
from apps.ledger.views.accounts import Periodic
from apps.ledger.views.journal import BOOKS

CENTRES = Crumb(gettext_lazy("Kostenstellen"), reverse_lazy("ledger:cost_centres"))


class CostCentresPage(TablePage):
    permission = "ledger.view_costcentre"
    title = gettext_lazy("Kostenstellen")
    lead = gettext_lazy("Wofür das Geld war: ein Treffen, eine Fachgruppe, eine Stadt oder der Verein im Ganzen.")
    columns = (
        Column("number", gettext_lazy("Nummer"), sort=True, link=True),
        Column("name", gettext_lazy("Bezeichnung"), sort=True),
        Column("kind", gettext_lazy("Art"), sort=True),
        Column("valid_from", gettext_lazy("offen ab"), sort=True),
        Column("valid_until", gettext_lazy("geschlossen ab"), sort=True),
    )
    filters = (Filter("art", gettext_lazy("Art"), CostCentreKind.choices, field="kind"),)
    search_fields = ("number", "name")
    default_sort = "number"
    count_label = gettext_lazy("Kostenstellen")
    empty_title = gettext_lazy("Noch keine Kostenstellen")
    empty_text = gettext_lazy(
        "Mit Kostenstellen sehen Sie, was ein Treffen oder eine Fachgruppe im Ganzen gekostet hat."
    )

    def get_queryset(self) -> QuerySet[CostCentre]:
        return visible_cost_centres(self.request.user)

    def get_breadcrumbs(self) -> list[Crumb]:
        return [BOOKS]

    def get_actions(self) -> list[Action]:
        if not self.request.user.has_perm("ledger.change_costcentre"):
            return []
        return [Action(_("Kostenstelle eröffnen"), reverse("ledger:open_cost_centre"), primary=True)]


class CostCentreView:
    request: Any
    kwargs: dict[str, Any]
    object: CostCentre

    def get_object(self) -> CostCentre:
        return get_cost_centre(self.request.user, self.kwargs["number"])

    def get_breadcrumbs(self) -> list[Crumb]:
        return [BOOKS, CENTRES]


class CostCentrePage(Periodic, CostCentreView, ObjectPage):
    permission = "ledger.view_costcentre"
    template_name = "ledger/cost_centre.html"

    def get_badge(self) -> Badge:
        return Badge(self.object.get_kind_display())

    def get_actions(self) -> list[Action]:
        if not self.request.user.has_perm("ledger.change_costcentre"):
            return []
        return [Action(_("Bearbeiten"), reverse("ledger:change_cost_centre", args=[self.object.number]))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        start, end = self.period
        rows = cost_centre_sums(self.object, start=start, end=end)
        return super().get_context_data(
            table=self.table(rows), has_rows=bool(rows), period_form=self.period_form, **kwargs
        )

    def table(self, rows: list[BalanceRow]) -> Table:
        query = f"{self.period_query}&kostenstelle={self.object.number}"
        columns = (
            Column("account", gettext_lazy("Konto"), link=lambda row: row.account.get_absolute_url() + query),
            Column("debit", gettext_lazy("Soll"), value=lambda row: euros(row.debit), align="right", total="debit"),
            Column("credit", gettext_lazy("Haben"), value=lambda row: euros(row.credit), align="right", total="credit"),
            Column(
                "closing", gettext_lazy("Saldo"), value=lambda row: euros(row.closing), align="right", total="closing"
            ),
        )
        totals = {
            name: sum((getattr(row, name) for row in rows), Decimal(0)) for name in ("debit", "credit", "closing")
        }
        return Table(columns, rows, _("Summen je Konto"), totals)


class OpenCostCentrePage(FormPage):
    permission = "ledger.change_costcentre"
    title = gettext_lazy("Kostenstelle eröffnen")
    form_class = NewCostCentreForm
    submit_label = gettext_lazy("Kostenstelle eröffnen")
    cancel_url = reverse_lazy("ledger:cost_centres")

    def get_breadcrumbs(self) -> list[Crumb]:
        return [BOOKS, CENTRES]

    def get_initial(self) -> dict[str, Any]:
        return {"valid_from": timezone.localdate().replace(month=1, day=1)}

    def perform(self, form: NewCostCentreForm) -> str:
        centre = open_cost_centre(**form.cleaned_data, by=self.request.user)
        self.success(_("Die Kostenstelle %s ist eröffnet.") % centre)
        return centre.get_absolute_url()


class ChangeCostCentrePage(CostCentreView, FormPage):
    permission = "ledger.change_costcentre"
    title = gettext_lazy("Kostenstelle bearbeiten")
    form_class = CostCentreForm
    submit_label = gettext_lazy("Kostenstelle ändern")

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.object, name) for name in ("number", "name", "kind", "valid_until")}

    def perform(self, form: CostCentreForm) -> str:
        centre = change_cost_centre(self.object, **form.cleaned_data, by=self.request.user)
        self.success(_("Die Kostenstelle %s ist geändert.") % centre)
        return centre.get_absolute_url()
