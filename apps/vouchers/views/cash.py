"""The cash book, its entries, and counting."""

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.tables import Column, Filter
from apps.core.templatetags.formats import day, euro
from apps.core.views import Action, Badge, ConfirmPage, Crumb, FormPage, ObjectPage, TablePage
from apps.ledger.domain.accounts import account
from apps.ledger.domain.queries import balance_of
from apps.vouchers.domain.cash import CASH, CashVoucher, pay_voucher_in_cash, record_cash, reverse_cash
from apps.vouchers.domain.cash_uses import consequences_of_reversing
from apps.vouchers.domain.paying import outstanding_of
from apps.vouchers.domain.under_way import guard_not_under_way
from apps.vouchers.enums import CashKind
from apps.vouchers.forms import CashForm, CountForm, PostForm, ReasonForm
from apps.vouchers.issuing import count_with_protocol
from apps.vouchers.models import CashCount, CashEntry
from apps.vouchers.prints import OwnVoucher, print_own_voucher
from apps.vouchers.rules import get_cash_entry, get_count, visible_cash, visible_counts
from apps.vouchers.views.common import CASH_BOOK, VOUCHERS, VoucherView


def years(user: Any) -> list[tuple[str, str]]:
    found = visible_cash(user).order_by("-year").values_list("year", flat=True).distinct()
    return [(str(year), str(year)) for year in found]


class CashBookPage(TablePage):
    permission = "vouchers.view_cashentry"
    title = gettext_lazy("Kassenbuch")
    columns = (
        Column("number", gettext_lazy("Nummer"), sort=("year", "sequence")),
        Column("booked_on", gettext_lazy("Datum"), sort=True),
        Column("kind", gettext_lazy("Art"), sort=True),
        Column("text", gettext_lazy("Text"), sort=True),
        Column("entry", gettext_lazy("Buchung"), value=lambda row: str(row.entry), link=True),
        Column(
            "voucher",
            gettext_lazy("Beleg"),
            value=lambda row: row.entry.voucher.number,
            link=lambda row: row.entry.voucher.get_absolute_url(),
        ),
        Column("amount", gettext_lazy("Betrag"), sort=True, align="right", total="amount"),
        Column("balance", gettext_lazy("Bestand danach"), align="right", format=euro),
    )
    step = Column(
        "storno", gettext_lazy("Storno"), value=lambda row: "", template="vouchers/cash_reversal.html", export=False
    )
    filters = (
        Filter("jahr", gettext_lazy("Jahr"), years, field="year"),
        Filter("art", gettext_lazy("Art"), CashKind.choices, field="kind"),
    )
    search_fields = ("number", "text")
    default_sort = "-number"
    count_label = gettext_lazy("Zeilen")
    empty_title = gettext_lazy("Noch keine Kassenbewegungen")
    empty_text = gettext_lazy("Halten Sie Bargeld am selben Tag fest, jede Bewegung mit ihrem Beleg.")

    def get_queryset(self) -> QuerySet[CashEntry]:
        return (
            visible_cash(self.request.user).with_balance().select_related("entry__voucher", "reversed_by", "reverses")
        )

    def get_breadcrumbs(self) -> list[Crumb]:
        return [VOUCHERS]

    def get_columns(self) -> list[Column]:
        """Who keeps the cash book gets the way to a reversal beside each line."""
        return [*self.columns, *([self.step] if self.request.user.has_perm("vouchers.keep_cash") else [])]

    def get_lead(self) -> str:
        return _("In der Kasse sind heute %s.") % euro(balance_of(account(CASH), until=timezone.localdate()))

    def get_actions(self) -> list[Action]:
        sheet = reverse("ledger:account", args=[account(CASH).number])
        actions = [
            Action(_("Zählungen"), reverse("vouchers:cash_counts")),
            Action(_("Kontoblatt der Kasse"), sheet),
        ]
        if self.request.user.has_perm("vouchers.keep_cash"):
            actions.insert(0, Action(_("Bargeld buchen"), reverse("vouchers:record_cash"), primary=True))
            actions.append(Action(_("Kasse zählen"), reverse("vouchers:count_cash")))
        return actions


class RecordCashPage(FormPage):
    permission = "vouchers.keep_cash"
    title = gettext_lazy("Bargeld buchen")
    form_class = CashForm
    submit_label = gettext_lazy("In das Kassenbuch eintragen")
    cancel_url = reverse_lazy("vouchers:cash")

    def get_breadcrumbs(self) -> list[Crumb]:
        return [VOUCHERS, CASH_BOOK]

    def get_initial(self) -> dict[str, Any]:
        return {"booked_on": timezone.localdate()}

    def perform(self, form: CashForm) -> str:
        given = dict(form.cleaned_data)
        voucher = self.voucher(given)
        row = record_cash(
            kind=given["kind"],
            amount=given["amount"].amount,
            text=given["text"],
            account=given["account"],
            booked_on=given["booked_on"],
            voucher=voucher,
            sphere=given["sphere"],
            cost_centre=given["cost_centre"],
            contracting_city=given["contracting_city"],
            by=self.request.user,
            on=timezone.localdate(),
        )
        self.success(_("Eingetragen als %(row)s: %(amount)s.") % {"row": row, "amount": euro(row.amount)})
        return reverse("vouchers:cash")

    def voucher(self, given: dict[str, Any]) -> CashVoucher:
        if given["voucher"]:
            return CashVoucher(given["voucher"].name, given["voucher"].read())
        shown = OwnVoucher(
            given["text"], given["amount"].amount, given["booked_on"], "", given["own_reason"], str(self.request.user)
        )
        return CashVoucher("eigenbeleg.pdf", print_own_voucher(shown, on=timezone.localdate(), created=timezone.now()))


class PayInCashPage(VoucherView, ConfirmPage):
    permission = "vouchers.keep_cash"
    title = submit_label = gettext_lazy("Bar bezahlen")
    form_class = PostForm

    def get_initial(self) -> dict[str, Any]:
        return {"on": timezone.localdate()}

    def get_facts(self) -> list[tuple[Any, Any]]:
        return [
            (_("Beleg"), self.object),
            (_("offen"), euro(outstanding_of(self.object))),
            (_("in der Kasse"), euro(balance_of(account(CASH), until=timezone.localdate()))),
        ]

    def get_consequences(self) -> list[str]:
        guard_not_under_way(self.object)
        return [_("Der offene Betrag wird aus der Kasse gebucht und steht im Kassenbuch.")]

    def perform(self, form: PostForm) -> str:
        row = pay_voucher_in_cash(
            self.object, booked_on=form.cleaned_data["on"], by=self.request.user, on=timezone.localdate()
        )
        self.success(_("Bezahlt mit %s.") % row)
        return self.object.get_absolute_url()


class ReverseCashPage(ConfirmPage):
    permission = "vouchers.keep_cash"
    form_class = ReasonForm
    submit_label = gettext_lazy("Kassenbuchung stornieren")
    cancel_url = reverse_lazy("vouchers:cash")
    danger = True
    final = gettext_lazy("Ein Storno kann nicht zurückgenommen werden.")
    object: CashEntry

    def get_object(self) -> CashEntry:
        return get_cash_entry(self.request.user, self.kwargs["number"])

    def get_title(self) -> str:
        return _("%s stornieren") % self.object

    def get_breadcrumbs(self) -> list[Crumb]:
        return [VOUCHERS, CASH_BOOK]

    def get_facts(self) -> list[tuple[Any, Any]]:
        row = self.object
        return [(_("Datum"), day(row.booked_on)), (_("Text"), row.text), (_("Betrag"), euro(row.amount))]

    def get_consequences(self) -> list[str]:
        return [
            _("Es entsteht heute eine Zeile mit umgekehrtem Betrag. Die Zeile selbst bleibt stehen."),
            *consequences_of_reversing(self.object),
        ]

    def perform(self, form: ReasonForm) -> str:
        row = reverse_cash(
            self.object, reason=form.cleaned_data["reason"], by=self.request.user, on=timezone.localdate()
        )
        self.success(_("Storniert mit %s.") % row)
        return reverse("vouchers:cash")


class CountPage(FormPage):
    permission = "vouchers.keep_cash"
    title = gettext_lazy("Kasse zählen")
    template_name = "vouchers/count_cash.html"
    form_class = CountForm
    submit_label = gettext_lazy("Zählung festhalten")
    cancel_url = reverse_lazy("vouchers:cash")

    def get_breadcrumbs(self) -> list[Crumb]:
        return [VOUCHERS, CASH_BOOK]

    def get_initial(self) -> dict[str, Any]:
        return {"counted_on": timezone.localdate()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        expected = balance_of(account(CASH), until=timezone.localdate())
        return super().get_context_data(expected=expected, **kwargs)

    def perform(self, form: CountForm) -> str:
        now, today = timezone.now(), timezone.localdate()
        count = count_with_protocol(
            counted_on=form.cleaned_data["counted_on"],
            pieces=form.pieces(),
            witness=form.cleaned_data["witness"],
            note=form.cleaned_data["note"],
            at=now,
            by=self.request.user,
            on=today,
        )
        self.success(
            _("Gezählt: %(counted)s, Differenz %(difference)s.")
            % {"counted": euro(count.counted), "difference": euro(count.difference)}
        )
        return count.get_absolute_url()


class CountsPage(TablePage):
    permission = "vouchers.view_cashcount"
    title = gettext_lazy("Kassenzählungen")
    columns = (
        Column("number", gettext_lazy("Nummer"), sort=("year", "sequence"), link=True),
        Column("counted_on", gettext_lazy("Datum"), sort=True),
        Column("counted", gettext_lazy("gezählt"), sort=True, align="right"),
        Column("expected", gettext_lazy("nach Kassenbuch"), sort=True, align="right"),
        Column("difference", gettext_lazy("Differenz"), align="right"),
    )
    default_sort = "-number"
    count_label = gettext_lazy("Zählungen")
    empty_title = gettext_lazy("Die Kasse wurde noch nicht gezählt")
    empty_text = gettext_lazy("Zählen Sie die Kasse regelmäßig und zum Jahresende, möglichst zu zweit.")

    def get_queryset(self) -> QuerySet[CashCount]:
        return visible_counts(self.request.user)

    def get_breadcrumbs(self) -> list[Crumb]:
        return [VOUCHERS, CASH_BOOK]


class CashCountPage(ObjectPage):
    permission = "vouchers.view_cashcount"
    template_name = "vouchers/cash_count.html"
    object: CashCount

    def get_object(self) -> CashCount:
        return get_count(self.request.user, self.kwargs["number"])

    def get_title(self) -> str:
        return _("Kassenzählung %s") % self.object

    def get_badge(self) -> Badge:
        if self.object.difference.amount == Decimal(0):
            return Badge(_("stimmt"), "success")
        return Badge(_("Differenz"), "warning")

    def get_breadcrumbs(self) -> list[Crumb]:
        return [VOUCHERS, CASH_BOOK, Crumb(_("Zählungen"), reverse("vouchers:cash_counts"))]
