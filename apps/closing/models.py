from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.audit.history import History
from apps.closing.enums import AccountsState, Direction, ReserveKind
from apps.core.constraints import choices_constraint
from apps.core.money import euro_field

FROZEN = [AccountsState.PREPARED, AccountsState.EXAMINED, AccountsState.ADOPTED, AccountsState.CLOSED]
DECIDED = [AccountsState.ADOPTED, AccountsState.CLOSED]


class AnnualAccounts(models.Model):
    """The closing of a business year. From »aufgestellt« on its figures are frozen under their hash; closed, it is final."""

    TRANSITIONS = {
        AccountsState.DRAFT: (AccountsState.PREPARED,),
        AccountsState.PREPARED: (AccountsState.EXAMINED, AccountsState.DRAFT),
        AccountsState.EXAMINED: (AccountsState.ADOPTED, AccountsState.DRAFT),
        AccountsState.ADOPTED: (AccountsState.CLOSED,),
        AccountsState.CLOSED: (),
    }

    year = models.PositiveSmallIntegerField(_("Geschäftsjahr"), unique=True)
    state = models.CharField(
        _("Stand"), max_length=10, choices=AccountsState.choices, default=AccountsState.DRAFT, editable=False
    )
    note = models.TextField(_("Erläuterungen"), blank=True)
    figures = models.JSONField(_("festgehaltene Zahlen"), null=True, blank=True, editable=False)
    figures_hash = models.CharField(_("Prüfsumme der Zahlen"), max_length=64, blank=True, editable=False)
    prepared_on = models.DateField(_("aufgestellt am"), null=True, blank=True)
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("aufgestellt von"),
    )
    examined_on = models.DateField(_("geprüft am"), null=True, blank=True)
    examined_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Prüfung eingetragen von"),
    )
    examination_note = models.CharField(_("Ergebnis der Prüfung"), max_length=500, blank=True)
    resolution = models.ForeignKey(
        "resolutions.Resolution",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="annual_accounts",
        verbose_name=_("beschlossen durch"),
    )
    adopted_on = models.DateField(_("beschlossen am"), null=True, blank=True)
    lock = models.ForeignKey(
        "ledger.PeriodLock",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Sperre der Bücher"),
    )
    closed_on = models.DateField(_("abgeschlossen am"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("abgeschlossen von"),
    )
    document = models.ForeignKey(
        "documents.Document", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Kassenbericht")
    )

    history = History()
    personal_fields = ("examination_note",)

    class Meta:
        verbose_name = _("Jahresabschluss")
        verbose_name_plural = _("Jahresabschlüsse")
        ordering = ["-year"]
        constraints = [
            choices_constraint("state", AccountsState, name="closing_accounts_state_known"),
            models.CheckConstraint(
                condition=Q(state="draft", figures__isnull=True, figures_hash="", prepared_on__isnull=True)
                | (Q(state__in=FROZEN, figures__isnull=False, prepared_on__isnull=False) & ~Q(figures_hash="")),
                name="closing_accounts_figures_frozen",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "prepared"], examined_on__isnull=True)
                | Q(state__in=["examined", "adopted", "closed"], examined_on__isnull=False),
                name="closing_accounts_examined",
            ),
            models.CheckConstraint(
                condition=Q(state__in=DECIDED, resolution__isnull=False, adopted_on__isnull=False)
                | (~Q(state__in=DECIDED) & Q(resolution__isnull=True, adopted_on__isnull=True)),
                name="closing_accounts_adopted_by_resolution",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", lock__isnull=False, closed_on__isnull=False)
                | (~Q(state="closed") & Q(lock__isnull=True, closed_on__isnull=True)),
                name="closing_accounts_closed_with_lock",
            ),
        ]

    def __str__(self) -> str:
        return _("Jahresabschluss %s") % self.year

    def get_absolute_url(self) -> str:
        return reverse("closing:accounts", args=[self.year])

    @property
    def is_frozen(self) -> bool:
        return self.state in FROZEN

    @property
    def is_closed(self) -> bool:
        return self.state == AccountsState.CLOSED

    @property
    def first_day(self) -> date:
        return date(self.year, 1, 1)

    @property
    def last_day(self) -> date:
        return date(self.year, 12, 31)


class ReserveMovement(models.Model):
    """A reserve formed or dissolved by a resolution (§ 62 AO), with the entry between the equity accounts. Final."""

    year = models.PositiveSmallIntegerField(_("Geschäftsjahr"), db_index=True)
    kind = models.CharField(_("Art der Rücklage"), max_length=12, choices=ReserveKind.choices)
    direction = models.CharField(_("Vorgang"), max_length=8, choices=Direction.choices)
    amount = euro_field(_("Betrag"))
    purpose = models.CharField(_("Zweck und Zeitplan"), max_length=250)
    resolution = models.ForeignKey(
        "resolutions.Resolution", models.PROTECT, related_name="reserve_movements", verbose_name=_("beschlossen durch")
    )
    entry = models.OneToOneField(
        "ledger.Entry", models.PROTECT, related_name="reserve_movement", verbose_name=_("Buchung")
    )
    made_on = models.DateField(_("eingetragen am"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("eingetragen von"),
    )

    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Bewegung der Rücklagen")
        verbose_name_plural = _("Bewegungen der Rücklagen")
        ordering = ["-year", "-pk"]
        constraints = [
            choices_constraint("kind", ReserveKind, name="closing_reserve_kind_known"),
            choices_constraint("direction", Direction, name="closing_reserve_direction_known"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="closing_reserve_amount_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.get_direction_display()}"

    def get_absolute_url(self) -> str:
        return self.entry.get_absolute_url()


class AdviserSettings(models.Model):
    """What the tax adviser's program asks for in the header of a DATEV file. There is one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    consultant_number = models.PositiveIntegerField(
        _("Beraternummer"), help_text=_("1001 bis 9999999; die Steuerberatung nennt sie.")
    )
    client_number = models.PositiveIntegerField(_("Mandantennummer"), help_text=_("1 bis 99999."))
    chart = models.CharField(
        _("Kontenrahmen"), max_length=2, default="42", help_text=_("42 für SKR 42, 49 für SKR 49.")
    )

    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Angaben der Steuerberatung")
        verbose_name_plural = _("Angaben der Steuerberatung")
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="closing_adviser_single"),
            models.CheckConstraint(
                condition=Q(consultant_number__gte=1001, consultant_number__lte=9999999),
                name="closing_adviser_consultant",
            ),
            models.CheckConstraint(
                condition=Q(client_number__gte=1, client_number__lte=99999), name="closing_adviser_client"
            ),
        ]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)


def package_path(package: "AuditPackage", filename: str) -> str:
    return f"closing/{package.year}/{filename}"


class AuditPackage(models.Model):
    """The books of a year as one archive for auditors, adviser and tax office, made once and never changed."""

    year = models.PositiveSmallIntegerField(_("Geschäftsjahr"), db_index=True)
    file: Any = models.FileField(_("Datei"), upload_to=package_path)
    sha256 = models.CharField(_("Prüfsumme (SHA-256)"), max_length=64)
    size = models.PositiveBigIntegerField(_("Größe in Byte"))
    file_count = models.PositiveIntegerField(_("Dateien darin"))
    made_at = models.DateTimeField(_("erstellt"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("erstellt von"),
    )

    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Prüfungspaket")
        verbose_name_plural = _("Prüfungspakete")
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return _("Prüfungspaket %(year)s vom %(day)s") % {"year": self.year, "day": f"{self.made_at:%d.%m.%Y}"}

    def get_absolute_url(self) -> str:
        return reverse("closing:package", args=[self.year, self.pk])
