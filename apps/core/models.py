from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.constraints import choices_constraint

STALE_AFTER = timedelta(minutes=2)


class NumberSeries(models.Model):
    """Counter of one gap-free series; only `numbers.take_numbers` touches it."""

    series = models.CharField(_("Nummernkreis"), max_length=80, unique=True)
    last = models.PositiveIntegerField(_("zuletzt vergeben"), default=0)

    class Meta:
        verbose_name = _("Nummernkreis")
        verbose_name_plural = _("Nummernkreise")

    def __str__(self) -> str:
        return f"{self.series}: {self.last}"


class JobState(models.TextChoices):
    WAITING = "waiting", _("wartet")
    RUNNING = "running", _("läuft")
    DONE = "done", _("fertig")
    FAILED = "failed", _("abgebrochen")
    REFUSED = "refused", _("nicht möglich")


class Job(models.Model):
    """Work in the background, as its progress bar shows it. The work itself is idempotent; the row only reports."""

    kind = models.CharField(_("Art"), max_length=80)
    key = models.CharField(_("Gegenstand"), max_length=120, help_text=_("Gleiche Arbeit hat den gleichen Schlüssel."))
    title = models.CharField(_("Bezeichnung"), max_length=200)
    state = models.CharField(_("Stand"), max_length=10, choices=JobState.choices, default=JobState.WAITING)
    total = models.PositiveIntegerField(_("insgesamt"), default=0)
    done = models.PositiveIntegerField(_("erledigt"), default=0)
    report = models.TextField(_("Ergebnis"), blank=True)
    return_url = models.CharField(_("zurück zu"), max_length=200, blank=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, verbose_name=_("gestartet von"), related_name="+"
    )
    created_at = models.DateTimeField(_("angelegt"), auto_now_add=True)
    heartbeat_at = models.DateTimeField(_("letztes Lebenszeichen"), null=True)

    class Meta:
        verbose_name = _("Hintergrundarbeit")
        verbose_name_plural = _("Hintergrundarbeiten")
        constraints = [
            choices_constraint("state", JobState, name="core_job_state_known"),
            models.UniqueConstraint(
                fields=["kind", "key"],
                condition=models.Q(state__in=[JobState.WAITING, JobState.RUNNING]),
                name="core_job_open_once",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def percent(self) -> int:
        return 100 if self.state == JobState.DONE else 100 * self.done // self.total if self.total else 0

    @property
    def is_open(self) -> bool:
        return self.state in {JobState.WAITING, JobState.RUNNING}

    @property
    def is_stale(self) -> bool:
        """Its worker was killed: it runs on paper, but gave no sign of life for two minutes."""
        seen = self.heartbeat_at or self.created_at
        return self.state == JobState.RUNNING and seen < timezone.now() - STALE_AFTER

    @property
    def is_alive(self) -> bool:
        return self.is_open and not self.is_stale
