from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.dues.models.invoice import Invoice


class InvoiceBalance(models.Model):
    """What is assigned to an invoice, written off of it and still owed for it, kept by the database itself (`dues.triggers`).

    Never written by the program, so it needs no history: it follows from invoice, allocations and cancellation at any time
    (`domain.queries.wrong_balances` proves it). It is here so that of ten years only what is open has to be looked at.
    """

    invoice = models.OneToOneField(
        Invoice, models.CASCADE, primary_key=True, related_name="balance", verbose_name=_("Rechnung")
    )
    allocated = models.DecimalField(_("zugeordnet"), max_digits=14, decimal_places=2, default=Decimal(0))
    written_off = models.DecimalField(_("ausgebucht"), max_digits=14, decimal_places=2, default=Decimal(0))
    outstanding = models.DecimalField(_("offen"), max_digits=14, decimal_places=2)

    personal_fields = ()

    class Meta:
        verbose_name = _("Stand einer Rechnung")
        verbose_name_plural = _("Stände von Rechnungen")
        indexes = [models.Index(fields=["-outstanding", "invoice"], name="dues_balance_outstanding")]

    def __str__(self) -> str:
        return f"{self.invoice}: {self.outstanding}"
