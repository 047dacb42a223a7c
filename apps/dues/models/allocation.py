from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.audit.history import History
from apps.core.constraints import choices_constraint
from apps.core.money import euro_field
from apps.dues.enums import AllocationKind
from apps.dues.models.invoice import Invoice


class AllocationQuerySet(models.QuerySet["Allocation"]):
    def standing(self) -> Self:
        """Neither taken back nor the taking back of another."""
        return self.filter(releases__isnull=True, released_by__isnull=True)

    def money(self) -> Self:
        """Without what was written off."""
        return self.exclude(kind=AllocationKind.WRITE_OFF)


class Allocation(models.Model):
    """Money of a city assigned to one of its invoices, or kept without one as credit. Only added, never changed.

    What is written off of an invoice is assigned to it as well, though no money moved (`kind`).

    A correction is a second row with the opposite amount that `releases` the first. A credit that moves to an
    invoice makes two rows, the second pointing at the first as its `counterpart`.
    """

    city = models.ForeignKey("members.City", models.PROTECT, related_name="allocations", verbose_name=_("Stadt"))
    invoice = models.ForeignKey(
        Invoice, models.PROTECT, null=True, blank=True, related_name="allocations", verbose_name=_("Rechnung")
    )
    kind = models.CharField(_("Art"), max_length=10, choices=AllocationKind.choices)
    amount = euro_field(_("Betrag"))
    booked_on = models.DateField(_("gebucht am"))
    text = models.CharField(_("Erläuterung"), max_length=250, blank=True)
    entry = models.ForeignKey(
        "ledger.Entry", models.PROTECT, null=True, blank=True, related_name="allocations", verbose_name=_("Buchung")
    )
    releases = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="released_by", verbose_name=_("nimmt zurück")
    )
    counterpart = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="moved_to", verbose_name=_("Gegenstück")
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("zugeordnet von")
    )

    objects = AllocationQuerySet.as_manager()
    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Zuordnung")
        verbose_name_plural = _("Zuordnungen")
        ordering = ["booked_on", "pk"]
        indexes = [
            models.Index(fields=["invoice", "amount"], name="dues_allocation_of_invoice"),
            models.Index(fields=["city", "kind", "amount"], name="dues_allocation_of_city"),
        ]
        constraints = [
            choices_constraint("kind", AllocationKind, name="dues_allocation_kind_known"),
            models.CheckConstraint(condition=~Q(amount=0), name="dues_allocation_not_zero"),
            models.CheckConstraint(
                condition=Q(kind=AllocationKind.CREDIT) | Q(entry__isnull=False),
                name="dues_allocation_money_has_entry",
            ),
            models.CheckConstraint(
                condition=~Q(kind=AllocationKind.WRITE_OFF) | Q(invoice__isnull=False),
                name="dues_allocation_write_off_has_invoice",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.city}: {self.amount}"
