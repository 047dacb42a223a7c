"""Transfers that wait for a run: what suppliers are owed, what cities get back."""

from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.core.tables import Column
from apps.core.templatetags.formats import euro, iban
from apps.core.views import Action, ConfirmPage, Crumb, FormPage, TablePage
from apps.dues.domain.payments import free_credits
from apps.members.models import City
from apps.payments.domain.errors import OrderNotPossible
from apps.payments.domain.transfers import (
    Ordered,
    draft_transfers,
    iban_of,
    order_payables,
    order_refund,
    payables_to_order,
    usual_account,
    withdraw_order,
)
from apps.payments.forms import RefundForm, RunForm, UntilForm
from apps.payments.models import PaymentOrder
from apps.payments.rules import get_city, get_order, visible_orders
from apps.payments.views.common import RUNS, TRANSFERS
from apps.vouchers.domain.einvoices import other_account
from apps.vouchers.models import Voucher
from apps.vouchers.rules import get_voucher

PAYABLES = Crumb(gettext_lazy("Zu zahlende Rechnungen"), reverse_lazy("payments:payables"))
CREDITS = Crumb(gettext_lazy("Guthaben erstatten"), reverse_lazy("payments:credits"))


class TransfersPage(TablePage):
    permission = "payments.view_paymentorder"
    title = gettext_lazy("Offene Überweisungen")
    lead = gettext_lazy("Vorgemerkt und noch in keinem Zahlungslauf.")
    search_fields = ("name", "purpose", "iban")
    default_sort = "name"
    count_label = gettext_lazy("Überweisungen")
    empty_title = gettext_lazy("Keine offenen Überweisungen")
    empty_text = gettext_lazy(
        "Erstattungen von Guthaben und Rechnungen von Lieferanten warten hier auf den nächsten Lauf."
    )

    @property
    def may_draft(self) -> bool:
        return bool(self.request.user.has_perm("payments.draft_run"))

    def get_queryset(self) -> QuerySet[PaymentOrder]:
        return visible_orders(self.request.user).waiting().select_related("voucher", "city", "ordered_by")

    def get_columns(self) -> list[Column]:
        columns = [
            Column("name", _("Name"), sort=True),
            Column("iban", _("IBAN"), value=lambda order: iban(order.iban)),
            Column("purpose", _("Verwendungszweck"), link=lambda order: order.paid.get_absolute_url()),
            Column("ordered_by", _("vorgemerkt von"), value=lambda order: str(order.ordered_by)),
            Column("amount", _("Betrag"), sort=True, align="right", total="amount"),
        ]
        if self.may_draft:
            label = _("Zurückziehen …")
            columns.append(Column("withdraw", _("Ändern"), value=lambda _o: label, link=withdraw_url, export=False))
        return columns

    def get_breadcrumbs(self) -> list[Crumb]:
        return [RUNS]

    def get_actions(self) -> list[Action]:
        if not self.may_draft:
            return []
        return [
            Action(_("Überweisungen entwerfen"), reverse("payments:transfer"), primary=True),
            Action(_("Zu zahlende Rechnungen"), reverse("payments:payables")),
            Action(_("Guthaben erstatten"), reverse("payments:credits")),
        ]


def withdraw_url(order: Any) -> str:
    return reverse("payments:withdraw", args=[order.pk])


class TransferRunPage(FormPage):
    permission = "payments.draft_run"
    title = gettext_lazy("Überweisungen entwerfen")
    form_class = RunForm
    submit_label = gettext_lazy("Entwurf anlegen")
    cancel_url = reverse_lazy("payments:transfers")
    intro = gettext_lazy(
        "Der Entwurf enthält alle offenen Überweisungen; einzelne können Sie danach herausnehmen. Eine zweite Person gibt "
        "ihn frei."
    )

    def get_breadcrumbs(self) -> list[Crumb]:
        return [RUNS, TRANSFERS]

    def perform(self, form: RunForm) -> str:
        run = draft_transfers(**form.cleaned_data, by=self.request.user, on=timezone.localdate())
        self.success(_("Der Entwurf %s ist angelegt.") % run)
        return run.get_absolute_url()


class WithdrawPage(ConfirmPage):
    permission = "payments.draft_run"
    title = gettext_lazy("Überweisung zurückziehen")
    submit_label = gettext_lazy("Zurückziehen")
    cancel_url = reverse_lazy("payments:transfers")

    def get_object(self) -> PaymentOrder:
        return get_order(self.request.user, self.kwargs["pk"])

    def get_breadcrumbs(self) -> list[Crumb]:
        return [RUNS, TRANSFERS]

    def get_facts(self) -> list[tuple[Any, Any]]:
        return [(_("Name"), self.object.name), (_("Betrag"), euro(self.object.amount))]

    def get_consequences(self) -> list[str]:
        return [_("Der Auftrag gilt nicht mehr; er kann neu veranlasst werden.")]

    def perform(self, form: Any) -> str:
        withdraw_order(self.object, by=self.request.user)
        return reverse("payments:transfers")


class PayablesPage(TablePage):
    """Invoices of suppliers that are approved, posted and not yet ordered."""

    permission = "payments.draft_run"
    title = gettext_lazy("Zu zahlende Rechnungen")
    lead = gettext_lazy("Geprüft, angewiesen und gebucht, aber noch nicht zur Überweisung vorgemerkt.")
    columns = (
        Column("due_on", gettext_lazy("fällig"), sort=True),
        Column("number", gettext_lazy("Beleg"), sort=("year", "sequence"), link=True),
        Column("creditor__name", gettext_lazy("Kreditor:in"), sort=True),
        Column("text", gettext_lazy("Gegenstand"), sort=True),
        Column("iban", gettext_lazy("IBAN"), value=lambda row: iban(iban_of(row)) if iban_of(row) else _("fehlt")),
        Column("outstanding", gettext_lazy("offen"), sort=True, align="right", total="outstanding", format=euro),
        Column(
            "pay",
            gettext_lazy("Überweisen"),
            value=lambda _row: _("Vormerken …"),
            link=lambda row: reverse("payments:pay", args=[row.number]),
            export=False,
        ),
    )
    search_fields = ("number", "external_number", "text", "creditor__name")
    default_sort = "due_on"
    count_label = gettext_lazy("Rechnungen")
    empty_title = gettext_lazy("Nichts zu zahlen")
    empty_text = gettext_lazy("Jede gebuchte Rechnung ist bezahlt oder zur Überweisung vorgemerkt.")

    def get_queryset(self) -> QuerySet[Voucher]:
        return payables_to_order()

    def get_breadcrumbs(self) -> list[Crumb]:
        return [RUNS, TRANSFERS]

    def get_actions(self) -> list[Action]:
        if not payables_to_order().exists():
            return []
        return [Action(_("Alle fälligen vormerken"), reverse("payments:pay_due"), primary=True)]


class PayPage(ConfirmPage):
    permission = "payments.draft_run"
    title = gettext_lazy("Überweisung vormerken")
    submit_label = gettext_lazy("Überweisung vormerken")

    def get_object(self) -> Voucher:
        return get_voucher(self.request.user, self.kwargs["number"])

    def get_breadcrumbs(self) -> list[Crumb]:
        return [RUNS, TRANSFERS, PAYABLES]

    def get_facts(self) -> list[tuple[Any, Any]]:
        voucher = self.object
        return [
            (_("Beleg"), voucher),
            (_("Kreditor:in"), voucher.creditor or "–"),
            (_("IBAN"), iban(iban_of(voucher)) or "–"),
            (_("offen"), euro(voucher.outstanding)),  # type: ignore[attr-defined]
        ]

    def get_consequences(self) -> list[str]:
        if not payables_to_order().filter(pk=self.object.pk).exists():
            raise OrderNotPossible(_("%s ist nicht offen oder schon zur Überweisung vorgemerkt.") % self.object)
        sentences = [_("Die Überweisung wartet auf den nächsten Zahlungslauf und kann bis dahin zurückgezogen werden.")]
        if other_account(self.object):
            sentences.append(_("Bitte prüfen: Der Beleg nennt ein anderes Konto als das bisher bekannte."))
        return sentences

    def perform(self, form: Any) -> str:
        done = order_payables([self.object], by=self.request.user)
        if done.without_iban:
            raise OrderNotPossible(_("Es fehlt die IBAN. Bitte tragen Sie sie bei der Kreditor:in ein."))
        if done.orders:
            self.success(_("Vorgemerkt: %s") % euro(done.orders[0].amount))
        return reverse("payments:transfers")


class PayDuePage(ConfirmPage):
    permission = "payments.draft_run"
    title = gettext_lazy("Fällige Rechnungen zur Überweisung vormerken")
    form_class = UntilForm
    submit_label = gettext_lazy("Überweisungen vormerken")
    cancel_url = reverse_lazy("payments:payables")

    def get_breadcrumbs(self) -> list[Crumb]:
        return [RUNS, TRANSFERS, PAYABLES]

    def get_facts(self) -> list[tuple[Any, Any]]:
        waiting = payables_to_order().aggregate(count=Count("pk"), total=Sum("outstanding"))
        return [(_("nicht vorgemerkt"), waiting["count"]), (_("zusammen"), euro(waiting["total"] or 0))]

    def get_consequences(self) -> list[str]:
        return [
            _("Jede davon, die bis zu diesem Tag fällig ist, wird mit ihrem offenen Betrag vorgemerkt."),
            _("Rechnungen ohne IBAN bleiben stehen und werden genannt."),
        ]

    def perform(self, form: UntilForm) -> str:
        due = payables_to_order().filter(due_on__lte=form.cleaned_data["until"])
        done = order_payables(due, by=self.request.user)
        self.success(said(done))
        return reverse("payments:transfers")


def said(done: Ordered) -> str:
    total = sum((order.amount.amount for order in done.orders), Decimal(0))
    text = ngettext(
        "Eine Überweisung über %(total)s vorgemerkt.",
        "%(count)s Überweisungen über zusammen %(total)s vorgemerkt.",
        len(done.orders),
    ) % {
        "count": len(done.orders),
        "total": euro(total),
    }
    if done.without_iban:
        text += " " + _("Ohne IBAN: %s.") % ", ".join(map(str, done.without_iban))
    return text


class CreditsPage(TablePage):
    """Cities that have paid more than they owe, and can get it back."""

    permission = "payments.draft_run"
    title = gettext_lazy("Guthaben erstatten")
    lead = gettext_lazy("Was Städte zu viel gezahlt haben, ohne das, was schon unterwegs ist.")
    search_fields = ("name",)
    default_sort = "name"
    count_label = gettext_lazy("Städte")
    empty_title = gettext_lazy("Kein Guthaben zu erstatten")

    @cached_property
    def credits(self) -> dict[int, Decimal]:
        return free_credits()

    def get_queryset(self) -> QuerySet[City]:
        return City.objects.filter(pk__in=self.credits)

    def get_columns(self) -> list[Column]:
        return [
            Column("name", _("Stadt"), sort=True, link=lambda row: reverse("dues:credit", args=[row.slug])),
            Column("credit", _("Guthaben"), align="right", value=lambda row: self.credits[row.pk], format=euro),
            Column("refund", _("Erstatten"), value=lambda _row: _("Erstatten …"), link=refund_url, export=False),
        ]

    def get_breadcrumbs(self) -> list[Crumb]:
        return [RUNS, TRANSFERS]


def refund_url(city: City) -> str:
    return reverse("payments:refund", args=[city.slug])


class RefundPage(FormPage):
    permission = "payments.draft_run"
    form_class = RefundForm
    submit_label = gettext_lazy("Erstattung vormerken")
    cancel_url = reverse_lazy("payments:credits")

    def get_object(self) -> City:
        return get_city(self.request.user, self.kwargs["slug"])

    def get_title(self) -> str:
        return _("Guthaben an %s erstatten") % self.object

    def get_breadcrumbs(self) -> list[Crumb]:
        return [RUNS, TRANSFERS, CREDITS]

    @cached_property
    def credit(self) -> Decimal:
        return free_credits().get(self.object.pk, Decimal(0))

    def get_intro(self) -> str:
        return _("Frei sind %s. Vorgeschlagen ist das Konto, von dem die Stadt zuletzt gezahlt hat.") % euro(
            self.credit
        )

    def get_initial(self) -> dict[str, Any]:
        name, number = usual_account(self.object)
        return {"amount": self.credit, "name": name, "iban": iban(number)}

    def perform(self, form: RefundForm) -> str:
        values = form.cleaned_data | {"amount": form.cleaned_data["amount"].amount}
        order = order_refund(self.object, **values, by=self.request.user, on=timezone.localdate())
        self.success(_("Vorgemerkt: %s") % euro(order.amount))
        return reverse("payments:transfers")
