"""Overview, receivables by age, and the account of each city."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.charts import share_bar
from apps.core.downloads import Download
from apps.core.registries import notes_for
from apps.core.tables import Column, Table
from apps.core.templatetags.formats import euro
from apps.core.views import Action, Badge, DownloadView, ObjectPage, Page, TablePage
from apps.dues.domain.announcements import expected_of
from apps.dues.domain.queries import (
    Account,
    account_balances,
    account_totals,
    city_account,
    held_back_count,
    missing_documents,
    open_totals,
    receivables_by_age,
)
from apps.dues.domain.unbilled import supplement_url, unbilled_by_year
from apps.dues.models import DuesRun, Invoice
from apps.dues.prints import account_job
from apps.dues.rules import get_city, may_see_all, visible_cities, visible_invoices
from apps.members.models import City
from apps.organisation.domain.queries import letterhead
from apps.pdf.render import render_pdf

HOME = (gettext_lazy("Beiträge"), reverse_lazy("dues:overview"))


class Overview(Page):
    """Where do I stand: open and overdue claims, the runs, what waits."""

    permission = "dues.view_invoice"
    template_name = "dues/overview.html"
    title = gettext_lazy("Beiträge")

    def get_actions(self) -> list[Action]:
        if not self.request.user.has_perm("dues.prepare_run"):
            return []
        return [Action(_("Beitragslauf beginnen"), reverse("dues:run_create"), primary=True)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, today = self.request.user, timezone.localdate()
        shown: dict[str, Any] = {"sees_all": may_see_all(user), "totals": open_totals(visible_invoices(user), today)}
        if shown["sees_all"]:
            shown |= receivables(today)
            shown["runs"] = DuesRun.objects.all()[:5]
            shown["held_back"] = held_back_count()
            shown["unbilled"] = [(year, found.count, supplement_url(year)) for year, found in unbilled_by_year(today)]
            shown["missing"] = max(missing_documents() - shown["held_back"], 0)
        else:
            shown["accounts"] = account_balances(visible_cities(user)).order_by("name")
        return super().get_context_data(**shown, **kwargs)


def receivables(today: Any) -> dict[str, Any]:
    """Chart and table of the open claims by age."""
    groups = receivables_by_age(Invoice.objects.all(), today)
    columns = (
        Column("label", _("Alter")),
        Column("count", _("Rechnungen"), align="right"),
        Column("amount", _("offen"), align="right", format=euro, total="amount"),
    )
    total = sum(group.amount for group in groups)
    title = _("Offene Forderungen nach Alter")
    return {
        "age_table": Table(columns, groups, title, {"amount": total}),
        "age_chart": share_bar(title, [(group.label, group.amount) for group in groups]) if total else "",
    }


class AccountList(TablePage):
    permission = "dues.view_account"
    title = gettext_lazy("Beitragskonten")
    count_label = gettext_lazy("Städte")
    default_sort = "name"
    search_fields = ("name",)
    search_label = gettext_lazy("Stadt suchen")
    columns = (
        Column("name", gettext_lazy("Stadt"), sort=True, link=lambda row: reverse("dues:account", args=[row.slug])),
        Column("land", gettext_lazy("Land"), sort=True),
        Column("claimed", gettext_lazy("Forderungen"), sort=True, align="right", format=euro, total="claimed"),
        Column("paid", gettext_lazy("Zahlungen"), sort=True, align="right", format=euro, total="paid"),
        Column("balance", gettext_lazy("Saldo"), sort=True, align="right", format=euro, total="balance"),
    )
    empty_title = gettext_lazy("Noch keine Städte")

    def get_queryset(self) -> QuerySet[City]:
        return account_balances(visible_cities(self.request.user))

    def sum_up(self, rows: QuerySet[City]) -> tuple[int, dict[str, Any]]:
        return rows.count(), account_totals(rows)

    def get_breadcrumbs(self) -> Any:
        return [HOME]


class AccountPage(ObjectPage):
    """One account: every claim, every payment, the balance after each."""

    permission = "dues.view_account"
    template_name = "dues/account.html"

    def get_object(self) -> City:
        return get_city(self.request.user, self.kwargs["slug"])

    def get_title(self) -> str:
        return _("Beitragskonto %s") % self.object.name

    def get_breadcrumbs(self) -> Any:
        return [HOME, (_("Beitragskonten"), reverse("dues:accounts"))]

    def get_badge(self) -> Badge:
        owed, credit = self.account.owed, self.account.credit
        if owed > 0 and credit > 0:
            label = _("offen: %(owed)s, Guthaben: %(credit)s") % {"owed": euro(owed), "credit": euro(credit)}
            return Badge(label, "warning")
        if owed > 0:
            return Badge(_("offen: %s") % euro(owed), "warning")
        return Badge(_("Guthaben: %s") % euro(credit), "info") if credit > 0 else Badge(_("ausgeglichen"), "success")

    def get_actions(self) -> list[Action]:
        url = reverse("dues:account_pdf", args=[self.object.slug])
        return [Action(_("Kontoauszug als PDF"), url, icon="download")]

    @cached_property
    def account(self) -> Account:
        return city_account(self.object)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        columns = (
            Column("on", _("Datum")),
            Column("text", _("Vorgang"), link=lambda row: row.invoice.get_absolute_url() if row.invoice else None),
            Column("claim", _("Forderung"), align="right", format=euro, total="claim"),
            Column("payment", _("Zahlung"), align="right", format=euro, total="payment"),
            Column("balance", _("Saldo"), align="right", format=euro, total="balance"),
        )
        account = self.account
        totals = {"claim": account.claims, "payment": account.payments, "balance": account.balance}
        table = Table(columns, account.lines, _("Forderungen und Zahlungen"), totals)
        shown = {"account": account, "table": table if account.lines else None, "announced": self.announced()}
        notes = notes_for("dues.account", self.request.user, self.object)
        return super().get_context_data(notes=notes, **shown, **kwargs)

    def announced(self) -> Table | None:
        """What the city was told to expect, as long as it is not billed."""
        rows = expected_of(self.object)
        columns = (
            Column("year", _("Beitragsjahr"), format=str, link=lambda row: row.announcement.get_absolute_url()),
            Column("amount", _("voraussichtlicher Beitrag"), align="right", format=euro),
            Column("decided_by", _("Änderungen bis")),
            Column("announced_on", _("bekannt gegeben am")),
        )
        return Table(columns, rows, _("Voraussichtliche Beiträge (vorläufig)")) if rows else None


class AccountPdf(DownloadView):
    permission = "dues.view_account"

    def get_object(self) -> City:
        return get_city(self.request.user, self.kwargs["slug"])

    def get_download(self) -> Download:
        today = timezone.localdate()
        job = account_job(city_account(self.object), letterhead(today), on=today)
        content = render_pdf(job.template, job.context, title=job.title, created=job.created, author=job.author)
        return Download(content, f"Beitragskonto-{self.object.slug}.pdf")
