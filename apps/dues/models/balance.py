from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.dues.models.invoice import Invoice


class InvoiceBalance(models.Model):
    """Where an invoice stands: what is assigned to it, written off, still owed since when, and whether it is in the outbox.

    Kept by the database itself (`dues.triggers`) and never written by the program, so it needs no history: it follows from
    invoice, allocations, cancellation and sendings at any time (`domain.queries.wrong_balances` proves it). It is here so that
    of ten years only what is open has to be looked at.
    """

    invoice = models.OneToOneField(
        Invoice, models.CASCADE, primary_key=True, related_name="balance", verbose_name=_("Rechnung")
    )
    allocated = models.DecimalField(_("zugeordnet"), max_digits=14, decimal_places=2, default=Decimal(0))
    written_off = models.DecimalField(_("ausgebucht"), max_digits=14, decimal_places=2, default=Decimal(0))
    outstanding = models.DecimalField(_("offen"), max_digits=14, decimal_places=2)
    due_on = models.DateField(_("fällig am"))
    is_queued = models.BooleanField(_("im Postausgang oder versandt"), db_default=False)

    personal_fields = ()

    class Meta:
        verbose_name = _("Stand einer Rechnung")
        verbose_name_plural = _("Stände von Rechnungen")
        indexes = [
            models.Index(fields=["-outstanding", "invoice"], name="dues_balance_outstanding"),
            models.Index(
                fields=["due_on", "invoice", "outstanding"],
                condition=models.Q(outstanding__gt=0),
                name="dues_balance_open",
            ),
            models.Index(fields=["invoice"], condition=models.Q(is_queued=False), name="dues_balance_unsent"),
        ]

    def __str__(self) -> str:
        return f"{self.invoice}: {self.outstanding}"
