from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.audit.history import History
from apps.core.constraints import choices_constraint
from apps.core.money import euro_field
from apps.dues.enums import AnnouncementRunState, AnnouncementState


class AnnouncementRun(models.Model):
    """The expected dues of two years for the cities' budgets: first a frozen preview, then exactly that is announced."""

    TRANSITIONS = {AnnouncementRunState.PREVIEW: (AnnouncementRunState.ANNOUNCED, AnnouncementRunState.DISCARDED)}

    year = models.PositiveSmallIntegerField(_("erstes Beitragsjahr"))
    state = models.CharField(
        _("Stand"), max_length=10, choices=AnnouncementRunState.choices, default=AnnouncementRunState.PREVIEW
    )
    decided_by = models.DateField(
        _("Änderungen werden beschlossen bis"), help_text=_("Bis dahin können sich die Beiträge noch ändern.")
    )
    terms = models.JSONField(_("Regeln der Beitragsordnungen"))
    findings = models.JSONField(_("Feststellungen"), default=list, blank=True)
    count = models.PositiveIntegerField(_("Städte"), default=0)
    total = euro_field(_("Summe im ersten Jahr"), default=0)
    next_total = euro_field(_("Summe im zweiten Jahr"), default=0)
    frozen_at = models.DateTimeField(_("festgehalten am"))
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("festgehalten von")
    )
    announced_on = models.DateField(_("bekannt gegeben am"), null=True, blank=True)
    announced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("bekannt gegeben von")
    )

    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Lauf der Beitragsvorankündigung")
        verbose_name_plural = _("Läufe der Beitragsvorankündigung")
        ordering = ["-year", "-pk"]
        constraints = [
            choices_constraint("state", AnnouncementRunState, name="dues_announcementrun_state_known"),
            models.UniqueConstraint(
                fields=["year"],
                condition=Q(state=AnnouncementRunState.PREVIEW),
                name="dues_announcementrun_preview_once",
            ),
            models.CheckConstraint(
                condition=Q(state=AnnouncementRunState.ANNOUNCED, announced_on__isnull=False)
                | (~Q(state=AnnouncementRunState.ANNOUNCED) & Q(announced_on__isnull=True)),
                name="dues_announcementrun_announced_has_day",
            ),
        ]

    def __str__(self) -> str:
        return str(_("Beitragsvorankündigung %(year)s und %(next)s")) % {"year": self.year, "next": self.next_year}

    def get_absolute_url(self) -> str:
        return reverse("dues:announcement_run", args=[self.pk])

    @property
    def next_year(self) -> int:
        return self.year + 1

    @property
    def dated_on(self) -> date:
        """The day on the letters."""
        return self.announced_on or timezone.localdate(self.frozen_at)

    @property
    def is_preview(self) -> bool:
        return self.state == AnnouncementRunState.PREVIEW

    @property
    def is_announced(self) -> bool:
        return self.state == AnnouncementRunState.ANNOUNCED


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    def standing(self) -> Self:
        return self.filter(state=AnnouncementState.STANDING)

    def announced(self) -> Self:
        """What cities got, also what a newer version superseded."""
        return self.filter(state__in=[AnnouncementState.STANDING, AnnouncementState.SUPERSEDED])

    def without_document(self) -> Self:
        """Standing announcements whose letter is still to be printed."""
        return self.standing().filter(document__isnull=True)


class Announcement(models.Model):
    """What one city will probably owe in two years, with every step (Beitragsvorankündigung). No claim.

    A changed figure makes a new version; it supersedes the older one. Nothing of it changes (database trigger).
    """

    run = models.ForeignKey(
        AnnouncementRun, models.PROTECT, related_name="announcements", verbose_name=_("Vorankündigung")
    )
    state = models.CharField(
        _("Stand"), max_length=10, choices=AnnouncementState.choices, default=AnnouncementState.PREVIEW
    )
    position = models.PositiveIntegerField(_("Platz"))
    city = models.ForeignKey("members.City", models.PROTECT, related_name="announcements", verbose_name=_("Stadt"))
    city_label = models.CharField(_("Name der Stadt"), max_length=120)
    recipient_lines = models.JSONField(_("Anschrift"), default=list)
    customer_reference = models.CharField(_("Kassenzeichen"), max_length=60, blank=True)
    year = models.PositiveSmallIntegerField(_("erstes Beitragsjahr"))
    version = models.PositiveSmallIntegerField(_("Fassung"), default=1)
    amount = euro_field(_("voraussichtlicher Beitrag"))
    next_amount = euro_field(_("voraussichtlicher Beitrag im Folgejahr"), null=True)
    calculations = models.JSONField(_("Berechnungen"))
    document = models.ForeignKey(
        "documents.Document", models.PROTECT, null=True, related_name="dues_announcements", verbose_name=_("PDF")
    )

    objects = AnnouncementQuerySet.as_manager()
    history = History()
    personal_fields = ("recipient_lines",)

    class Meta:
        verbose_name = _("Beitragsvorankündigung")
        verbose_name_plural = _("Beitragsvorankündigungen")
        ordering = ["-year", "position", "-version"]
        constraints = [
            choices_constraint("state", AnnouncementState, name="dues_announcement_state_known"),
            models.UniqueConstraint(fields=["run", "city"], name="dues_announcement_run_and_city_once"),
            models.UniqueConstraint(
                fields=["city", "year"],
                condition=Q(state=AnnouncementState.STANDING),
                name="dues_announcement_city_and_year_once",
            ),
            models.UniqueConstraint(
                fields=["city", "year", "version"],
                condition=Q(state__in=[AnnouncementState.STANDING, AnnouncementState.SUPERSEDED]),
                name="dues_announcement_version_once",
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0) & (Q(next_amount__isnull=True) | Q(next_amount__gte=0)),
                name="dues_announcement_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return str(_("Beitragsvorankündigung %(year)s, %(city)s")) % {"year": self.year, "city": self.city_label}

    def get_absolute_url(self) -> str:
        return reverse("dues:announcement", args=[self.pk])

    @property
    def next_year(self) -> int:
        return self.year + 1

    @property
    def essence(self) -> list[list[Any]]:
        """What a city reads: a change of it is a new version."""
        return [
            [item[name] for name in ("year", "amount", "population", "population_on", "legal_basis")]
            for item in self.calculations
        ]
