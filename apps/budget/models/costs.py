from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.audit.history import History
from apps.budget.enums import CostCategory, CostKind, Valuation
from apps.core.constraints import choices_constraint
from apps.core.money import euro_field
from apps.members.models import City


class NetworkMeeting(models.Model):
    """A meeting of the network whose costs a lead city bears."""

    title = models.CharField(_("Treffen"), max_length=120)
    host = models.ForeignKey(
        City, models.PROTECT, related_name="hosted_meetings", verbose_name=_("federführende Stadt")
    )
    starts_on = models.DateField(_("von"))
    ends_on = models.DateField(_("bis"))
    participants = models.PositiveSmallIntegerField(_("Teilnehmende"))
    is_example = models.BooleanField(_("erfundene Beispielwerte"), default=False)

    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Netzwerktreffen")
        verbose_name_plural = _("Netzwerktreffen")
        ordering = ["-starts_on"]
        constraints = [
            models.UniqueConstraint(fields=["host", "starts_on"], name="budget_meeting_once"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="budget_meeting_period"),
            models.CheckConstraint(condition=Q(participants__gt=0), name="budget_meeting_has_participants"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("budget:meeting", args=[self.pk])

    @property
    def year(self) -> int:
        return self.starts_on.year

    @property
    def days(self) -> int:
        return (self.ends_on - self.starts_on).days + 1

    @property
    def participant_days(self) -> int:
        return self.participants * self.days


class MeetingCity(models.Model):
    """A city that took part in a meeting."""

    meeting = models.ForeignKey(
        NetworkMeeting, models.CASCADE, related_name="cities", verbose_name=_("Netzwerktreffen")
    )
    city = models.ForeignKey(City, models.PROTECT, related_name="+", verbose_name=_("Stadt"))

    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Teilnahme einer Stadt")
        verbose_name_plural = _("Teilnahmen von Städten")
        ordering = ["city__name"]
        constraints = [models.UniqueConstraint(fields=["meeting", "city"], name="budget_meetingcity_once")]

    def __str__(self) -> str:
        return f"{self.meeting}: {self.city}"


class BorneCost(models.Model):
    """What a city paid or gave for a meeting, gross, because cities usually cannot deduct the VAT (domain rule 6.12)."""

    meeting = models.ForeignKey(NetworkMeeting, models.PROTECT, related_name="costs", verbose_name=_("Netzwerktreffen"))
    city = models.ForeignKey(City, models.PROTECT, related_name="borne_costs", verbose_name=_("Stadt"))
    category = models.CharField(_("Kostenart"), max_length=10, choices=CostCategory.choices)
    kind = models.CharField(_("Art"), max_length=6, choices=CostKind.choices)
    net = euro_field(_("netto"))
    vat = euro_field(_("Umsatzsteuer"), default=0)
    gross = euro_field(_("brutto"))
    valuation = models.CharField(_("Grundlage der Bewertung"), max_length=5, choices=Valuation.choices, blank=True)
    explanation = models.CharField(_("Erläuterung"), max_length=250, blank=True)
    evidence = models.ForeignKey(
        "documents.Document", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Nachweis")
    )

    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("getragene Kosten")
        verbose_name_plural = _("getragene Kosten")
        ordering = ["-meeting__starts_on", "category", "pk"]
        constraints = [
            choices_constraint("category", CostCategory, name="budget_cost_category_known"),
            choices_constraint("kind", CostKind, name="budget_cost_kind_known"),
            models.CheckConstraint(
                condition=Q(kind="cash", valuation="") | Q(kind="inkind", valuation__in=Valuation.values),
                name="budget_cost_in_kind_is_valued",
            ),
            models.CheckConstraint(
                condition=Q(net__gte=0, vat__gte=0, gross=F("net") + F("vat")), name="budget_cost_gross"
            ),
            models.CheckConstraint(
                condition=Q(valuation="none", gross=0) | (~Q(valuation="none") & Q(gross__gt=0)),
                name="budget_cost_not_valued_is_zero",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting}: {self.get_category_display()}"

    def get_absolute_url(self) -> str:
        return self.meeting.get_absolute_url()

    @property
    def amount(self) -> Decimal:
        return self.gross.amount
