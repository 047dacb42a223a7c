"""The chart of accounts, account sheets and the trial balance."""

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.downloads import Download
from apps.core.list_views import ListFile, ListTakeOverPage, ListUploadPage
from apps.core.tables import Column, Filter
from apps.core.views import Action, Badge, Crumb, DownloadView, FormPage, ObjectPage, Page, TablePage
from apps.ledger.domain.chart import change_account, open_account
from apps.ledger.domain.queries import AccountSheet, account_sheet, trial_balance
from apps.ledger.enums import AccountKind
from apps.ledger.forms import AccountForm, NewAccountForm, PeriodForm, SheetForm
from apps.ledger.models import Account
from apps.ledger.prints import print_balance, print_sheet
from apps.ledger.resources import AccountResource
from apps.ledger.rules import get_account, visible_accounts
from apps.ledger.views.journal import BOOKS

ACCOUNTS = Crumb(gettext_lazy("Konten"), reverse_lazy("ledger:accounts"))


class AccountsPage(TablePage):
    permission = "ledger.view_account"
    title = gettext_lazy("Kontenplan")
    columns = (
        Column("number", gettext_lazy("Konto"), sort=True, link=True),
        Column("name", gettext_lazy("Bezeichnung"), sort=True),
        Column("kind", gettext_lazy("Art"), sort=True),
        Column("sphere", gettext_lazy("Bereich"), sort=True),
        Column("statement_line", gettext_lazy("Zeile im Jahresabschluss"), sort=True),
        Column("valid_until", gettext_lazy("geschlossen ab"), sort=True),
    )
    filters = (Filter("art", gettext_lazy("Art"), AccountKind.choices, field="kind"),)
    search_fields = ("number", "name")
    default_sort = "number"
    count_label = gettext_lazy("Konten")

    def get_queryset(self) -> QuerySet[Account]:
        return visible_accounts(self.request.user)

    def get_breadcrumbs(self) -> list[Crumb]:
        return [BOOKS]

    def get_actions(self) -> list[Action]:
        actions = [Action(_("Kontenplan als Excel"), reverse("ledger:chart_file", args=["xlsx"]))]
        if self.request.user.has_perm("ledger.change_account"):
            actions.insert(0, Action(_("Konto eröffnen"), reverse("ledger:open_account"), primary=True))
            actions.append(Action(_("Kontenplan einlesen"), reverse("ledger:chart_upload")))
        return actions


LINES = 200


class ChartList:
    """Reading and giving out the chart as a list."""

    def get_resource(self) -> AccountResource:
        return AccountResource()

    def get_list_url(self) -> str:
        return reverse("ledger:accounts")

    def get_take_over_url(self) -> str:
        return reverse("ledger:chart_take_over")

    def get_breadcrumbs(self) -> list[Crumb]:
        return [BOOKS, ACCOUNTS]


class ChartUpload(ChartList, ListUploadPage):
    permission = "ledger.change_account"


class ChartTakeOver(ChartList, ListTakeOverPage):
    permission = "ledger.change_account"


class ChartFile(ChartList, ListFile):
    permission = "ledger.view_account"


class Periodic:
    """A page or file about a period that stands in the address (`von`, `bis`)."""

    request: Any

    @cached_property
    def period_form(self) -> PeriodForm:
        return PeriodForm(self.request.GET)

    @cached_property
    def period(self) -> tuple[date, date]:
        return self.period_form.period()

    @property
    def period_query(self) -> str:
        return f"?von={self.period[0]:%Y-%m-%d}&bis={self.period[1]:%Y-%m-%d}"


class AccountView(Periodic):
    kwargs: dict[str, Any]
    object: Account

    @cached_property
    def period_form(self) -> SheetForm:
        return SheetForm(self.request.GET)

    @property
    def sheet_query(self) -> str:
        centre = self.period_form.cost_centre()
        return self.period_query + (f"&kostenstelle={centre.number}" if centre else "")

    def sheet(self, **part: Any) -> AccountSheet:
        start, end = self.period
        return account_sheet(self.object, start=start, end=end, cost_centre=self.period_form.cost_centre(), **part)

    def get_object(self) -> Account:
        return get_account(self.request.user, self.kwargs["number"])

    def get_breadcrumbs(self) -> list[Crumb]:
        return [BOOKS, ACCOUNTS]


class AccountPage(AccountView, ObjectPage):
    permission = "ledger.view_account"
    template_name = "ledger/account.html"

    def get_badge(self) -> Badge:
        return Badge(self.object.get_kind_display())

    def get_actions(self) -> list[Action]:
        where = [self.object.number]
        actions = [Action(_("Kontoblatt als PDF"), reverse("ledger:account_pdf", args=where) + self.sheet_query)]
        if self.request.user.has_perm("ledger.change_account"):
            actions.append(Action(_("Konto bearbeiten"), reverse("ledger:change_account", args=where)))
        return actions

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = self.request.GET.get("seite", "1")
        page = max(int(asked) if asked.isdecimal() else 1, 1)
        sheet = self.sheet(first=(page - 1) * LINES, size=LINES)
        page_obj = Paginator(range(sheet.count), LINES).get_page(page)
        if page_obj.number != page:
            sheet = self.sheet(first=(page_obj.number - 1) * LINES, size=LINES)
        return super().get_context_data(sheet=sheet, page_obj=page_obj, period_form=self.period_form, **kwargs)


class AccountPdf(AccountView, DownloadView):
    permission = "ledger.view_account"

    def get_download(self) -> Download:
        content = print_sheet(self.sheet(), on=timezone.localdate(), created=timezone.now())
        return Download(content, f"kontoblatt-{self.object.number}-{self.period[1]:%Y-%m-%d}.pdf", inline=True)


class OpenAccountPage(FormPage):
    permission = "ledger.change_account"
    title = gettext_lazy("Konto eröffnen")
    form_class = NewAccountForm
    submit_label = gettext_lazy("Konto eröffnen")
    cancel_url = reverse_lazy("ledger:accounts")

    def get_breadcrumbs(self) -> list[Crumb]:
        return [BOOKS, ACCOUNTS]

    def perform(self, form: NewAccountForm) -> str:
        account = open_account(**form.cleaned_data, by=self.request.user, on=timezone.localdate())
        self.success(_("Das Konto %s ist eröffnet.") % account)
        return account.get_absolute_url()


class ChangeAccountPage(AccountView, FormPage):
    permission = "ledger.change_account"
    title = gettext_lazy("Konto bearbeiten")
    form_class = AccountForm
    submit_label = gettext_lazy("Konto ändern")

    def get_initial(self) -> dict[str, Any]:
        return {
            "number": self.object.number,
            "name": self.object.name,
            "sphere": self.object.sphere,
            "statement_line": self.object.statement_line,
        }

    def perform(self, form: AccountForm) -> str:
        account = change_account(self.object, **form.cleaned_data, by=self.request.user)
        self.success(_("Das Konto %s ist geändert.") % account)
        return account.get_absolute_url()


class BalancePage(Periodic, Page):
    permission = "ledger.view_account"
    template_name = "ledger/balance.html"
    title = gettext_lazy("Summen- und Saldenliste")

    def get_breadcrumbs(self) -> list[Crumb]:
        return [BOOKS]

    def get_actions(self) -> list[Action]:
        return [Action(_("Als PDF"), reverse("ledger:balance_pdf") + self.period_query)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        start, end = self.period
        balance = trial_balance(start=start, end=end)
        return super().get_context_data(balance=balance, period_form=self.period_form, **kwargs)


class BalancePdf(Periodic, DownloadView):
    permission = "ledger.view_account"

    def get_download(self) -> Download:
        start, end = self.period
        content = print_balance(trial_balance(start=start, end=end), on=timezone.localdate(), created=timezone.now())
        return Download(content, f"summen-und-salden-{end:%Y-%m-%d}.pdf", inline=True)
