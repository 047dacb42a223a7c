from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.audit.history import History
from apps.core.constraints import choices_constraint
from apps.core.money import euro_field
from apps.examination.enums import ItemState, Recommendation, Weight
from apps.ledger.models import Entry
from apps.members.models import City
from apps.resolutions.models import Resolution


class Examination(models.Model):
    """The examination of the books of one year (Kassenprüfung): by whom, which sample, what came of it."""

    year = models.PositiveSmallIntegerField(_("Prüfungsjahr"), unique=True)
    resolution = models.ForeignKey(
        Resolution, models.PROTECT, related_name="+", verbose_name=_("bestellt durch Beschluss")
    )
    opened_on = models.DateField(_("eröffnet am"))
    sample_seed = models.CharField(_("Startwert der Stichprobe"), max_length=80, blank=True)
    sample_method = models.CharField(_("Verfahren"), max_length=12, blank=True)
    sample_size = models.PositiveIntegerField(_("Umfang der Stichprobe"), default=0)
    sample_until = models.PositiveIntegerField(_("Grundgesamtheit bis Buchungsnummer"), default=0)
    sample_total = euro_field(_("Summe der Grundgesamtheit"), default=0)
    figures_hash = models.CharField(_("Prüfsumme der geprüften Zahlen"), max_length=64, blank=True, editable=False)
    conclusion = models.TextField(_("Ergebnis"), blank=True)
    recommendation = models.CharField(_("Empfehlung"), max_length=10, choices=Recommendation.choices, blank=True)
    report = models.ForeignKey(
        "documents.Document", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Prüfungsbericht")
    )
    report_sha256 = models.CharField(_("Prüfsumme des Berichts"), max_length=64, blank=True)
    reported_on = models.DateField(_("festgestellt am"), null=True, blank=True)
    motion = models.ForeignKey(
        Resolution, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Antrag auf Entlastung")
    )

    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Kassenprüfung")
        verbose_name_plural = _("Kassenprüfungen")
        ordering = ["-year"]
        constraints = [
            models.CheckConstraint(
                condition=Q(recommendation="") | Q(recommendation__in=Recommendation.values),
                name="examination_recommendation_known",
            ),
            models.CheckConstraint(
                condition=Q(report__isnull=True, reported_on__isnull=True, report_sha256="")
                | (Q(report__isnull=False, reported_on__isnull=False) & ~Q(report_sha256="") & ~Q(recommendation="")),
                name="examination_report_complete",
            ),
        ]

    def __str__(self) -> str:
        return _("Kassenprüfung %s") % self.year

    def get_absolute_url(self) -> str:
        return reverse("examination:examination", args=[self.year])

    @property
    def is_reported(self) -> bool:
        return self.report_id is not None

    @property
    def discharge(self) -> str:
        """What became of the motion: granted or not, when and by which resolution."""
        motion = self.motion
        if motion is None:
            return ""
        decided = {"day": f"{motion.decided_on:%d.%m.%Y}" if motion.decided_on else "", "number": motion.reference}
        if motion.is_adopted:
            return gettext("erteilt am %(day)s (%(number)s)") % decided
        if motion.is_decided:
            return gettext("am %(day)s nicht erteilt") % decided
        return gettext("Antrag: %s") % motion.get_state_display()

    @property
    def first_day(self) -> date:
        return date(self.year, 1, 1)

    @property
    def last_day(self) -> date:
        return date(self.year, 12, 31)


class OfExamination(models.Model):
    """Belongs to an examination, and is final with its report."""

    is_final = models.BooleanField(_("festgestellt"), default=False)

    class Meta:
        abstract = True


class LaterSample(OfExamination):
    """A further draw from what was posted after the draw before, so that no entry of the year escapes it."""

    examination = models.ForeignKey(
        Examination, models.PROTECT, related_name="later_samples", verbose_name=_("Kassenprüfung")
    )
    seed = models.CharField(_("Startwert"), max_length=80)
    method = models.CharField(_("Verfahren"), max_length=12)
    size = models.PositiveIntegerField(_("Umfang"))
    after = models.PositiveIntegerField(_("nach Buchungsnummer"))
    until = models.PositiveIntegerField(_("bis Buchungsnummer"))
    total = euro_field(_("Summe der Grundgesamtheit"))

    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Nachziehung")
        verbose_name_plural = _("Nachziehungen")
        ordering = ["examination", "after"]
        constraints = [
            models.UniqueConstraint(fields=["examination", "after"], name="examination_later_sample_once"),
            models.CheckConstraint(condition=Q(until__gt=F("after")), name="examination_later_sample_span"),
        ]

    def __str__(self) -> str:
        return gettext("Nachziehung ab Nummer %s") % (self.after + 1)


class Auditor(OfExamination):
    """A person appointed to examine one year; the signature is given on the contents as they are then."""

    examination = models.ForeignKey(
        Examination, models.PROTECT, related_name="auditors", verbose_name=_("Kassenprüfung")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="examinations", verbose_name=_("Kassenprüfer:in")
    )
    city = models.ForeignKey(City, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Stadt"))
    signed_on = models.DateField(_("unterzeichnet am"), null=True, blank=True)

    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Kassenprüfer:in")
        verbose_name_plural = _("Kassenprüfer:innen")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["examination", "user"], name="examination_auditor_once")]

    def __str__(self) -> str:
        return str(self.user)

    @property
    def name_and_city(self) -> str:
        return f"{self.user} ({self.city})" if self.city else str(self.user)

    @property
    def signature(self) -> str:
        if not self.signed_on:
            return gettext("noch nicht unterzeichnet")
        return gettext("unterzeichnet am %s") % f"{self.signed_on:%d.%m.%Y}"


class SampleItem(OfExamination):
    """An entry of the sample and how far its examination got; one without hits was chosen by an auditor."""

    examination = models.ForeignKey(Examination, models.PROTECT, related_name="items", verbose_name=_("Kassenprüfung"))
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="+", verbose_name=_("Buchung"))
    hits = models.PositiveSmallIntegerField(_("Treffer"))
    state = models.CharField(_("Stand"), max_length=8, choices=ItemState.choices, default=ItemState.OPEN)
    ticked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("geprüft von")
    )
    ticked_on = models.DateField(_("geprüft am"), null=True, blank=True)

    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Buchung der Stichprobe")
        verbose_name_plural = _("Buchungen der Stichprobe")
        ordering = ["entry"]
        constraints = [
            choices_constraint("state", ItemState, name="examination_item_state_known"),
            models.UniqueConstraint(fields=["examination", "entry"], name="examination_item_once"),
            models.CheckConstraint(
                condition=Q(state="ticked", ticked_by__isnull=False, ticked_on__isnull=False)
                | (~Q(state="ticked") & Q(ticked_by__isnull=True, ticked_on__isnull=True)),
                name="examination_item_ticked_by",
            ),
        ]

    def __str__(self) -> str:
        return str(self.entry)

    def get_absolute_url(self) -> str:
        return reverse("examination:item", args=[self.examination.year, self.entry.number])


class Question(OfExamination):
    """A question about an entry of the sample, or in general, and the treasurer's answer."""

    examination = models.ForeignKey(
        Examination, models.PROTECT, related_name="questions", verbose_name=_("Kassenprüfung")
    )
    item = models.ForeignKey(
        SampleItem, models.PROTECT, null=True, blank=True, related_name="questions", verbose_name=_("Buchung")
    )
    text = models.CharField(_("Frage"), max_length=600)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("gefragt von")
    )
    asked_on = models.DateField(_("gefragt am"))
    answer = models.TextField(_("Antwort"), blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("geantwortet")
    )
    answered_on = models.DateField(_("geantwortet am"), null=True, blank=True)

    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Prüfungsfrage")
        verbose_name_plural = _("Prüfungsfragen")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="", answered_by__isnull=True, answered_on__isnull=True)
                | (~Q(answer="") & Q(answered_by__isnull=False, answered_on__isnull=False)),
                name="examination_question_answered_by",
            )
        ]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return (self.item or self.examination).get_absolute_url()

    @property
    def is_open(self) -> bool:
        return not self.answer


class Finding(OfExamination):
    """What the auditors state in their report, and what they recommend."""

    examination = models.ForeignKey(
        Examination, models.PROTECT, related_name="findings", verbose_name=_("Kassenprüfung")
    )
    weight = models.CharField(_("Gewicht"), max_length=9, choices=Weight.choices)
    text = models.TextField(_("Feststellung"))
    advice = models.TextField(_("Empfehlung"), blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("aufgenommen von")
    )

    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Feststellung")
        verbose_name_plural = _("Feststellungen")
        ordering = ["pk"]
        constraints = [choices_constraint("weight", Weight, name="examination_finding_weight_known")]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> Any:
        return self.examination.get_absolute_url()
