from calendar import monthrange
from datetime import date
from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from apps.audit.history import History
from apps.core.constraints import choices_constraint, period_constraint
from apps.core.money import euro_field
from apps.core.periods import Dated, DatedQuerySet
from apps.dues.enums import FeeForm, PopulationRule, ProRata, ReliefKind, Rounding, ScheduleState


class FeeScheduleQuerySet(DatedQuerySet["FeeSchedule"]):
    def in_force(self) -> "FeeScheduleQuerySet":
        return self.filter(state=ScheduleState.IN_FORCE)

    def for_year(self, year: int) -> "FeeScheduleQuerySet":
        """Schedules in force on 1 January of `year`, the newest first."""
        return self.in_force().valid_on(date(year, 1, 1)).order_by("-valid_from")


class FeeSchedule(Dated):
    """How dues are computed from a day on. Once in force only its end may still be set (database trigger)."""

    TRANSITIONS = {ScheduleState.DRAFT: (ScheduleState.IN_FORCE,)}

    title = models.CharField(_("Bezeichnung"), max_length=120)
    state = models.CharField(_("Stand"), max_length=10, choices=ScheduleState.choices, default=ScheduleState.DRAFT)
    form = models.CharField(_("Art der Berechnung"), max_length=12, choices=FeeForm.choices, default=FeeForm.PER_CAPITA)
    rate = models.DecimalField(
        _("Satz in Euro"),
        max_digits=12,
        decimal_places=6,
        default=Decimal(0),
        validators=[MinValueValidator(0)],
        help_text=_("Je Einwohner:in oder je Stimme. 0,85 Cent sind 0,0085."),
    )
    base_fee = euro_field(_("fester Betrag"), default=Decimal(0), help_text=_("Grundbeitrag oder gleicher Beitrag."))
    budget = euro_field(_("umzulegender Betrag"), default=Decimal(0))
    minimum = euro_field(_("Mindestbeitrag"), null=True, blank=True)
    maximum = euro_field(_("Höchstbeitrag"), null=True, blank=True)
    rounding = models.CharField(_("Rundung"), max_length=10, choices=Rounding.choices, default=Rounding.CENT)
    pro_rata = models.CharField(
        _("Beitritt während des Jahres"), max_length=16, choices=ProRata.choices, default=ProRata.NONE
    )
    intro_percent = models.DecimalField(
        _("Nachlass für neue Mitglieder in Prozent"),
        max_digits=5,
        decimal_places=2,
        default=Decimal(0),
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    intro_years = models.PositiveSmallIntegerField(_("Nachlass in den ersten … Jahren"), default=0)
    due_month = models.PositiveSmallIntegerField(
        _("fällig im Monat"), default=3, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    due_day = models.PositiveSmallIntegerField(
        _("fällig am Tag"), default=31, validators=[MinValueValidator(1), MaxValueValidator(31)]
    )
    due_days = models.PositiveSmallIntegerField(
        _("oder Tage nach dem Rechnungsdatum"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
        help_text=_("Leer: Es gilt der feste Tag."),
    )
    population_rule = models.CharField(
        _("maßgebliche Einwohnerzahl"), max_length=20, choices=PopulationRule.choices, default=PopulationRule.NEWEST
    )
    cut_off_month = models.PositiveSmallIntegerField(
        _("Einwohnerzahl: Stichmonat"), default=9, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    cut_off_day = models.PositiveSmallIntegerField(
        _("Einwohnerzahl: Stichtag"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(31)],
        help_text=_("Es gilt die neueste Zahl, die bis zu diesem Tag des Vorjahres veröffentlicht war."),
    )
    announce_month = models.PositiveSmallIntegerField(
        _("Vorankündigung bis zum Monat"), default=4, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    announce_day = models.PositiveSmallIntegerField(
        _("Vorankündigung bis zum Tag"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(31)],
        help_text=_("Im Vorjahr, damit die Städte den Beitrag in ihren Haushalt aufnehmen können."),
    )
    legal_basis = models.CharField(
        _("Rechtsgrundlage"),
        max_length=200,
        help_text=_("Steht auf jeder Rechnung, zum Beispiel: § 5 der Satzung, Beitragsordnung vom 12.11.2026"),
    )
    resolution = models.ForeignKey(
        "resolutions.Resolution",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="fee_schedules",
        verbose_name=_("beschlossen mit"),
    )

    objects = FeeScheduleQuerySet.as_manager()
    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Beitragsordnung")
        verbose_name_plural = _("Beitragsordnungen")
        ordering = ["-valid_from", "-pk"]
        constraints = [
            choices_constraint("state", ScheduleState, name="dues_feeschedule_state_known"),
            choices_constraint("form", FeeForm, name="dues_feeschedule_form_known"),
            choices_constraint("rounding", Rounding, name="dues_feeschedule_rounding_known"),
            choices_constraint("pro_rata", ProRata, name="dues_feeschedule_pro_rata_known"),
            choices_constraint("population_rule", PopulationRule, name="dues_feeschedule_population_rule_known"),
            period_constraint(name="dues_feeschedule_period"),
            models.CheckConstraint(
                condition=Q(state=ScheduleState.DRAFT) | Q(resolution__isnull=False),
                name="dues_feeschedule_in_force_needs_resolution",
            ),
            models.CheckConstraint(
                condition=Q(minimum__isnull=True) | Q(maximum__isnull=True) | Q(minimum__lte=F("maximum")),
                name="dues_feeschedule_minimum_below_maximum",
            ),
            models.CheckConstraint(
                condition=Q(rate__gte=0, base_fee__gte=0, budget__gte=0, intro_percent__gte=0, intro_percent__lte=100),
                name="dues_feeschedule_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(due_month__range=(1, 12), due_day__range=(1, 31))
                & Q(cut_off_month__range=(1, 12), cut_off_day__range=(1, 31))
                & Q(announce_month__range=(1, 12), announce_day__range=(1, 31)),
                name="dues_feeschedule_days_of_the_calendar",
            ),
            models.CheckConstraint(
                condition=Q(due_days__isnull=True) | Q(due_days__range=(1, 365)), name="dues_feeschedule_due_days"
            ),
            models.UniqueConstraint(
                fields=["valid_from"],
                condition=Q(state=ScheduleState.IN_FORCE),
                name="dues_feeschedule_in_force_from_once",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("dues:schedule", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        return self.state == ScheduleState.DRAFT

    @property
    def due_in_words(self) -> str:
        if self.due_days:
            return str(_("%(count)s Tage nach dem Rechnungsdatum")) % {"count": self.due_days}
        if self.due_day > last_day_of(self.due_month):
            return str(_("letzter Tag im %s")) % MONTHS[self.due_month]
        return f"{self.due_day:02d}.{self.due_month:02d}."


def last_day_of(month: int) -> int:
    """In a year that is no leap year."""
    return monthrange(2023, month)[1]


class FeeTier(models.Model):
    """One size class of a schedule; the class without upper bound is the last."""

    schedule = models.ForeignKey(FeeSchedule, models.CASCADE, related_name="tiers", verbose_name=_("Beitragsordnung"))
    upper = models.PositiveIntegerField(
        _("bis Einwohner:innen (einschließlich)"), null=True, blank=True, help_text=_("Leer: ohne Obergrenze.")
    )
    value = models.DecimalField(
        _("Betrag, Satz oder Stimmen"), max_digits=14, decimal_places=6, validators=[MinValueValidator(0)]
    )
    cap = euro_field(_("höchstens"), null=True, blank=True)
    is_final = models.BooleanField(_("beschlossen"), default=False, editable=False)

    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Größenklasse")
        verbose_name_plural = _("Größenklassen")
        ordering = ["schedule", F("upper").asc(nulls_last=True)]
        constraints = [
            models.UniqueConstraint(fields=["schedule", "upper"], name="dues_feetier_upper_once"),
            models.UniqueConstraint(
                fields=["schedule"], condition=Q(upper__isnull=True), name="dues_feetier_one_open_class"
            ),
            models.CheckConstraint(condition=Q(value__gte=0), name="dues_feetier_value_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.schedule}: {self.upper or '∞'}"


class FeeRelief(Dated):
    """A reduction for one city during a period, decided by resolution."""

    city = models.ForeignKey("members.City", models.PROTECT, related_name="fee_reliefs", verbose_name=_("Stadt"))
    kind = models.CharField(_("Art"), max_length=10, choices=ReliefKind.choices)
    percent = models.DecimalField(
        _("Nachlass in Prozent"),
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(Decimal("0.01")), MaxValueValidator(100)],
    )
    resolution = models.ForeignKey(
        "resolutions.Resolution", models.PROTECT, related_name="fee_reliefs", verbose_name=_("beschlossen mit")
    )
    reason = models.CharField(_("Begründung"), max_length=200)

    objects = DatedQuerySet.as_manager()
    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Beitragsnachlass")
        verbose_name_plural = _("Beitragsnachlässe")
        ordering = ["city", "valid_from"]
        constraints = [
            choices_constraint("kind", ReliefKind, name="dues_feerelief_kind_known"),
            period_constraint(name="dues_feerelief_period"),
            models.CheckConstraint(condition=Q(percent__gt=0, percent__lte=100), name="dues_feerelief_percent"),
        ]

    def __str__(self) -> str:
        return f"{self.city}: {self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        return reverse("dues:reliefs")
