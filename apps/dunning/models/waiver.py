from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.audit.history import History
from apps.core.money import euro_field
from apps.dues.models import Invoice
from apps.dunning.models.run import DunningLetter


class Waiver(models.Model):
    """Interest and costs of a city that are asked for no more. Final."""

    city = models.ForeignKey("members.City", models.PROTECT, related_name="+", verbose_name=_("Stadt"))
    amount = euro_field(_("Betrag"))
    reason = models.CharField(_("Grund"), max_length=300)
    waived_on = models.DateField(_("erlassen am"))
    waived_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("erlassen von")
    )

    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Erlass von Zinsen und Kosten")
        verbose_name_plural = _("Erlasse von Zinsen und Kosten")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="dunning_waiver_amount"),
            models.CheckConstraint(condition=~Q(reason=""), name="dunning_waiver_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.city}: {self.amount}"


class WaivedClaim(models.Model):
    """What a waiver takes from the costs of one letter or from the interest of one invoice. Final."""

    waiver = models.ForeignKey(Waiver, models.PROTECT, related_name="claims", verbose_name=_("Erlass"))
    letter = models.ForeignKey(
        DunningLetter, models.PROTECT, null=True, related_name="+", verbose_name=_("Mahnschreiben")
    )
    invoice = models.ForeignKey(Invoice, models.PROTECT, null=True, related_name="+", verbose_name=_("Rechnung"))
    amount = euro_field(_("Betrag"))

    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("erlassene Forderung")
        verbose_name_plural = _("erlassene Forderungen")
        ordering = ["waiver", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="dunning_waivedclaim_amount"),
            models.CheckConstraint(
                condition=Q(letter__isnull=True, invoice__isnull=False) | Q(letter__isnull=False, invoice__isnull=True),
                name="dunning_waivedclaim_costs_or_interest",
            ),
            models.UniqueConstraint(fields=["waiver", "letter"], name="dunning_waivedclaim_costs_once"),
            models.UniqueConstraint(fields=["waiver", "invoice"], name="dunning_waivedclaim_interest_once"),
        ]

    def __str__(self) -> str:
        return f"{self.letter or self.invoice}: {self.amount}"
