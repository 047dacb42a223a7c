from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.audit.history import History
from apps.core.constraints import choices_constraint
from apps.core.money import euro_field
from apps.dues.enums import RunState
from apps.dues.models.schedule import FeeSchedule


class DuesRunQuerySet(models.QuerySet["DuesRun"]):
    def previews(self) -> "DuesRunQuerySet":
        return self.filter(state=RunState.PREVIEW)

    def issued(self) -> "DuesRunQuerySet":
        return self.filter(state=RunState.ISSUED)


class DuesRun(models.Model):
    """The dues of one year: first a frozen preview, then exactly that is issued. Later runs of a year are supplements."""

    TRANSITIONS = {RunState.PREVIEW: (RunState.ISSUED, RunState.DISCARDED)}

    year = models.PositiveSmallIntegerField(_("Beitragsjahr"))
    sequence = models.PositiveSmallIntegerField(
        _("Nachberechnung"), default=0, help_text=_("0 ist der Beitragslauf des Jahres, ab 1 folgen Nachberechnungen.")
    )
    schedule = models.ForeignKey(FeeSchedule, models.PROTECT, related_name="runs", verbose_name=_("Beitragsordnung"))
    state = models.CharField(_("Stand"), max_length=10, choices=RunState.choices, default=RunState.PREVIEW)
    on = models.DateField(
        _("Mitglieder bis"),
        help_text=_("Berechnet wird für die Städte, die im Beitragsjahr bis zu diesem Tag Mitglied waren."),
    )
    published_by = models.DateField(_("Einwohnerzahlen veröffentlicht bis"))
    due_on = models.DateField(_("fällig am"))
    terms = models.JSONField(_("Regeln der Beitragsordnung"))
    payee = models.JSONField(_("Angaben zur Empfängerin der Zahlung"))
    findings = models.JSONField(_("Feststellungen zum Lauf"), default=list, blank=True)
    count = models.PositiveIntegerField(_("Städte"), default=0)
    total = euro_field(_("Summe"), default=0)
    content_hash = models.CharField(_("Prüfsumme der Vorschau"), max_length=64)
    frozen_at = models.DateTimeField(_("festgehalten am"))
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("festgehalten von")
    )
    issued_on = models.DateField(_("ausgestellt am"), null=True, blank=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("ausgestellt von")
    )

    objects = DuesRunQuerySet.as_manager()
    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Beitragslauf")
        verbose_name_plural = _("Beitragsläufe")
        ordering = ["-year", "-sequence", "-pk"]
        constraints = [
            choices_constraint("state", RunState, name="dues_duesrun_state_known"),
            models.UniqueConstraint(
                fields=["year", "sequence"], condition=Q(state=RunState.ISSUED), name="dues_duesrun_issued_once"
            ),
            models.UniqueConstraint(
                fields=["year"], condition=Q(state=RunState.PREVIEW), name="dues_duesrun_preview_once"
            ),
            models.CheckConstraint(
                condition=Q(state=RunState.ISSUED, issued_on__isnull=False)
                | (~Q(state=RunState.ISSUED) & Q(issued_on__isnull=True)),
                name="dues_duesrun_issued_has_day",
            ),
        ]

    def __str__(self) -> str:
        if self.sequence:
            return str(_("Nachberechnung %(number)s der Beiträge %(year)s")) % {
                "number": self.sequence,
                "year": self.year,
            }
        return str(_("Beiträge %(year)s")) % {"year": self.year}

    def get_absolute_url(self) -> str:
        return reverse("dues:run", args=[self.pk])

    @property
    def is_preview(self) -> bool:
        return self.state == RunState.PREVIEW

    @property
    def is_issued(self) -> bool:
        return self.state == RunState.ISSUED

    @property
    def due_days(self) -> int | None:
        """Days after the invoice date, unless the schedule names a fixed day."""
        return self.terms.get("due_days")

    @property
    def falls_due_on(self) -> date:
        """Due date of a city where it is a working day; of a preview, if it were issued on its day."""
        if self.due_days and self.issued_on:
            return self.issued_on + timedelta(days=self.due_days)
        return self.due_on


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def blocked(self) -> "AssessmentQuerySet":
        return self.filter(is_blocked=True)

    def issued(self, year: int) -> "AssessmentQuerySet":
        """Of issued runs of that year, also those of which an invoice was cancelled or none was due."""
        return self.filter(run__state=RunState.ISSUED, run__year=year)

    def with_findings(self) -> "AssessmentQuerySet":
        return self.exclude(findings=[])

    def collected(self) -> "AssessmentQuerySet":
        """Of cities that will be debited."""
        return self.exclude(direct_debit={})


class Assessment(models.Model):
    """What one city owes according to a run: every input and every step, frozen (database trigger)."""

    run = models.ForeignKey(DuesRun, models.PROTECT, related_name="assessments", verbose_name=_("Beitragslauf"))
    position = models.PositiveIntegerField(_("Platz"))
    city = models.ForeignKey("members.City", models.PROTECT, related_name="assessments", verbose_name=_("Stadt"))
    city_label = models.CharField(_("Name der Stadt"), max_length=120)
    land = models.CharField(_("Land"), max_length=2)
    population = models.PositiveIntegerField(_("Einwohner:innen"), null=True)
    population_on = models.DateField(_("Einwohnerzahl vom"), null=True)
    census_base = models.CharField(_("Fortschreibung auf Grundlage"), max_length=60, blank=True)
    population_source = models.CharField(_("Quelle der Einwohnerzahl"), max_length=200, blank=True)
    member_since = models.DateField(_("Mitglied seit"))
    recipient_lines = models.JSONField(_("Anschrift"), default=list)
    leitweg_id = models.CharField(_("Leitweg-ID"), max_length=46, blank=True)
    customer_reference = models.CharField(_("Kassenzeichen"), max_length=60, blank=True)
    steps = models.JSONField(_("Rechenweg"), default=list)
    share = euro_field(_("Anteil am umgelegten Betrag"), null=True)
    amount = euro_field(_("Beitrag"), null=True)
    due_on = models.DateField(_("fällig am"))
    due_note = models.CharField(_("Grund der Verschiebung"), max_length=120, blank=True)
    direct_debit = models.JSONField(_("Lastschrift"), default=dict, blank=True)
    findings = models.JSONField(_("Feststellungen"), default=list, blank=True)
    is_blocked = models.BooleanField(_("unvollständig"), default=False)

    objects = AssessmentQuerySet.as_manager()
    history = History()
    personal_fields = ("recipient_lines", "direct_debit")

    class Meta:
        verbose_name = _("Beitragsberechnung")
        verbose_name_plural = _("Beitragsberechnungen")
        ordering = ["run", "position"]
        indexes = [models.Index(fields=["run", "amount"], name="dues_assessment_sums")]
        constraints = [
            models.UniqueConstraint(fields=["run", "city"], name="dues_assessment_city_once"),
            models.UniqueConstraint(fields=["run", "position"], name="dues_assessment_position_once"),
            models.CheckConstraint(
                condition=Q(is_blocked=True) | Q(amount__isnull=False, amount__gte=0),
                name="dues_assessment_complete_or_blocked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.city_label} {self.run.year}"

    def get_absolute_url(self) -> str:
        return f"{reverse('dues:run', args=[self.run_id])}#stadt-{self.position}"

    @property
    def steps_in_words(self) -> str:
        """The whole calculation in one line, for exports."""
        return "; ".join(f"{step['label']}: {step['detail']} = {step['value']}" for step in self.steps)
