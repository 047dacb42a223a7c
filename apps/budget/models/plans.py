from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.audit.history import History
from apps.budget.enums import ForecastRule, PlanState
from apps.core.constraints import choices_constraint
from apps.core.money import euro_field
from apps.ledger.models import Account, CostCentre
from apps.resolutions.models import Resolution


class PlanQuerySet(models.QuerySet["BudgetPlan"]):
    def in_force(self) -> Self:
        return self.filter(state=PlanState.ADOPTED)

    def in_the_making(self) -> Self:
        return self.filter(state__in=[PlanState.DRAFT, PlanState.PROPOSED])

    def adopted_once(self) -> Self:
        return self.filter(state__in=[PlanState.ADOPTED, PlanState.SUPERSEDED])

    def in_force_on(self, year: int, day: date) -> "BudgetPlan | None":
        """The plan of the year that held on that day: the one adopted last by then."""
        return self.adopted_once().filter(year=year, adopted_on__lte=day).order_by("-adopted_on", "-version").first()


class BudgetPlan(models.Model):
    """The budget of a year with an outlook on the two years after it.

    A supplementary budget (Nachtrag) is a later plan of the same year that refers to the one before; adopted, it replaces it.
    """

    TRANSITIONS = {
        PlanState.DRAFT: (PlanState.PROPOSED, PlanState.WITHDRAWN),
        PlanState.PROPOSED: (PlanState.DRAFT, PlanState.ADOPTED, PlanState.WITHDRAWN),
        PlanState.ADOPTED: (PlanState.SUPERSEDED,),
        PlanState.SUPERSEDED: (),
        PlanState.WITHDRAWN: (),
    }

    year = models.PositiveSmallIntegerField(_("Haushaltsjahr"))
    version = models.PositiveSmallIntegerField(_("Fassung"))
    supplements = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="supplementary", verbose_name=_("Nachtrag zu")
    )
    supplement = models.PositiveSmallIntegerField(_("Nummer des Nachtrags"), default=0)
    state = models.CharField(_("Stand"), max_length=10, choices=PlanState.choices, default=PlanState.DRAFT)
    note = models.TextField(_("Vorbericht"), blank=True)
    reserve_cover = euro_field(_("Entnahme aus Rücklagen"), default=0)
    reserve_account = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Rücklage")
    )
    resolution = models.ForeignKey(
        Resolution,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="budget_plans",
        verbose_name=_("beschlossen durch"),
    )
    adopted_on = models.DateField(_("beschlossen am"), null=True, blank=True)

    objects = PlanQuerySet.as_manager()
    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Haushaltsplan")
        verbose_name_plural = _("Haushaltspläne")
        ordering = ["-year", "-version"]
        constraints = [
            choices_constraint("state", PlanState, name="budget_plan_state_known"),
            models.UniqueConstraint(fields=["year", "version"], name="budget_plan_version_once"),
            models.UniqueConstraint(fields=["year"], condition=Q(state="adopted"), name="budget_plan_one_in_force"),
            models.UniqueConstraint(
                fields=["year"], condition=Q(state__in=["draft", "proposed"]), name="budget_plan_one_in_the_making"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["adopted", "superseded"], resolution__isnull=False, adopted_on__isnull=False)
                | (~Q(state__in=["adopted", "superseded"]) & Q(resolution__isnull=True, adopted_on__isnull=True)),
                name="budget_plan_adopted_by_resolution",
            ),
            models.CheckConstraint(
                condition=Q(reserve_cover=0) | Q(reserve_cover__gt=0, reserve_account__isnull=False),
                name="budget_plan_cover_names_reserve",
            ),
        ]

    def __str__(self) -> str:
        name = _("Haushaltsplan %s") % self.year
        if self.supplement:
            name = _("Haushaltsplan %(year)s, %(number)s. Nachtrag") % {"year": self.year, "number": self.supplement}
        return _("%s (zurückgezogen)") % name if self.state == PlanState.WITHDRAWN else name

    def get_absolute_url(self) -> str:
        return reverse("budget:plan", args=[self.year, self.version])

    @property
    def is_draft(self) -> bool:
        return self.state == PlanState.DRAFT


class BudgetLine(models.Model):
    """What is planned on an account of income or expense, perhaps for one cost centre; final with the adoption of its plan.

    `month`: when the money flows; without one it flows evenly over the year.
    """

    plan = models.ForeignKey(BudgetPlan, models.CASCADE, related_name="lines", verbose_name=_("Haushaltsplan"))
    account = models.ForeignKey(Account, models.PROTECT, related_name="budget_lines", verbose_name=_("Konto"))
    cost_centre = models.ForeignKey(
        CostCentre, models.PROTECT, null=True, blank=True, related_name="budget_lines", verbose_name=_("Kostenstelle")
    )
    amount = euro_field(_("Ansatz"))
    amount_next = euro_field(_("Vorausschau ein Jahr weiter"), default=0)
    amount_after = euro_field(_("Vorausschau zwei Jahre weiter"), default=0)
    month = models.PositiveSmallIntegerField(_("Monat"), null=True, blank=True)
    explanation = models.CharField(_("Erläuterung"), max_length=250, blank=True)
    is_final = models.BooleanField(_("beschlossen"), default=False)

    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Haushaltsansatz")
        verbose_name_plural = _("Haushaltsansätze")
        ordering = ["account__number", "cost_centre__number"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "account"], condition=Q(cost_centre__isnull=True), name="budget_line_account_once"
            ),
            models.UniqueConstraint(fields=["plan", "account", "cost_centre"], name="budget_line_centre_once"),
            models.CheckConstraint(
                condition=Q(amount__gte=0, amount_next__gte=0, amount_after__gte=0), name="budget_line_not_negative"
            ),
            models.CheckConstraint(condition=Q(month=None) | Q(month__range=(1, 12)), name="budget_line_month"),
        ]

    def __str__(self) -> str:
        return f"{self.plan}: {self.account}"


class LineForecast(models.Model):
    """How the end of the year is estimated for an account (and cost centre), where it is not the remaining plan."""

    year = models.PositiveSmallIntegerField(_("Haushaltsjahr"))
    account = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name=_("Konto"))
    cost_centre = models.ForeignKey(
        CostCentre, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Kostenstelle")
    )
    rule = models.CharField(_("Prognose"), max_length=9, choices=ForecastRule.choices)
    figure = euro_field(_("eigener Wert"), null=True, blank=True)
    reason = models.CharField(_("Begründung"), max_length=250, blank=True)

    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Prognose")
        verbose_name_plural = _("Prognosen")
        ordering = ["-year", "account__number"]
        constraints = [
            choices_constraint("rule", ForecastRule, name="budget_forecast_rule_known"),
            models.UniqueConstraint(
                fields=["year", "account"], condition=Q(cost_centre__isnull=True), name="budget_forecast_account_once"
            ),
            models.UniqueConstraint(fields=["year", "account", "cost_centre"], name="budget_forecast_centre_once"),
            models.CheckConstraint(
                condition=(~Q(rule="own") & Q(figure__isnull=True))
                | (Q(rule="own", figure__isnull=False) & ~Q(reason="")),
                name="budget_forecast_own_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}: {self.account}"
