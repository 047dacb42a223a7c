from pathlib import PurePosixPath

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.audit.history import History
from apps.core.constraints import choices_constraint
from apps.documents.enums import Access, Category
from apps.members.models import City


def content_path(sha256: str) -> str:
    """Where the bytes with this hash lie in the storage; equal files are stored once."""
    return f"documents/{sha256[:2]}/{sha256}"


class Document(models.Model):
    """Something that belongs in a file. Its bytes are in its versions; the newest one is in force."""

    number = models.CharField(_("Dokumentnummer"), max_length=20, unique=True)
    title = models.CharField(_("Titel"), max_length=200)
    description = models.TextField(_("Beschreibung"), blank=True)
    category = models.CharField(_("Kategorie"), max_length=20, choices=Category.choices)
    access = models.CharField(_("einsehbar für"), max_length=10, choices=Access.choices)
    city = models.ForeignKey(
        City,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="documents",
        verbose_name=_("betrifft die Stadt"),
        help_text=_("Diese Stadt darf das Dokument zusätzlich einsehen."),
    )
    dated_on = models.DateField(_("Datum"))
    origin = models.CharField(_("Herkunft"), max_length=40)
    subject_type = models.ForeignKey(ContentType, models.PROTECT, null=True, blank=True, related_name="+")
    subject_id = models.BigIntegerField(null=True, blank=True)
    subject = GenericForeignKey("subject_type", "subject_id")

    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Dokument")
        verbose_name_plural = _("Dokumente")
        ordering = ["-dated_on", "-number"]
        constraints = [
            choices_constraint("category", Category, name="documents_document_category_known"),
            choices_constraint("access", Access, name="documents_document_access_known"),
        ]
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="documents_subject"),
            models.Index(fields=["-dated_on", "-number"], name="documents_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("documents:document", args=[self.number])


class DocumentVersion(models.Model):
    """The bytes of a document, stored once and never changed (database trigger)."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="versions", verbose_name=_("Dokument"))
    version = models.PositiveSmallIntegerField(_("Fassung"))
    filename = models.CharField(_("Dateiname"), max_length=150)
    content_type = models.CharField(_("Dateityp"), max_length=100)
    size = models.PositiveIntegerField(_("Größe in Byte"))
    sha256 = models.CharField(_("Prüfsumme (SHA-256)"), max_length=64, db_index=True)
    note = models.CharField(_("Anlass der Fassung"), max_length=200, blank=True)
    filed_at = models.DateTimeField(_("abgelegt"))
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("abgelegt von")
    )

    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Fassung eines Dokuments")
        verbose_name_plural = _("Fassungen von Dokumenten")
        ordering = ["document", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["document", "version"], name="documents_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.document.number}, Fassung {self.version}"

    def get_absolute_url(self) -> str:
        return reverse("documents:download", args=[self.document.number, self.version, self.filename])

    @property
    def storage_path(self) -> str:
        return content_path(self.sha256)

    @property
    def suffix(self) -> str:
        return PurePosixPath(self.filename).suffix.lstrip(".").upper()


class Download(models.Model):
    """Who took a copy and when. Kept for 12 months (see README)."""

    version = models.ForeignKey(DocumentVersion, models.PROTECT, related_name="downloads", verbose_name=_("Fassung"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("Person")
    )
    at = models.DateTimeField(_("Zeitpunkt"), auto_now_add=True)

    class Meta:
        verbose_name = _("Abruf")
        verbose_name_plural = _("Abrufe")
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.version} {self.at:%d.%m.%Y}"
