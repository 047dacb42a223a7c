from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.audit.history import History
from apps.budget.enums import PlanState
from apps.core.constraints import choices_constraint
from apps.core.money import euro_field
from apps.ledger.models import Account
from apps.resolutions.models import Resolution


class PlanQuerySet(models.QuerySet["BudgetPlan"]):
    def in_force(self) -> Self:
        return self.filter(state=PlanState.ADOPTED)

    def adopted_once(self) -> Self:
        return self.filter(state__in=[PlanState.ADOPTED, PlanState.SUPERSEDED])


class BudgetPlan(models.Model):
    """The budget of a year. A supplementary budget (Nachtrag) is the next version; adopted, it replaces the earlier one."""

    TRANSITIONS = {
        PlanState.DRAFT: (PlanState.PROPOSED, PlanState.WITHDRAWN),
        PlanState.PROPOSED: (PlanState.DRAFT, PlanState.ADOPTED, PlanState.WITHDRAWN),
        PlanState.ADOPTED: (PlanState.SUPERSEDED,),
        PlanState.SUPERSEDED: (),
        PlanState.WITHDRAWN: (),
    }

    year = models.PositiveSmallIntegerField(_("Haushaltsjahr"))
    version = models.PositiveSmallIntegerField(_("Fassung"))
    state = models.CharField(_("Stand"), max_length=10, choices=PlanState.choices, default=PlanState.DRAFT)
    note = models.TextField(_("Vorbericht"), blank=True)
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
        ]

    def __str__(self) -> str:
        if self.version == 1:
            return _("Haushaltsplan %s") % self.year
        return _("Haushaltsplan %(year)s, %(number)s. Nachtrag") % {"year": self.year, "number": self.version - 1}

    def get_absolute_url(self) -> str:
        return reverse("budget:plan", args=[self.year, self.version])

    @property
    def is_draft(self) -> bool:
        return self.state == PlanState.DRAFT


class BudgetLine(models.Model):
    """The amount planned on one account of income or expense; final with the adoption of its plan."""

    plan = models.ForeignKey(BudgetPlan, models.CASCADE, related_name="lines", verbose_name=_("Haushaltsplan"))
    account = models.ForeignKey(Account, models.PROTECT, related_name="budget_lines", verbose_name=_("Konto"))
    amount = euro_field(_("Ansatz"))
    explanation = models.CharField(_("Erläuterung"), max_length=250, blank=True)
    is_final = models.BooleanField(_("beschlossen"), default=False)

    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Haushaltsansatz")
        verbose_name_plural = _("Haushaltsansätze")
        ordering = ["account__number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "account"], name="budget_line_account_once"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="budget_line_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.plan}: {self.account}"
