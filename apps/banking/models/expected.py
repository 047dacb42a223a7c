from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.audit.history import History
from apps.banking.models.lines import BankAccount, BankLine
from apps.core.money import euro_field


class ExpectedQuerySet(models.QuerySet["ExpectedPayment"]):
    def waiting(self) -> Self:
        """Their line has not been booked yet, and the bank did not refuse them."""
        return self.filter(line=None, dropped_on=None)

    def settled(self) -> Self:
        """Nothing more will come: booked (a return may still follow), returned or never carried out."""
        return self.exclude(line=None, dropped_on=None)


class ExpectedPayment(models.Model):
    """A payment we ordered and wait for: a collected debit or a transfer. Written by the app that sent the order.

    It is recognised by its end-to-end id, or all of a batch together by the reference and sum of the batch.
    """

    bank_account = models.ForeignKey(BankAccount, models.PROTECT, related_name="expected", verbose_name=_("Bankkonto"))
    end_to_end_id = models.CharField(_("Ende-zu-Ende-Referenz"), max_length=35, unique=True)
    batch_reference = models.CharField(_("Referenz des Sammlers"), max_length=35, db_index=True)
    amount = euro_field(_("Betrag"))
    due_on = models.DateField(_("Ausführungstag"))
    invoice = models.ForeignKey(
        "dues.Invoice", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Rechnung")
    )
    city = models.ForeignKey(
        "members.City", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Stadt")
    )
    account = models.ForeignKey(
        "ledger.Account", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Konto")
    )
    voucher = models.ForeignKey(
        "vouchers.Voucher", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Beleg")
    )
    source = models.CharField(_("Herkunft"), max_length=40)
    line = models.ForeignKey(
        BankLine, models.PROTECT, null=True, blank=True, related_name="expected", verbose_name=_("Umsatz")
    )
    returned_by = models.OneToOneField(
        BankLine, models.PROTECT, null=True, blank=True, related_name="returned_payment", verbose_name=_("Rückgabe")
    )
    dropped_on = models.DateField(
        _("fallen gelassen am"), null=True, blank=True, help_text=_("Die Bank hat den Auftrag nicht ausgeführt.")
    )

    objects = ExpectedQuerySet.as_manager()

    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("erwartete Zahlung")
        verbose_name_plural = _("erwartete Zahlungen")
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(invoice__isnull=False, city=None, account=None, voucher=None)
                | Q(invoice=None, city__isnull=False, account=None, voucher=None)
                | Q(invoice=None, city=None, account__isnull=False, voucher=None)
                | Q(invoice=None, city=None, account=None, voucher__isnull=False),
                name="banking_expected_one_target",
            ),
            models.CheckConstraint(
                condition=Q(returned_by=None) | Q(line__isnull=False), name="banking_expected_returned_after_arrival"
            ),
            models.CheckConstraint(
                condition=Q(dropped_on=None) | Q(line=None), name="banking_expected_dropped_or_arrived"
            ),
        ]

    def __str__(self) -> str:
        return self.end_to_end_id
