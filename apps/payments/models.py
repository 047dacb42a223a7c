from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.audit.history import History
from apps.core.constraints import choices_constraint
from apps.core.money import euro_field
from apps.payments.calculations.sepa import lapses_on
from apps.payments.enums import Instrument, MandateState, RunKind, RunState, Sequence


class CreditorIdentifier(models.Model):
    """The number under which the Bundesbank knows us as a creditor of direct debits."""

    value = models.CharField(_("Gläubiger-Identifikationsnummer"), max_length=35)
    valid_from = models.DateField(_("gültig ab"), unique=True)

    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Gläubiger-Identifikationsnummer")
        verbose_name_plural = _("Gläubiger-Identifikationsnummern")
        ordering = ["-valid_from"]

    def __str__(self) -> str:
        return self.value


class Mandate(models.Model):
    """A city's permission to collect from its account (SEPA-Lastschriftmandat), with the signed original."""

    reference = models.CharField(_("Mandatsreferenz"), max_length=35, unique=True)
    city = models.ForeignKey("members.City", models.PROTECT, related_name="mandates", verbose_name=_("Stadt"))
    debtor_name = models.CharField(_("Kontoinhaberin"), max_length=70)
    iban = models.CharField(_("IBAN"), max_length=34)
    instrument = models.CharField(_("Art"), max_length=4, choices=Instrument.choices)
    sequence = models.CharField(_("Verwendung"), max_length=4, choices=Sequence.choices)
    signed_on = models.DateField(_("unterschrieben am"))
    document = models.ForeignKey(
        "documents.Document", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Original")
    )
    last_collected_on = models.DateField(_("zuletzt eingezogen"), null=True, blank=True)
    revoked_on = models.DateField(_("widerrufen zum"), null=True, blank=True)
    revocation_reason = models.CharField(_("Grund"), max_length=300, blank=True)

    history = History()
    personal_fields = ("debtor_name", "iban")

    class Meta:
        verbose_name = _("Lastschriftmandat")
        verbose_name_plural = _("Lastschriftmandate")
        ordering = ["city__name", "-signed_on"]
        constraints = [
            choices_constraint("instrument", Instrument, name="payments_mandate_instrument_known"),
            choices_constraint("sequence", Sequence, name="payments_mandate_sequence_known"),
            models.CheckConstraint(
                condition=Q(revoked_on=None) | Q(revoked_on__gte=F("signed_on")), name="payments_mandate_period"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} ({self.city})"

    def get_absolute_url(self) -> str:
        return reverse("payments:mandate", args=[self.pk])

    def state_on(self, day: date, months: int) -> MandateState:
        """Whether it may be used on a day; unused for `months` it has lapsed."""
        if self.revoked_on and day >= self.revoked_on:
            return MandateState.REVOKED
        if self.sequence == Sequence.ONE_OFF and self.last_collected_on:
            return MandateState.USED
        lapsed = day >= lapses_on(self.signed_on, self.last_collected_on, months)
        return MandateState.LAPSED if lapsed else MandateState.VALID


class PaymentRun(models.Model):
    """Orders that go to the bank in one file. One person drafts, another releases; then nothing changes any more."""

    number = models.CharField(_("Nummer"), max_length=20, unique=True)
    kind = models.CharField(_("Art"), max_length=10, choices=RunKind.choices)
    state = models.CharField(_("Stand"), max_length=10, choices=RunState.choices, default=RunState.DRAFT)
    bank_account = models.ForeignKey("banking.BankAccount", models.PROTECT, related_name="+", verbose_name=_("Konto"))
    due_on = models.DateField(_("Ausführungstag"))
    announced_on = models.DateField(_("angekündigt am"), null=True, blank=True)
    drafted_on = models.DateField(_("entworfen am"))
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("entworfen von")
    )
    released_on = models.DateField(_("freigegeben am"), null=True, blank=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("freigegeben von"),
    )
    document = models.OneToOneField(
        "documents.Document", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Datei")
    )
    sha256 = models.CharField(_("Prüfsumme"), max_length=64, blank=True)

    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Zahlungslauf")
        verbose_name_plural = _("Zahlungsläufe")
        ordering = ["-id"]
        constraints = [
            choices_constraint("kind", RunKind, name="payments_run_kind_known"),
            choices_constraint("state", RunState, name="payments_run_state_known"),
            models.CheckConstraint(
                condition=~Q(state="released") | Q(document__isnull=False, released_by__isnull=False),
                name="payments_run_released_with_file",
            ),
            models.CheckConstraint(
                condition=Q(kind="transfer") | Q(announced_on__isnull=False), name="payments_run_announced"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("payments:run", args=[self.pk])


class OrderQuerySet(models.QuerySet["PaymentOrder"]):
    def standing(self) -> Self:
        return self.filter(is_standing=True)

    def waiting(self) -> Self:
        """Transfers that no run has taken yet."""
        return self.standing().filter(run=None)


class PaymentOrder(models.Model):
    """One payment to order: a debit of an invoice, or a transfer to a creditor with name, IBAN, amount and purpose.

    Other apps order transfers through `domain.transfers.order_transfer`; `source` and `source_key` name what is paid,
    and it is paid once: at most one standing order each.
    """

    run = models.ForeignKey(
        PaymentRun, models.PROTECT, null=True, blank=True, related_name="orders", verbose_name=_("Zahlungslauf")
    )
    amount = euro_field(_("Betrag"))
    name = models.CharField(_("Name"), max_length=70)
    iban = models.CharField(_("IBAN"), max_length=34)
    purpose = models.CharField(_("Verwendungszweck"), max_length=140)
    end_to_end_id = models.CharField(_("Ende-zu-Ende-Referenz"), max_length=35, blank=True)
    mandate = models.ForeignKey(
        Mandate, models.PROTECT, null=True, blank=True, related_name="orders", verbose_name=_("Mandat")
    )
    invoice = models.ForeignKey(
        "dues.Invoice", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Rechnung")
    )
    city = models.ForeignKey(
        "members.City", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Stadt")
    )
    account = models.ForeignKey(
        "ledger.Account", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Konto")
    )
    source = models.CharField(_("Herkunft"), max_length=40)
    source_key = models.CharField(_("Schlüssel der Herkunft"), max_length=80)
    is_standing = models.BooleanField(_("gilt"), default=True)
    ordered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("veranlasst von")
    )

    objects = OrderQuerySet.as_manager()
    history = History()
    personal_fields = ("name", "iban", "purpose")

    class Meta:
        verbose_name = _("Zahlungsauftrag")
        verbose_name_plural = _("Zahlungsaufträge")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_key"], condition=Q(is_standing=True), name="payments_order_once"
            ),
            models.UniqueConstraint(
                fields=["end_to_end_id"], condition=~Q(end_to_end_id=""), name="payments_order_reference_once"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payments_order_positive"),
            models.CheckConstraint(
                condition=Q(invoice__isnull=False, mandate__isnull=False, city=None, account=None)
                | Q(invoice=None, mandate=None, city__isnull=False, account=None)
                | Q(invoice=None, mandate=None, city=None, account__isnull=False),
                name="payments_order_one_target",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.amount}"
