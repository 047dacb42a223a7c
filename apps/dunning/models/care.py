from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.audit.history import History
from apps.core.constraints import choices_constraint, period_constraint
from apps.core.periods import Dated, DatedQuerySet
from apps.dues.models import Invoice
from apps.dunning.enums import BlockKind, EventKind


class BlockQuerySet(DatedQuerySet["DunningBlock"]):
    def filter_for(self, invoice: Invoice) -> Self:
        """Blocks of the invoice itself or of its whole city."""
        return self.filter(Q(invoice=invoice) | Q(invoice__isnull=True, city=invoice.city_id))


class DunningBlock(Dated):
    """No reminders to a city, or about one invoice, for a time."""

    city = models.ForeignKey("members.City", models.PROTECT, related_name="dunning_blocks", verbose_name=_("Stadt"))
    invoice = models.ForeignKey(
        Invoice,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="dunning_blocks",
        verbose_name=_("Rechnung"),
        help_text=_("Leer: alle Rechnungen der Stadt."),
    )
    kind = models.CharField(_("Art"), max_length=12, choices=BlockKind.choices)
    reason = models.CharField(_("Grund"), max_length=300)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("eingetragen von")
    )

    objects = BlockQuerySet.as_manager()
    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Mahnsperre")
        verbose_name_plural = _("Mahnsperren")
        ordering = ["-valid_from", "-pk"]
        constraints = [
            choices_constraint("kind", BlockKind, name="dunning_block_kind_known"),
            period_constraint(name="dunning_block_period"),
            models.CheckConstraint(condition=~Q(reason=""), name="dunning_block_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.city}: {self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        return reverse("dunning:blocks")


class LimitationEvent(models.Model):
    """What suspends the limitation of a claim or lets it begin anew."""

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="limitation_events", verbose_name=_("Rechnung"))
    kind = models.CharField(_("Art"), max_length=16, choices=EventKind.choices)
    since = models.DateField(_("am oder ab"))
    until = models.DateField(
        _("letzter Tag"), null=True, blank=True, help_text=_("Nur bei einer Hemmung. Leer: sie dauert noch an.")
    )
    note = models.CharField(_("Vermerk"), max_length=300)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("eingetragen von")
    )
    revoked_on = models.DateField(_("gestrichen am"), null=True)

    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Ereignis der Verjährung")
        verbose_name_plural = _("Ereignisse der Verjährung")
        ordering = ["since", "pk"]
        constraints = [
            choices_constraint("kind", EventKind, name="dunning_limitationevent_kind_known"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="dunning_limitationevent_period"
            ),
            models.CheckConstraint(
                condition=~Q(kind=EventKind.ACKNOWLEDGEMENT) | Q(until__isnull=True),
                name="dunning_limitationevent_acknowledged_at_once",
            ),
            models.CheckConstraint(condition=~Q(note=""), name="dunning_limitationevent_has_note"),
        ]

    def __str__(self) -> str:
        return f"{self.invoice.number}: {self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        return reverse("dunning:claim", args=[self.invoice.number])
