from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.audit.calculations import FIRST_HASH
from apps.audit.verbs import verb_label


class JournalQuerySet(models.QuerySet["JournalEntry"]):
    def about(self, subject: models.Model) -> Self:
        return self.filter(subject_type=subject._meta.label_lower, subject_id=str(subject.pk))

    def between(self, start: datetime | None, end: datetime | None) -> Self:
        entries = self.filter(at__gte=start) if start else self
        return entries.filter(at__lt=end) if end else entries


class JournalEntry(models.Model):
    """One act. `hash` chains the entries and covers, by `rows`, every history row the act wrote.

    Name of the subject, reason and data may hold personal data: the hash covers them only by `data_mac`, a MAC keyed with
    `data_key`, so that they can be erased together with the key while the chain holds.
    """

    sequence = models.BigIntegerField(_("Nummer"), primary_key=True)
    at = models.DateTimeField(_("Zeitpunkt"), db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, verbose_name=_("Person"), related_name="+"
    )
    verb = models.CharField(_("Vorgang"), max_length=80, db_index=True)
    subject_type = models.CharField(_("Art des Gegenstands"), max_length=100, blank=True)
    subject_id = models.CharField(_("Kennung des Gegenstands"), max_length=64, blank=True)
    subject_label = models.CharField(_("Gegenstand"), max_length=200, blank=True)
    act = models.BigIntegerField(_("Kennung des Vorgangs"), unique=True)
    reason = models.TextField(_("Begründung"), blank=True)
    data = models.TextField(_("Angaben"), blank=True)
    data_key = models.CharField(_("Schlüssel der Angaben"), max_length=32, null=True)
    data_mac = models.CharField(_("Prüfwert der Angaben"), max_length=64)
    rows = models.TextField(_("geschriebene Zeilen"))
    previous_hash = models.CharField(_("Prüfwert des Vorgängers"), max_length=64, unique=True)
    hash = models.CharField(_("Prüfwert"), max_length=64, unique=True)

    objects = JournalQuerySet.as_manager()

    class Meta:
        verbose_name = _("Eintrag im Protokoll")
        verbose_name_plural = _("Protokoll")
        ordering = ["-sequence"]
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="audit_entry_subject")]
        constraints = [
            models.CheckConstraint(condition=models.Q(sequence__gt=0), name="audit_entry_sequence_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence}: {self.label}"

    def get_absolute_url(self) -> str:
        return reverse("audit:entry", args=[self.sequence])

    @property
    def label(self) -> str:
        return verb_label(self.verb)

    @property
    def is_erased(self) -> bool:
        return self.data_key is None


class JournalHead(models.Model):
    """The last number and hash, one row: locked at every append, so that no two entries share a predecessor."""

    sequence = models.BigIntegerField(_("letzte Nummer"), default=0)
    hash = models.CharField(_("letzter Prüfwert"), max_length=64, default=FIRST_HASH)

    class Meta:
        verbose_name = _("Ende des Protokolls")
        verbose_name_plural = _("Ende des Protokolls")

    def __str__(self) -> str:
        return f"{self.sequence} {self.hash}"

    @classmethod
    def locked(cls) -> "JournalHead":
        try:
            return cls.objects.select_for_update().get(pk=1)
        except cls.DoesNotExist:
            cls.objects.get_or_create(pk=1)
            return cls.objects.select_for_update().get(pk=1)


def journal_mark() -> str:
    """The hash at the end of the journal: as long as it stays, nobody has done anything."""
    return JournalHead.objects.values_list("hash", flat=True).first() or FIRST_HASH


class HistoryShape(models.Model):
    """Which columns of a history table a row hash covered; written after each migration, read to verify older entries."""

    table = models.CharField(_("Tabelle"), max_length=120)
    digest = models.CharField(_("Kennung"), max_length=12)
    columns = models.TextField(_("Spalten"))

    class Meta:
        verbose_name = _("Aufbau einer Verlaufstabelle")
        verbose_name_plural = _("Aufbau der Verlaufstabellen")
        constraints = [models.UniqueConstraint(fields=["table", "digest"], name="audit_shape_once")]

    def __str__(self) -> str:
        return f"{self.table} {self.digest}"


class Anchor(models.Model):
    """The head of the journal as it was printed or filed elsewhere: an end cut off later no longer reaches it."""

    sequence = models.BigIntegerField(_("Nummer"))
    hash = models.CharField(_("Prüfwert"), max_length=64)
    at = models.DateTimeField(_("Zeitpunkt"))
    medium = models.CharField(_("festgehalten auf"), max_length=200)

    class Meta:
        verbose_name = _("Anker")
        verbose_name_plural = _("Anker")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.sequence} {self.hash}"


class Verification(models.Model):
    """What a walk over journal and history found."""

    at = models.DateTimeField(_("Zeitpunkt"))
    entries = models.PositiveBigIntegerField(_("Einträge"))
    rows = models.PositiveBigIntegerField(_("Verlaufszeilen"))
    hash = models.CharField(_("Prüfwert"), max_length=64)
    breaks = models.JSONField(_("Abweichungen"), default=list)
    seconds = models.FloatField(_("Dauer in Sekunden"))

    class Meta:
        verbose_name = _("Prüfung")
        verbose_name_plural = _("Prüfungen")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.at:%d.%m.%Y}"

    @property
    def is_intact(self) -> bool:
        return not self.breaks
