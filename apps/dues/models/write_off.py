from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.audit.history import History
from apps.core.constraints import choices_constraint
from apps.core.money import euro_field
from apps.dues.enums import WriteOffGround
from apps.dues.models.allocation import Allocation
from apps.dues.models.invoice import Invoice


class WriteOffQuerySet(models.QuerySet["WriteOff"]):
    def standing(self) -> Self:
        """Not taken back."""
        return self.filter(allocation__released_by__isnull=True)

    def taken_back(self) -> Self:
        return self.filter(allocation__released_by__isnull=False)


class WriteOff(models.Model):
    """A claim, or a part of one, that will not come in (Ausbuchung). Final; taken back by rows of its own.

    Whether it stands is said by its allocation. `document` is the voucher of its entry, `notice` the letter that tells the
    city of a waiver.
    """

    number = models.CharField(_("Nummer"), max_length=14, unique=True)
    year = models.PositiveSmallIntegerField(_("Jahr"))
    sequence = models.PositiveIntegerField(_("laufende Nummer"))
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="write_offs", verbose_name=_("Rechnung"))
    amount = euro_field(_("Betrag"))
    ground = models.CharField(_("Grund"), max_length=14, choices=WriteOffGround.choices)
    reason = models.CharField(_("Erläuterung"), max_length=300)
    resolution = models.ForeignKey(
        "resolutions.Resolution", models.PROTECT, null=True, related_name="write_offs", verbose_name=_("Beschluss")
    )
    booked_on = models.DateField(_("ausgebucht zum"))
    made_on = models.DateField(_("erfasst am"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("erfasst von")
    )
    entry = models.OneToOneField("ledger.Entry", models.PROTECT, related_name="write_off", verbose_name=_("Buchung"))
    allocation = models.OneToOneField(Allocation, models.PROTECT, related_name="write_off", verbose_name=_("Zuordnung"))
    document = models.ForeignKey(
        "documents.Document", models.PROTECT, related_name="+", verbose_name=_("Ausbuchungsbeleg")
    )
    notice = models.ForeignKey(
        "documents.Document", models.PROTECT, null=True, related_name="+", verbose_name=_("Schreiben an die Stadt")
    )

    objects = WriteOffQuerySet.as_manager()
    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Ausbuchung")
        verbose_name_plural = _("Ausbuchungen")
        ordering = ["-year", "-sequence"]
        constraints = [
            choices_constraint("ground", WriteOffGround, name="dues_writeoff_ground_known"),
            models.UniqueConstraint(fields=["year", "sequence"], name="dues_writeoff_number_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="dues_writeoff_amount_positive"),
            models.CheckConstraint(condition=~Q(reason=""), name="dues_writeoff_has_reason"),
            models.CheckConstraint(
                condition=Q(ground=WriteOffGround.WAIVED, resolution__isnull=False)
                | (~Q(ground=WriteOffGround.WAIVED) & Q(resolution__isnull=True)),
                name="dues_writeoff_resolution_if_waived",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("dues:write_off", args=[self.number])

    @property
    def is_waiver(self) -> bool:
        return self.ground == WriteOffGround.WAIVED

    @property
    def taken_back_with(self) -> Allocation | None:
        """The row that took it back, if it was; read `allocation__released_by` with it."""
        return getattr(self.allocation, "released_by", None)
