"""The annual statement on screen, as PDF and as tables."""

from collections.abc import Callable
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.closing.domain.books import Books
from apps.closing.domain.bridge import bridge
from apps.closing.domain.statement import ages_for
from apps.closing.models import AnnualAccounts
from apps.closing.prints import (
    AgesPrint,
    StatementPrint,
    bridge_table,
    open_item_table,
    print_report,
    result_table,
    stock_table,
)
from apps.closing.views.accounts import AccountsView, summary
from apps.core import exports
from apps.core.downloads import Download
from apps.core.tables import Table
from apps.core.templatetags.formats import euro
from apps.core.views import Action, Badge, DownloadView, ObjectPage

SHOWN = 200
TABLES: dict[str, Callable[[AnnualAccounts], Table]] = {
    "einnahmen-ausgaben": lambda accounts: result_table(StatementPrint(accounts)),
    "vermoegen": lambda accounts: stock_table(StatementPrint(accounts)),
    "offene-posten": lambda accounts: open_item_table(Books(accounts.year)),
}
FORMS = {"xlsx": (exports.to_xlsx, exports.XLSX), "csv": (exports.to_csv, exports.CSV)}


class StatementPage(AccountsView, ObjectPage):
    permission = "closing.view_annualaccounts"
    template_name = "closing/statement.html"

    def get_title(self) -> str:
        return _("Jahresrechnung %s") % self.object.year

    def get_badge(self) -> Badge:
        if self.object.is_frozen:
            return Badge(_("festgehalten"), "success")
        return Badge(_("vorläufig"), "warning")

    def get_actions(self) -> list[Action]:
        year = self.object.year
        return [
            Action(_("Kassenbericht als PDF"), reverse("closing:report", args=[year]), primary=True),
            Action(_("Offene Posten"), reverse("closing:open_items", args=[year])),
            Action(_("Mittelverwendung"), reverse("closing:funds", args=[year])),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        books = Books(self.object.year)
        shown = StatementPrint(self.object, books)
        table = bridge_table(bridge(shown.statement, books), self.object.year)
        before = _("Vorjahr: %s") % euro(shown.statement.net_assets_before)
        return super().get_context_data(
            shown=shown, bridge=table, previous_assets=before, **summary(shown.statement), **kwargs
        )


class OpenItemsPage(AccountsView, ObjectPage):
    permission = "closing.view_annualaccounts"
    template_name = "closing/open_items.html"

    def get_title(self) -> str:
        return _("Offene Posten am Ende von %s") % self.object.year

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        books = Books(self.object.year)
        table, ages = open_item_table(books, SHOWN), AgesPrint(ages_for(self.object, books))
        return super().get_context_data(table=table, limit=SHOWN, ages=ages, **kwargs)


class ReportPdf(AccountsView, DownloadView):
    permission = "closing.view_annualaccounts"

    def get_download(self) -> Download:
        content = print_report(self.object, on=timezone.localdate(), created=timezone.now())
        return Download(content, f"kassenbericht-{self.object.year}.pdf", inline=True)


class TableFile(AccountsView, DownloadView):
    """One of the tables as XLSX or CSV."""

    permission = "closing.view_annualaccounts"

    def get_download(self) -> Download:
        name, form = self.kwargs["table"], self.kwargs["form"]
        if name not in TABLES or form not in FORMS:
            raise Http404
        table = TABLES[name](self.object)
        write, content_type = FORMS[form]
        content = write(str(table.caption), table.columns, table.rows, dict(table.totals))
        return Download(content, f"{name}-{self.object.year}.{form}", content_type)
