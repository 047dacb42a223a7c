from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import DecimalField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.audit.history import History
from apps.banking.models import ExpectedPayment
from apps.core.constraints import choices_constraint
from apps.core.money import euro_field
from apps.core.templatetags.formats import day
from apps.payments.enums import Outcome, RunKind, RunState
from apps.payments.models.mandates import Mandate

AMOUNT = DecimalField(max_digits=16, decimal_places=2)


class RunQuerySet(models.QuerySet["PaymentRun"]):
    def drafts(self) -> Self:
        return self.filter(state=RunState.DRAFT)

    def with_sums(self) -> Self:
        """`count` and `total` of the orders, `waiting`: how many the bank has not booked yet."""
        orders = PaymentOrder.objects.filter(run=OuterRef("pk")).order_by().values("run")
        on_its_way = ExpectedPayment.objects.waiting().values("end_to_end_id")
        count = models.Count("pk")
        return self.annotate(
            count=Coalesce(Subquery(orders.annotate(n=count).values("n")), 0),
            total=Subquery(orders.annotate(sum=models.Sum("amount")).values("sum"), output_field=AMOUNT),
            waiting=Coalesce(Subquery(orders.filter(end_to_end_id__in=on_its_way).annotate(n=count).values("n")), 0),
        )


class PaymentRun(models.Model):
    """Orders that go to the bank in one file. One person drafts, another releases; then nothing changes any more."""

    number = models.CharField(_("Nummer"), max_length=20, unique=True)
    kind = models.CharField(_("Art"), max_length=10, choices=RunKind.choices)
    state = models.CharField(_("Stand"), max_length=10, choices=RunState.choices, default=RunState.DRAFT)
    bank_account = models.ForeignKey("banking.BankAccount", models.PROTECT, related_name="+", verbose_name=_("Konto"))
    due_on = models.DateField(_("Ausführungstag"))
    announced_on = models.DateField(
        _("auf anderem Weg angekündigt am"), null=True, blank=True, help_text=_("Sonst mit eigenen Schreiben.")
    )
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

    objects = RunQuerySet.as_manager()
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
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("payments:run", args=[self.pk])

    @property
    def reference(self) -> str:
        """ZL-2027-0001 → ZL270001: at the bank nothing that looks like the number of an invoice (2027-0001)."""
        _letters, year, number = self.number.split("-")
        return f"ZL{year[2:]}{number}"


class OrderQuerySet(models.QuerySet["PaymentOrder"]):
    def standing(self) -> Self:
        """What they pay may not be ordered a second time."""
        return self.filter(is_standing=True)

    def waiting(self) -> Self:
        """Transfers that no run has taken yet."""
        return self.standing().filter(run=None)

    def under_way(self) -> Self:
        """Waiting for a run, in a draft, or released and neither booked nor refused by the bank."""
        settled = ExpectedPayment.objects.settled().values("end_to_end_id")
        waiting = ExpectedPayment.objects.waiting().values("end_to_end_id")
        ordered = Q(is_standing=True) & (Q(end_to_end_id="") | ~Q(end_to_end_id__in=settled))
        return self.filter(ordered | (~Q(end_to_end_id="") & Q(end_to_end_id__in=waiting)))

    def with_outcome(self) -> Self:
        """What the bank made of them: `line_id` and `booked_on`, `return_id` and `returned_on`, `refused_on`."""
        found = ExpectedPayment.objects.filter(end_to_end_id=OuterRef("end_to_end_id"))
        columns = {
            "line_id": "line",
            "booked_on": "line__booked_on",
            "return_id": "returned_by",
            "returned_on": "returned_by__booked_on",
            "refused_on": "dropped_on",
        }
        return self.annotate(**{name: Subquery(found.values(path)[:1]) for name, path in columns.items()})

    def with_result(self, outcome: Outcome | str) -> Self:
        """Those of released runs with this outcome, after `with_outcome`."""
        released = self.exclude(end_to_end_id="")
        match Outcome(outcome):
            case Outcome.REFUSED:
                return released.filter(refused_on__isnull=False)
            case Outcome.RETURNED:
                return released.filter(return_id__isnull=False)
            case Outcome.BOOKED:
                return released.filter(line_id__isnull=False, return_id=None)
        return released.filter(line_id=None, refused_on=None)


class PaymentOrder(models.Model):
    """One payment to order: a debit of an invoice, a transfer for a supplier's voucher, or the refund of a city's credit.

    While it stands, nothing else may be ordered for the same invoice, voucher or city (refund): the database refuses it.
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
    voucher = models.ForeignKey(
        "vouchers.Voucher", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Beleg")
    )
    is_standing = models.BooleanField(_("gilt"), default=True)
    refusal = models.CharField(_("nicht ausgeführt, weil"), max_length=300, blank=True)
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
            *(
                models.UniqueConstraint(
                    fields=[paid], condition=Q(is_standing=True), name=f"payments_order_{paid}_once"
                )
                for paid in ("invoice", "voucher", "city")
            ),
            models.UniqueConstraint(
                fields=["end_to_end_id"], condition=~Q(end_to_end_id=""), name="payments_order_reference_once"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payments_order_positive"),
            models.CheckConstraint(
                condition=Q(invoice__isnull=False, mandate__isnull=False, city=None, voucher=None)
                | Q(invoice=None, mandate=None, city__isnull=False, voucher=None)
                | Q(invoice=None, mandate=None, city=None, voucher__isnull=False),
                name="payments_order_one_target",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.amount}"

    @property
    def whereabouts(self) -> str:
        """Of an order under way: where it stands, for pages and acts of lower floors."""
        if self.run is None:
            return gettext("zur Überweisung vorgemerkt")
        words = gettext("im freigegebenen Zahlungslauf %(run)s zum %(day)s")
        if self.run.state == RunState.DRAFT:
            words = gettext("im Entwurf des Zahlungslaufs %(run)s zum %(day)s")
        return words % {"run": self.run, "day": day(self.run.due_on)}

    @property
    def paid(self) -> models.Model | None:
        """The invoice, voucher or city (refund) it is for."""
        return self.invoice or self.voucher or self.city

    @property
    def outcome(self) -> Outcome:
        """Of a released order, after `with_outcome`."""
        if self.refused_on:  # type: ignore[attr-defined]
            return Outcome.REFUSED
        if self.return_id:  # type: ignore[attr-defined]
            return Outcome.RETURNED
        return Outcome.BOOKED if self.line_id else Outcome.WAITING  # type: ignore[attr-defined]
