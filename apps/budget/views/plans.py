"""The budget of a year: plan, decision, plan against actual."""

from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.budget.calculations.plans import Comparison, Figure, Tolerance
from apps.budget.domain.deviations import deviating, tolerance_on
from apps.budget.domain.planning import (
    adopt_plan,
    draft_plan,
    guard_covered,
    propose_plan,
    return_plan,
    set_amounts,
    withdraw_plan,
)
from apps.budget.domain.queries import compare_plan
from apps.budget.enums import PlanState
from apps.budget.forms.plans import AdoptForm, AmountsForm, ReasonForm, YearForm
from apps.budget.issuing import print_plan
from apps.budget.models import BudgetPlan
from apps.budget.rules import get_plan, visible_plans
from apps.core.charts import bar_chart
from apps.core.tables import Column, Filter
from apps.core.templatetags.formats import euro
from apps.core.views import Action, Badge, ConfirmPage, Crumb, FormPage, ObjectPage, TablePage
from apps.ledger.enums import AccountKind

BUDGET = Crumb(gettext_lazy("Haushalt"), reverse_lazy("budget:plans"))
BESIDE = ((gettext_lazy("Verpflichtungen"), "budget:commitments"), (gettext_lazy("Liquidität"), "budget:liquidity"))
BESIDE_PERMISSION = "budget.view_commitment"
TONES = {PlanState.ADOPTED: "success", PlanState.PROPOSED: "warning", PlanState.WITHDRAWN: "danger"}


class PlansPage(TablePage):
    permission = "budget.view_budgetplan"
    title = gettext_lazy("Haushalt")
    lead = gettext_lazy("Die Haushaltspläne der Jahre, ihre Nachträge und wie sie eingehalten wurden.")
    columns = [
        Column("year", gettext_lazy("Jahr"), sort=["year", "version"], format=str),
        Column("plan", gettext_lazy("Plan"), value=str, link=True),
        Column("state", gettext_lazy("Stand"), sort=True),
        Column("income", gettext_lazy("Einnahmen"), align="right", format=euro),
        Column("expenses", gettext_lazy("Ausgaben"), align="right", format=euro),
        Column(
            "resolution",
            gettext_lazy("beschlossen durch"),
            link=lambda plan: plan.resolution and plan.resolution.get_absolute_url(),
        ),
    ]
    filters = [Filter("stand", gettext_lazy("Stand"), PlanState.choices, field="state")]
    default_sort = "-year"
    count_label = gettext_lazy("Haushaltspläne")
    empty_title = gettext_lazy("Noch kein Haushaltsplan")
    empty_text = gettext_lazy("Ein Haushaltsplan entsteht als Entwurf und gilt, sobald ihn die Versammlung beschließt.")

    def get_queryset(self) -> QuerySet[BudgetPlan]:
        kind = "lines__account__kind"
        return visible_plans(self.request.user).annotate(
            income=Sum("lines__amount", filter=Q(**{kind: AccountKind.INCOME}), default=0),
            expenses=Sum("lines__amount", filter=Q(**{kind: AccountKind.EXPENSE}), default=0),
        )

    def get_actions(self) -> list[Action]:
        others = [
            Action(label, reverse(name)) for label, name in BESIDE if self.request.user.has_perm(BESIDE_PERMISSION)
        ]
        if not self.request.user.has_perm("budget.change_budgetplan"):
            return others
        return [Action(_("Haushaltsplan beginnen"), reverse("budget:draft"), primary=True), *others]


class PlanView:
    """Getter and way back of everything about one plan."""

    request: Any
    kwargs: dict[str, Any]
    object: BudgetPlan

    def get_object(self) -> BudgetPlan:
        return get_plan(self.request.user, self.kwargs["year"], self.kwargs["version"])

    def get_breadcrumbs(self) -> list[Crumb]:
        return [BUDGET]


class PlanPage(PlanView, ObjectPage):
    permission = "budget.view_budgetplan"
    template_name = "budget/plan.html"

    def get_badge(self) -> Badge:
        return Badge(self.object.get_state_display(), TONES.get(self.object.state, "info"))

    @cached_property
    def comparison(self) -> Comparison:
        return compare_plan(self.object)

    @cached_property
    def tolerance(self) -> Tolerance:
        return tolerance_on(timezone.localdate())

    def get_actions(self) -> list[Action]:
        plan, user = self.object, self.request.user
        where = [plan.year, plan.version]
        actions = [
            Action(_("Als PDF"), reverse("budget:print", args=where)),
            Action(_("Ansätze als Excel"), reverse("budget:sheet", args=where)),
        ]
        if user.has_perm("budget.change_budgetplan") and plan.is_draft:
            actions = [
                Action(_("Zur Beschlussfassung vorlegen"), reverse("budget:propose", args=where), primary=True),
                Action(_("Ansätze bearbeiten"), reverse("budget:amounts", args=where)),
                Action(_("Ansätze einlesen"), reverse("budget:upload", args=where)),
                Action(_("Entwurf zurückziehen"), reverse("budget:withdraw", args=where)),
                *actions,
            ]
        if plan.state == PlanState.PROPOSED:
            if user.has_perm("budget.adopt_budgetplan"):
                actions.insert(0, Action(_("Beschluss eintragen"), reverse("budget:adopt", args=where), primary=True))
            if user.has_perm("budget.change_budgetplan"):
                actions.append(Action(_("Zur Überarbeitung zurücknehmen"), reverse("budget:return", args=where)))
        if plan.state == PlanState.ADOPTED and user.has_perm("budget.change_budgetplan"):
            actions.insert(0, self.supplement_action())
        return actions

    @cached_property
    def deviations(self) -> tuple[Figure, ...]:
        return deviating(self.comparison, self.tolerance) if self.object.state == PlanState.ADOPTED else ()

    def supplement_action(self) -> Action:
        """The way to the supplementary budget; the main one where the forecast leaves the plan."""
        year, is_needed = self.object.year, bool(self.deviations)
        if draft := visible_plans(self.request.user).in_the_making().filter(year=year).first():
            return Action(_("Zum Nachtrag im Entwurf"), draft.get_absolute_url(), primary=is_needed)
        url = reverse("budget:draft", query={"jahr": year})
        return Action(_("Nachtrag beginnen"), url, primary=is_needed)

    def chart(self, figures: tuple[Figure, ...], title: str) -> str:
        rows = [(figure.label, (figure.planned, figure.actual, figure.forecast)) for figure in figures]
        return bar_chart(title, rows, [_("Plan"), _("Ist"), _("Prognose")])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        comparison, year, user = self.comparison, self.object.year, self.request.user
        income, expenses = comparison.income, comparison.expenses
        return super().get_context_data(
            comparison=comparison,
            sides=[
                (_("Einnahmen"), income, self.chart(income.figures, _("Einnahmen: Plan, Ist und Prognose"))),
                (_("Ausgaben"), expenses, self.chart(expenses.figures, _("Ausgaben: Plan, Ist und Prognose"))),
            ],
            budget_year=str(year),
            year_before=str(year - 1),
            outlook_years=[str(year), str(year + 1), str(year + 2)],
            deviations=self.deviations,
            tolerance=self.tolerance,
            sees_books=user.has_perm("ledger.view_account"),
            may_forecast=user.has_perm("budget.change_budgetplan") and self.object.state == PlanState.ADOPTED,
            **kwargs,
        )


class DraftPage(FormPage):
    permission = "budget.change_budgetplan"
    title = gettext_lazy("Haushaltsplan beginnen")
    intro = gettext_lazy("Gilt für das Jahr schon ein Plan, wird der Entwurf sein Nachtrag.")
    form_class = YearForm
    submit_label = gettext_lazy("Entwurf anlegen")
    cancel_url = reverse_lazy("budget:plans")

    def get_breadcrumbs(self) -> list[Crumb]:
        return [BUDGET]

    def get_initial(self) -> dict[str, Any]:
        year = self.request.GET.get("jahr", "")
        return {"year": year} if year.isdecimal() else {}

    def perform(self, form: YearForm) -> str:
        data = form.cleaned_data
        plan = draft_plan(data["year"], start=data["start"], by=self.request.user, on=timezone.localdate())
        return reverse("budget:amounts", args=[plan.year, plan.version])


class AmountsPage(PlanView, FormPage):
    permission = "budget.change_budgetplan"
    template_name = "budget/amounts.html"
    form_class = AmountsForm
    submit_label = gettext_lazy("Ansätze übernehmen")

    def get_title(self) -> str:
        return _("Ansätze: %s") % self.object

    def get_breadcrumbs(self) -> list[Crumb]:
        return [BUDGET, Crumb(str(self.object), self.object.get_absolute_url())]

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"plan": self.object}

    def perform(self, form: AmountsForm) -> str:
        note = form.cleaned_data["note"]
        set_amounts(self.object, form.amounts(), note=note, cover=form.cover(), by=self.request.user)
        self.success(_("Die Ansätze sind übernommen."))
        return self.object.get_absolute_url()


class PlanStep(PlanView, ConfirmPage):
    """A step of the plan that is confirmed on a page of its own."""

    def get_breadcrumbs(self) -> list[Crumb]:
        return [BUDGET, Crumb(str(self.object), self.object.get_absolute_url())]

    def get_facts(self) -> list[tuple[str, str]]:
        comparison = compare_plan(self.object)
        return [
            (_("Einnahmen"), euro(comparison.income.planned)),
            (_("Ausgaben"), euro(comparison.expenses.planned)),
            (_("Ergebnis"), euro(comparison.planned_result)),
            (_("Entnahme aus Rücklagen"), euro(comparison.cover)),
        ]


class ProposePage(PlanStep):
    permission = "budget.change_budgetplan"
    title = gettext_lazy("Haushaltsplan zur Beschlussfassung vorlegen")
    submit_label = gettext_lazy("Zur Beschlussfassung vorlegen")

    def get_consequences(self) -> list[str]:
        guard_covered(self.object, timezone.localdate())
        return [_("Die Ansätze stehen fest, bis der Plan beschlossen oder zurückgenommen wird.")]

    def perform(self, form: Any) -> str:
        plan = propose_plan(self.object, by=self.request.user, on=timezone.localdate())
        self.success(_("%s liegt zur Beschlussfassung vor.") % plan)
        return plan.get_absolute_url()


class AdoptPage(PlanStep):
    permission = "budget.adopt_budgetplan"
    title = gettext_lazy("Beschluss über den Haushaltsplan eintragen")
    form_class = AdoptForm
    submit_label = gettext_lazy("Haushaltsplan in Kraft setzen")
    final = gettext_lazy("Danach kann kein Ansatz mehr geändert werden. Für Änderungen braucht es einen Nachtrag.")

    def get_consequences(self) -> list[str]:
        return [_("%s gilt ab der Beschlussfassung. Ein früherer Plan dieses Jahres wird ersetzt.") % self.object]

    def perform(self, form: AdoptForm) -> str:
        plan = adopt_plan(self.object, **form.cleaned_data, by=self.request.user)
        self.success(_("%s ist in Kraft.") % plan)
        return plan.get_absolute_url()


class ReturnPage(PlanStep):
    permission = "budget.change_budgetplan"
    title = gettext_lazy("Haushaltsplan zur Überarbeitung zurücknehmen")
    form_class = ReasonForm
    submit_label = gettext_lazy("Zurücknehmen")

    def perform(self, form: ReasonForm) -> str:
        return return_plan(self.object, by=self.request.user, reason=form.cleaned_data["reason"]).get_absolute_url()


class WithdrawPage(PlanStep):
    permission = "budget.change_budgetplan"
    title = gettext_lazy("Entwurf zurückziehen")
    form_class = ReasonForm
    submit_label = gettext_lazy("Entwurf zurückziehen")
    danger = True
    final = gettext_lazy("Der Entwurf bleibt lesbar, kann aber nicht wieder aufgenommen werden.")

    def perform(self, form: ReasonForm) -> str:
        return withdraw_plan(self.object, by=self.request.user, reason=form.cleaned_data["reason"]).get_absolute_url()


class PrintPage(PlanView, ConfirmPage):
    """Prints the plan and files it in the library."""

    permission = "budget.view_budgetplan"
    title = gettext_lazy("Haushaltsplan als PDF")
    submit_label = gettext_lazy("PDF erzeugen und ablegen")

    def get_consequences(self) -> list[str]:
        return [_("Das PDF zeigt Plan und Ist von heute und wird in der Dokumentenablage abgelegt.")]

    def perform(self, form: Any) -> str:
        document = print_plan(self.object, by=self.request.user, on=timezone.localdate())
        self.success(_("Das PDF ist unter der Nummer %s abgelegt.") % document.number)
        return document.get_absolute_url()
