from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.audit.history import History
from apps.banking.models.lines import BankAccount, BankLine, StatementFile
from apps.banking.models.withdrawing import Withdrawable
from apps.core.money import euro_field


class BatchNotice(Withdrawable):
    """What CAMT.054 tells about a batch: it stands as one line on the statement, and here are its parts.

    The notice may come before the line or after it; `line` is set when both are there.
    """

    bank_account = models.ForeignKey(BankAccount, models.PROTECT, related_name="notices", verbose_name=_("Bankkonto"))
    file = models.ForeignKey(StatementFile, models.PROTECT, related_name="notices", verbose_name=_("Datei"))
    content_hash = models.CharField(_("Prüfsumme des Inhalts"), max_length=64)
    amount = euro_field(_("Betrag"))
    booked_on = models.DateField(_("Buchungstag"))
    references = models.JSONField(_("Referenzen"), default=list)
    line = models.OneToOneField(
        BankLine, models.PROTECT, null=True, blank=True, related_name="notice", verbose_name=_("Umsatz")
    )

    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Sammelaufstellung")
        verbose_name_plural = _("Sammelaufstellungen")
        ordering = ["-booked_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["bank_account", "content_hash"], name="banking_notice_once"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.booked_on:%d.%m.%Y}"


class NoticePart(Withdrawable):
    """One payment of a batch."""

    notice = models.ForeignKey(BatchNotice, models.PROTECT, related_name="parts", verbose_name=_("Sammelaufstellung"))
    position = models.PositiveIntegerField(_("Position"))
    amount = euro_field(_("Betrag"))
    counterparty = models.CharField(_("Name"), max_length=140, blank=True)
    counterparty_iban = models.CharField(_("IBAN der Gegenseite"), max_length=34, blank=True)
    text = models.TextField(_("Verwendungszweck"), blank=True)
    end_to_end_id = models.CharField(_("Ende-zu-Ende-Referenz"), max_length=35, blank=True)
    structured_reference = models.CharField(_("Zahlungsreferenz"), max_length=35, blank=True)

    history = History()
    personal_fields = ("counterparty", "counterparty_iban", "text")

    class Meta:
        verbose_name = _("Posten einer Sammelaufstellung")
        verbose_name_plural = _("Posten von Sammelaufstellungen")
        ordering = ["notice", "position"]
        constraints = [
            models.UniqueConstraint(fields=["notice", "position"], name="banking_notice_part_once"),
        ]

    def __str__(self) -> str:
        return f"{self.notice}, {self.position}"
