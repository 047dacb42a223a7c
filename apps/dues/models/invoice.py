from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import DecimalField, ExpressionWrapper, F, Q, Value
from django.db.models.functions import Round
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.audit.history import History
from apps.core.money import euro_field
from apps.dues.enums import InvoiceStatus
from apps.dues.models.run import Assessment, DuesRun

CENTS = DecimalField(max_digits=14, decimal_places=2)
NOTHING = Value(Decimal(0), output_field=CENTS)


def in_cents(expression: Any) -> Round:
    """SQLite computes with binary numbers, so every sum is rounded to cents."""
    return Round(ExpressionWrapper(expression, output_field=CENTS), precision=2)


class InvoiceQuerySet(models.QuerySet["Invoice"]):
    def standing(self) -> Self:
        """Not cancelled."""
        return self.filter(cancelled_on__isnull=True)

    def with_balance(self) -> Self:
        """Annotate `allocated` (paid and credited), `written_off` and `outstanding` (still owed; negative: overpaid).

        Every invoice has a balance; saying so lets the database begin with the balances.
        """
        kept = self.annotate(
            allocated=F("balance__allocated"),
            written_off=F("balance__written_off"),
            outstanding=F("balance__outstanding"),
        )
        return kept.filter(balance__isnull=False)

    def open(self) -> Self:
        return self.with_balance().filter(outstanding__gt=0)

    def without_details(self) -> Self:
        """For lists: leave what only the invoice's own page and print show unread."""
        return self.defer("recipient_lines", "calculation", "payee")

    def overpaid(self) -> Self:
        """More paid than owed; also what was paid on a cancelled invoice."""
        return self.with_balance().filter(outstanding__lt=0)

    def overdue(self, on: date) -> Self:
        """In default from the day after the due date on (BGB § 286 Abs. 2 Nr. 1)."""
        return self.open().filter(balance__due_on__lt=on)

    def without_document(self) -> Self:
        return self.filter(document__isnull=True)

    def with_status(self, status: str, on: date) -> Self:
        """Only invoices whose derived status on that day is `status`."""
        invoices = self.with_balance()
        if status == InvoiceStatus.CANCELLED:
            return invoices.filter(cancelled_on__isnull=False)
        invoices = invoices.standing()
        conditions = {
            InvoiceStatus.PAID: Q(outstanding=0, written_off=0),
            InvoiceStatus.WRITTEN_OFF: Q(outstanding=0, written_off__gt=0),
            InvoiceStatus.OVERPAID: Q(outstanding__lt=0),
            InvoiceStatus.OVERDUE: Q(outstanding__gt=0, due_on__lt=on),
            InvoiceStatus.PARTLY_PAID: Q(outstanding__gt=0, due_on__gte=on, allocated__gt=0),
            InvoiceStatus.OPEN: Q(outstanding__gt=0, due_on__gte=on, allocated__lte=0),
        }
        return invoices.filter(conditions[InvoiceStatus(status)])


class Invoice(models.Model):
    """A dues invoice. It repeats everything it shows, so that no later change reaches it; nothing of it changes.

    Only the PDF is added once and a cancellation is noted once (database trigger).
    """

    # annotated by with_balance()
    allocated: Decimal
    written_off: Decimal
    outstanding: Decimal

    number = models.CharField(_("Rechnungsnummer"), max_length=12, unique=True)
    year = models.PositiveSmallIntegerField(_("Beitragsjahr"))
    sequence = models.PositiveIntegerField(_("laufende Nummer"))
    run = models.ForeignKey(DuesRun, models.PROTECT, related_name="invoices", verbose_name=_("Beitragslauf"))
    assessment = models.OneToOneField(
        Assessment, models.PROTECT, related_name="invoice", verbose_name=_("Beitragsberechnung")
    )
    city = models.ForeignKey("members.City", models.PROTECT, related_name="dues_invoices", verbose_name=_("Stadt"))
    city_label = models.CharField(_("Name der Stadt"), max_length=120)
    recipient_lines = models.JSONField(_("Anschrift"))
    leitweg_id = models.CharField(_("Leitweg-ID"), max_length=46, blank=True)
    customer_reference = models.CharField(_("Kassenzeichen"), max_length=60, blank=True)
    calculation = models.JSONField(_("Berechnung"))
    payee = models.JSONField(_("Angaben zur Empfängerin der Zahlung"))
    legal_basis = models.CharField(_("Rechtsgrundlage"), max_length=400)
    amount = euro_field(_("Betrag"))
    reference = models.CharField(_("Zahlungsreferenz"), max_length=25, unique=True)
    issued_on = models.DateField(_("Rechnungsdatum"), db_index=True)
    due_on = models.DateField(_("fällig am"), db_index=True)
    due_note = models.CharField(_("Grund der Verschiebung"), max_length=120, blank=True)
    direct_debit = models.JSONField(_("Lastschrift"), default=dict, blank=True)
    entry = models.ForeignKey("ledger.Entry", models.PROTECT, related_name="dues_invoices", verbose_name=_("Buchung"))
    document = models.ForeignKey(
        "documents.Document", models.PROTECT, null=True, related_name="dues_invoices", verbose_name=_("PDF")
    )
    cancelled_on = models.DateField(_("storniert am"), null=True)

    objects = InvoiceQuerySet.as_manager()
    history = History()
    personal_fields = ("recipient_lines", "direct_debit")

    class Meta:
        verbose_name = _("Beitragsrechnung")
        verbose_name_plural = _("Beitragsrechnungen")
        ordering = ["-year", "sequence"]
        indexes = [
            models.Index(fields=["city", "cancelled_on", "amount"], name="dues_invoice_sums"),
            models.Index(fields=["run", "document"], name="dues_invoice_printed"),
            models.Index(fields=["amount"], name="dues_invoice_by_amount"),
            models.Index(fields=["city_label"], name="dues_invoice_by_city"),
            models.Index(fields=["id"], condition=Q(document=None), name="dues_invoice_unprinted"),
            models.Index(fields=["due_on"], condition=~Q(direct_debit={}), name="dues_invoice_debited"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["year", "sequence"], name="dues_invoice_number_once"),
            models.UniqueConstraint(
                fields=["city", "year"], condition=Q(cancelled_on__isnull=True), name="dues_invoice_city_and_year_once"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="dues_invoice_amount_positive"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("dues:invoice", args=[self.number])

    @property
    def owed(self) -> Decimal:
        """What the city still has to pay, after `with_balance`; what it paid too much is credit, not a negative claim."""
        return max(Decimal("0.00"), self.outstanding)

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled_on is not None

    def status_on(self, day: date) -> InvoiceStatus:
        """Derived from amount, allocations and day; needs `with_balance()`."""
        if self.is_cancelled:
            return InvoiceStatus.CANCELLED
        if self.outstanding < 0:
            return InvoiceStatus.OVERPAID
        if self.outstanding == 0:
            return InvoiceStatus.WRITTEN_OFF if self.written_off else InvoiceStatus.PAID
        if self.due_on < day:
            return InvoiceStatus.OVERDUE
        return InvoiceStatus.PARTLY_PAID if self.allocated > 0 else InvoiceStatus.OPEN

    @property
    def collected_on(self) -> date | None:
        """The day of the debit that the invoice itself announces: the due day, if the invoice leaves the days of notice.

        Else it only says that the amount will be collected; the day is told by a letter of its own.
        """
        debit = self.direct_debit
        if debit and self.issued_on + timedelta(days=debit["notice_days"]) <= self.due_on:
            return self.due_on
        return None

    @property
    def routing_id(self) -> str:
        """The Leitweg-ID as issued; if it was missing then, the one the city has told since. Needs the city."""
        return self.leitweg_id or self.city.leitweg_id

    @property
    def steps(self) -> list[dict[str, Any]]:
        return list(self.calculation["steps"])


class CreditNote(models.Model):
    """Cancels an invoice as a whole (Stornorechnung). The invoice stays; what was paid is the city's credit."""

    number = models.CharField(_("Nummer"), max_length=14, unique=True)
    year = models.PositiveSmallIntegerField(_("Jahr"))
    sequence = models.PositiveIntegerField(_("laufende Nummer"))
    invoice = models.OneToOneField(
        Invoice, models.PROTECT, related_name="credit_note", verbose_name=_("stornierte Rechnung")
    )
    amount = euro_field(_("Betrag"))
    reason = models.CharField(_("Grund"), max_length=300)
    issued_on = models.DateField(_("ausgestellt am"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("ausgestellt von")
    )
    entry = models.ForeignKey(
        "ledger.Entry", models.PROTECT, related_name="dues_credit_notes", verbose_name=_("Buchung")
    )
    document = models.ForeignKey(
        "documents.Document", models.PROTECT, null=True, related_name="dues_credit_notes", verbose_name=_("PDF")
    )

    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Stornorechnung")
        verbose_name_plural = _("Stornorechnungen")
        ordering = ["-year", "-sequence"]
        constraints = [
            models.UniqueConstraint(fields=["year", "sequence"], name="dues_creditnote_number_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="dues_creditnote_amount_positive"),
            models.CheckConstraint(condition=~Q(reason=""), name="dues_creditnote_has_reason"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return self.invoice.get_absolute_url()
