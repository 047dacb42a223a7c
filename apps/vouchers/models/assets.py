from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.audit.history import History
from apps.core.money import euro_field


class AssetQuerySet(models.QuerySet["FixedAsset"]):
    def in_use(self, year: int) -> Self:
        """Acquired by the end of the year and not gone before it began."""
        gone = Q(disposed_on__isnull=True) | Q(disposed_on__year__gte=year)
        return self.filter(gone, acquired_on__year__lte=year)


class FixedAsset(models.Model):
    """A thing that serves the association for years; its cost is spread over the months of its useful life."""

    number = models.CharField(_("Inventarnummer"), max_length=20, unique=True)
    name = models.CharField(_("Bezeichnung"), max_length=150)
    account = models.ForeignKey("ledger.Account", models.PROTECT, related_name="+", verbose_name=_("Anlagekonto"))
    cost_centre = models.ForeignKey(
        "ledger.CostCentre", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Kostenstelle")
    )
    acquired_on = models.DateField(_("angeschafft am"))
    cost = euro_field(_("Anschaffungskosten"))
    useful_life_months = models.PositiveSmallIntegerField(_("Nutzungsdauer in Monaten"))
    voucher = models.ForeignKey(
        "documents.Document", models.PROTECT, related_name="+", verbose_name=_("Beleg der Anschaffung")
    )
    disposed_on = models.DateField(_("abgegangen am"), null=True, blank=True)
    disposal_reason = models.CharField(_("Grund des Abgangs"), max_length=200, blank=True)
    disposal_entry = models.OneToOneField(
        "ledger.Entry", models.PROTECT, null=True, related_name="+", verbose_name=_("Buchung des Abgangs")
    )

    objects = AssetQuerySet.as_manager()
    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Anlagegut")
        verbose_name_plural = _("Anlagegüter")
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(condition=Q(cost__gt=0), name="vouchers_fixedasset_cost_positive"),
            models.CheckConstraint(condition=Q(useful_life_months__gte=1), name="vouchers_fixedasset_life"),
            models.CheckConstraint(
                condition=Q(disposed_on__isnull=True, disposal_entry__isnull=True)
                | Q(disposed_on__gte=models.F("acquired_on")),
                name="vouchers_fixedasset_disposal",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("vouchers:asset", args=[self.number])

    @property
    def start(self) -> tuple[int, int]:
        return self.acquired_on.year, self.acquired_on.month


class Depreciation(models.Model):
    """The depreciation of an asset in a year, posted once."""

    asset = models.ForeignKey(FixedAsset, models.PROTECT, related_name="depreciations", verbose_name=_("Anlagegut"))
    year = models.PositiveSmallIntegerField(_("Jahr"))
    amount = euro_field(_("Abschreibung"))
    entry = models.OneToOneField("ledger.Entry", models.PROTECT, related_name="depreciation", verbose_name=_("Buchung"))
    is_standing = models.BooleanField(_("gilt"), default=True)

    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Abschreibung")
        verbose_name_plural = _("Abschreibungen")
        ordering = ["year", "asset"]
        constraints = [
            models.UniqueConstraint(
                fields=["asset", "year"], condition=Q(is_standing=True), name="vouchers_depreciation_once"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="vouchers_depreciation_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.asset}, {self.year}"
