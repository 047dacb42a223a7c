from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.banking.enums import MatchKind
from apps.banking.models.lines import BankLine
from apps.core.constraints import choices_constraint
from apps.core.money import euro_field


class MatchProposal(models.Model):
    """What a line may mean: computed, thrown away and computed anew; only the booking that follows is a record."""

    line = models.ForeignKey(BankLine, models.CASCADE, related_name="proposals", verbose_name=_("Umsatz"))
    rank = models.PositiveSmallIntegerField(_("Rang"))
    kind = models.CharField(_("Art"), max_length=12, choices=MatchKind.choices)
    score = models.PositiveSmallIntegerField(_("Sicherheit"))
    reason = models.CharField(_("Begründung"), max_length=300)
    city = models.ForeignKey("members.City", models.CASCADE, null=True, related_name="+", verbose_name=_("Stadt"))
    account = models.ForeignKey("ledger.Account", models.CASCADE, null=True, related_name="+", verbose_name=_("Konto"))
    returns = models.ForeignKey(BankLine, models.CASCADE, null=True, related_name="+", verbose_name=_("nimmt zurück"))
    rule = models.ForeignKey(
        "banking.BookingRule", models.CASCADE, null=True, related_name="+", verbose_name=_("Regel")
    )
    expected = models.JSONField(_("erwartete Zahlungen"), default=list)
    credit = euro_field(_("Guthaben"), default=0)
    side = euro_field(_("Zinsen und Kosten"), default=0)

    class Meta:
        verbose_name = _("Vorschlag")
        verbose_name_plural = _("Vorschläge")
        ordering = ["line", "rank"]
        indexes = [models.Index(fields=["score", "rank", "line"], name="banking_proposal_certain")]
        constraints = [
            choices_constraint("kind", MatchKind, name="banking_proposal_kind_known"),
            models.UniqueConstraint(fields=["line", "rank"], name="banking_proposal_rank_once"),
            models.CheckConstraint(condition=Q(score__gte=0, score__lte=100), name="banking_proposal_score"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.score})"

    @property
    def place(self) -> dict[str, Any]:
        """Sphere and cost centre, where the rule behind the proposal names them."""
        rule = self.rule
        if rule is None or rule.account_id != self.account_id:
            return {}
        return {"sphere": rule.sphere, "cost_centre": rule.cost_centre}

    @property
    def is_certain(self) -> bool:
        return self.score == CERTAIN


CERTAIN = 100


class ProposalTarget(models.Model):
    """An invoice or a supplier's voucher the proposal would settle, with the amount."""

    proposal = models.ForeignKey(MatchProposal, models.CASCADE, related_name="targets", verbose_name=_("Vorschlag"))
    invoice = models.ForeignKey("dues.Invoice", models.CASCADE, null=True, related_name="+", verbose_name=_("Rechnung"))
    voucher = models.ForeignKey(
        "vouchers.Voucher", models.CASCADE, null=True, related_name="+", verbose_name=_("Beleg")
    )
    amount = euro_field(_("Betrag"))

    class Meta:
        verbose_name = _("Rechnung eines Vorschlags")
        verbose_name_plural = _("Rechnungen von Vorschlägen")
        ordering = ["proposal", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(invoice__isnull=False, voucher=None) | Q(invoice=None, voucher__isnull=False),
                name="banking_target_invoice_or_voucher",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invoice or self.voucher}: {self.amount}"

    @property
    def field(self) -> str:
        """Its name in the form that spreads a line by hand."""
        return f"invoice_{self.invoice_id}" if self.invoice_id else f"voucher_{self.voucher_id}"

    @property
    def payee(self) -> str:
        """Whose invoice it is: »2027-0014 Bonn«, »BE2027-00012 Druckhaus«."""
        paid = self.invoice or self.voucher
        return f"{paid} {self.invoice.city if self.invoice else self.voucher.creditor}"  # type: ignore[union-attr]
