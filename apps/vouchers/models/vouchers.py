from datetime import date
from decimal import Decimal
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import DecimalField, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce, Round
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from djmoney.money import Money

from apps.audit.history import History
from apps.core.constraints import choices_constraint
from apps.core.money import euro_field, euros
from apps.ledger.enums import Sphere
from apps.vouchers.enums import VoucherKind, VoucherState

AMOUNT = DecimalField(max_digits=14, decimal_places=2)


class VoucherQuerySet(models.QuerySet["Voucher"]):
    def with_balance(self) -> Self:
        """Add `settled` and `outstanding`; a payment whose entry was reversed no longer counts."""
        standing = Settlement.objects.standing().filter(voucher=OuterRef("pk")).order_by().values("voucher")
        settled = Subquery(standing.annotate(total=Sum("amount")).values("total"), output_field=AMOUNT)
        return self.annotate(settled=Round(Coalesce(settled, Decimal(0), output_field=AMOUNT), 2)).annotate(
            outstanding=Round(Coalesce(F("gross"), Decimal(0), output_field=AMOUNT) - F("settled"), 2)
        )

    def payable(self) -> Self:
        """Posted and not yet paid in full."""
        return self.filter(state=VoucherState.POSTED).with_balance().filter(outstanding__gt=0)

    def paid(self) -> Self:
        return self.filter(state=VoucherState.POSTED).with_balance().filter(outstanding=0)


class Voucher(models.Model):
    """Something that came in and proves a booking: numbered on arrival, checked, approved, posted as payable, paid.

    Whether it is paid is not a state that somebody sets: it follows from the settlements whose entries stand.
    """

    TRANSITIONS: ClassVar = {
        VoucherState.RECEIVED: (VoucherState.CHECKED, VoucherState.REJECTED),
        VoucherState.CHECKED: (VoucherState.APPROVED, VoucherState.RECEIVED, VoucherState.REJECTED),
        VoucherState.APPROVED: (VoucherState.POSTED, VoucherState.RECEIVED, VoucherState.REJECTED),
        VoucherState.POSTED: (VoucherState.RECEIVED,),
        VoucherState.REJECTED: (),
    }

    year = models.PositiveSmallIntegerField(_("Jahr"))
    sequence = models.PositiveIntegerField(_("laufende Nummer"))
    number = models.CharField(_("Nummer"), max_length=20, unique=True)
    kind = models.CharField(_("Art"), max_length=8, choices=VoucherKind.choices)
    state = models.CharField(_("Stand"), max_length=8, choices=VoucherState.choices, default=VoucherState.RECEIVED)
    document = models.OneToOneField(
        "documents.Document", models.PROTECT, related_name="received_voucher", verbose_name=_("Datei")
    )
    structured = models.OneToOneField(
        "documents.Document",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Rechnungsdaten (XML)"),
    )
    findings = models.JSONField(_("Feststellungen zur E-Rechnung"), default=list, blank=True)
    stated = models.JSONField(_("Angaben der E-Rechnung"), default=dict, blank=True)
    deviation_reason = models.CharField(_("Grund der Abweichung von der E-Rechnung"), max_length=500, blank=True)
    received_on = models.DateField(_("eingegangen am"))
    creditor = models.ForeignKey(
        "vouchers.Creditor",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="vouchers",
        verbose_name=_("Kreditor:in"),
    )
    external_number = models.CharField(_("Rechnungsnummer"), max_length=60, blank=True)
    dated_on = models.DateField(_("Belegdatum"), null=True, blank=True)
    due_on = models.DateField(_("fällig am"), null=True, blank=True)
    text = models.CharField(_("Gegenstand"), max_length=200, blank=True)
    gross = euro_field(_("Rechnungsbetrag (brutto)"), null=True, blank=True)
    vat = euro_field(_("darin Umsatzsteuer"), null=True, blank=True)
    iban = models.CharField(_("IBAN für die Zahlung"), max_length=34, blank=True)
    payment_reference = models.CharField(_("Verwendungszweck"), max_length=140, blank=True)
    contracting_city = models.ForeignKey(
        "members.City",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Vertragspartnerin (Stadt)"),
    )
    factual_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("sachlich richtig")
    )
    factual_on = models.DateField(_("sachlich richtig am"), null=True)
    arithmetical_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("rechnerisch richtig")
    )
    arithmetical_on = models.DateField(_("rechnerisch richtig am"), null=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("angewiesen")
    )
    approved_on = models.DateField(_("angewiesen am"), null=True)
    entry = models.OneToOneField(
        "ledger.Entry", models.PROTECT, null=True, related_name="payable", verbose_name=_("Buchung")
    )
    rejected_reason = models.CharField(_("Grund der Zurückweisung"), max_length=250, blank=True)

    objects = VoucherQuerySet.as_manager()
    history = History()
    personal_fields = ("iban", "payment_reference", "stated")

    class Meta:
        verbose_name = _("Beleg")
        verbose_name_plural = _("Belege")
        ordering = ["-year", "-sequence"]
        constraints = [
            choices_constraint("kind", VoucherKind, name="vouchers_voucher_kind_known"),
            choices_constraint("state", VoucherState, name="vouchers_voucher_state_known"),
            models.UniqueConstraint(fields=["year", "sequence"], name="vouchers_voucher_number_once"),
            models.UniqueConstraint(
                fields=["creditor", "external_number"],
                condition=~Q(external_number="") & ~Q(state=VoucherState.REJECTED),
                name="vouchers_voucher_invoice_once",
            ),
            models.CheckConstraint(
                condition=Q(gross=None) | Q(gross__gt=0, vat__gte=0, vat__lte=F("gross")),
                name="vouchers_voucher_amounts",
            ),
            models.CheckConstraint(
                condition=~Q(state=VoucherState.POSTED)
                | Q(
                    entry__isnull=False,
                    creditor__isnull=False,
                    gross__isnull=False,
                    dated_on__isnull=False,
                    factual_by__isnull=False,
                    arithmetical_by__isnull=False,
                    approved_by__isnull=False,
                ),
                name="vouchers_voucher_posted_is_complete",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="vouchers_voucher_due")]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("vouchers:voucher", args=[self.number])

    @property
    def net(self) -> Money | None:
        if self.gross is None:
            return None
        return self.gross - (self.vat or euros(0))

    def is_overdue(self, today: date) -> bool:
        return self.state == VoucherState.POSTED and self.due_on is not None and self.due_on < today

    def current_lines(self) -> "models.QuerySet[VoucherLine]":
        """The assignment that holds: of the standing entry, or the draft for the next one."""
        return self.lines.filter(entry=self.entry_id).select_related("account", "cost_centre", "city").order_by("pk")


class VoucherLine(models.Model):
    """A part of a voucher: account, sphere, cost centre. With `entry` it was posted and is final."""

    voucher = models.ForeignKey(Voucher, models.PROTECT, related_name="lines", verbose_name=_("Beleg"))
    account = models.ForeignKey("ledger.Account", models.PROTECT, related_name="+", verbose_name=_("Konto"))
    amount = euro_field(_("Betrag"))
    sphere = models.CharField(_("Bereich"), max_length=12, choices=Sphere.choices)
    cost_centre = models.ForeignKey(
        "ledger.CostCentre", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Kostenstelle")
    )
    city = models.ForeignKey(
        "members.City", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Stadt")
    )
    text = models.CharField(_("Text"), max_length=200, blank=True)
    entry = models.ForeignKey("ledger.Entry", models.PROTECT, null=True, related_name="+", verbose_name=_("Buchung"))

    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Kontierung")
        verbose_name_plural = _("Kontierungen")
        ordering = ["pk"]
        constraints = [
            choices_constraint("sphere", Sphere, name="vouchers_voucherline_sphere_known"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="vouchers_voucherline_amount_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.voucher} {self.account}"


class SettlementQuerySet(models.QuerySet["Settlement"]):
    def standing(self) -> Self:
        """Payments whose entry was not reversed, and that did not come back (or whose return was reversed)."""
        kept = Q(returned_with=None) | Q(returned_with__reversed_by__isnull=False)
        return self.filter(kept, entry__reversed_by=None)


class Settlement(models.Model):
    """A payment that settles a voucher, wholly or in part: an entry that debits the payables."""

    voucher = models.ForeignKey(Voucher, models.PROTECT, related_name="settlements", verbose_name=_("Beleg"))
    entry = models.ForeignKey("ledger.Entry", models.PROTECT, related_name="settlements", verbose_name=_("Zahlung"))
    amount = euro_field(_("Betrag"))
    settled_on = models.DateField(_("bezahlt am"))
    returned_with = models.ForeignKey(
        "ledger.Entry", models.PROTECT, null=True, related_name="+", verbose_name=_("zurückgegeben mit")
    )

    objects = SettlementQuerySet.as_manager()
    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Zahlung auf einen Beleg")
        verbose_name_plural = _("Zahlungen auf Belege")
        ordering = ["settled_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["voucher", "entry"], name="vouchers_settlement_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="vouchers_settlement_amount_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.voucher}: {self.entry}"
