"""Statements: reading them in, what an import brought, and the proof of each."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.banking.domain.importing import BankFile, import_statements
from apps.banking.domain.withdrawing import guard_withdrawable, own_lines, statements_of, withdraw_import
from apps.banking.forms import ReasonForm, UploadForm
from apps.banking.models import Statement, StatementImport
from apps.banking.prints import print_statement, statement_total
from apps.banking.rules import get_import, get_statement, visible_statements
from apps.banking.views import cells
from apps.banking.views.lines import BANK
from apps.core.downloads import Download
from apps.core.tables import Column, Table
from apps.core.templatetags.formats import number
from apps.core.views import Action, Badge, ConfirmPage, Crumb, DownloadView, FormPage, ObjectPage, TablePage

STATEMENTS = Crumb(gettext_lazy("Kontoauszüge"), reverse_lazy("banking:statements"))


class UploadPage(FormPage):
    permission = "banking.import_statement"
    template_name = "banking/upload.html"
    title = gettext_lazy("Kontoauszug einlesen")
    form_class = UploadForm
    submit_label = gettext_lazy("Kontoauszug einlesen")
    cancel_url = reverse_lazy("banking:lines")

    def get_breadcrumbs(self) -> list[Crumb]:
        return [BANK]

    def perform(self, form: UploadForm) -> str:
        files = [BankFile(each.name, each.read()) for each in form.cleaned_data["files"]]
        report = import_statements(files, by=self.request.user, on=timezone.localdate())
        if report.record is None:
            self.success(_("Diese Auszüge waren schon eingelesen. Es ist nichts hinzugekommen."))
            return reverse("banking:statements")
        self.success(
            _("%(new)s neue Umsätze eingelesen, %(known)s waren schon bekannt.")
            % {"new": report.new_lines, "known": report.known_lines}
        )
        return report.record.get_absolute_url()


class ImportPage(ObjectPage):
    """What an import brought: files, statements, new and known lines, and the proof."""

    permission = "banking.view_statementimport"
    template_name = "banking/import.html"

    def get_object(self) -> StatementImport:
        return get_import(self.request.user, self.kwargs["pk"])

    def get_breadcrumbs(self) -> list[Crumb]:
        return [BANK, STATEMENTS]

    def get_actions(self) -> list[Action]:
        actions = [Action(_("Zu den offenen Umsätzen"), reverse("banking:lines"), primary=True)]
        if not self.object.withdrawn_on and self.request.user.has_perm("banking.import_statement"):
            url = reverse("banking:withdraw_import", args=[self.object.pk])
            actions.append(Action(_("Einlesen zurückziehen …"), url))
        return actions

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        files = list(
            self.object.files.select_related("document").prefetch_related("statements__bank_account", "notices")
        )
        statements = [statement for file in files for statement in file.statements.all()]
        new = sum(statement.new_line_count for statement in statements)
        known = sum(statement.line_count for statement in statements) - new
        return super().get_context_data(files=files, new=new, known=known, **kwargs)


class WithdrawImport(ConfirmPage):
    permission = "banking.import_statement"
    title = submit_label = gettext_lazy("Einlesen zurückziehen")
    form_class = ReasonForm
    danger = True

    def get_object(self) -> StatementImport:
        return get_import(self.request.user, self.kwargs["pk"])

    def get_breadcrumbs(self) -> list[Crumb]:
        return [BANK, STATEMENTS, Crumb(str(self.object), self.object.get_absolute_url())]

    def get_facts(self) -> list[tuple[Any, Any]]:
        guard_withdrawable(self.object)
        statements = statements_of(self.object)
        return [
            (_("Dateien"), ", ".join(file.filename for file in self.object.files.all())),
            (_("Auszüge"), ", ".join(map(str, statements)) or "–"),
            (_("Umsätze, die entfallen"), number(own_lines(statements).count())),
        ]

    def get_consequences(self) -> list[str]:
        return [
            _("Auszüge und Umsätze dieses Einlesens verschwinden aus Listen und Abgleich; der Verlauf bewahrt sie."),
            _("Die Dateien bleiben in der Bibliothek und können neu eingelesen werden."),
        ]

    def perform(self, form: ReasonForm) -> str:
        record = withdraw_import(
            self.object, reason=form.cleaned_data["reason"], by=self.request.user, on=timezone.localdate()
        )
        self.success(_("Das Einlesen ist zurückgezogen."))
        return record.get_absolute_url()


class StatementsPage(TablePage):
    permission = "banking.view_statement"
    title = gettext_lazy("Kontoauszüge")
    columns = (
        Column("number", gettext_lazy("Auszug"), sort=True, value=str, link=True),
        Column("bank_account__name", gettext_lazy("Konto"), sort=True),
        Column("format", gettext_lazy("Format"), sort=True, value=lambda row: row.get_format_display()),
        Column("opened_on", gettext_lazy("von"), sort=True),
        Column("closed_on", gettext_lazy("bis"), sort=True),
        Column("opening", gettext_lazy("Anfangssaldo"), align="right"),
        Column("line_count", gettext_lazy("Umsätze"), align="right", total="line_count"),
        Column("closing", gettext_lazy("Endsaldo"), align="right"),
    )
    default_sort = "-closed_on"
    search_fields = ("number",)
    count_label = gettext_lazy("Auszüge")
    empty_title = gettext_lazy("Noch keine Kontoauszüge")
    empty_text = gettext_lazy("Laden Sie den Kontoauszug Ihrer Bank hoch: CAMT, MT940 oder CSV.")

    def get_queryset(self) -> QuerySet[Statement]:
        return visible_statements(self.request.user).select_related("bank_account")

    def get_breadcrumbs(self) -> list[Crumb]:
        return [BANK]

    def get_actions(self) -> list[Action]:
        if not self.request.user.has_perm("banking.import_statement"):
            return []
        return [Action(_("Kontoauszug einlesen"), reverse("banking:upload"), primary=True)]

    def get_empty_action(self) -> Action | None:
        return next(iter(self.get_actions()), None)


LINES_ON_A_PAGE = 50
LINE_COLUMNS = (
    Column("line__booked_on", gettext_lazy("Buchungstag")),
    Column("payer", gettext_lazy("Von / an"), render=lambda position: cells.payer(position.line)),
    Column("amount", gettext_lazy("Betrag"), align="right", value=lambda row: row.line.amount, total="line__amount"),
    Column("booking", gettext_lazy("Buchung"), render=lambda position: cells.booking(position.line)),
)


class StatementPage(ObjectPage):
    permission = "banking.view_statement"
    template_name = "banking/statement.html"

    def get_object(self) -> Statement:
        return get_statement(self.request.user, self.kwargs["pk"])

    def get_title(self) -> str:
        return _("Kontoauszug %s") % self.object

    def get_badge(self) -> Badge:
        return Badge(_("geht auf"), "success") if self.object.is_proven else Badge(_("ohne Salden"), "warning")

    def get_breadcrumbs(self) -> list[Crumb]:
        return [BANK, STATEMENTS]

    def get_actions(self) -> list[Action]:
        return [Action(_("Als PDF"), reverse("banking:statement_pdf", args=[self.object.pk]))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        positions = self.object.positions.select_related("line__entry").order_by("position")
        page = Paginator(positions, LINES_ON_A_PAGE).get_page(self.request.GET.get("seite"))
        total = statement_total(self.object)
        table = Table(LINE_COLUMNS, page.object_list, _("Umsätze"), {"amount": total}, empty=_("Keine Umsätze"))
        return super().get_context_data(page=page, table=table, total=total, **kwargs)


class StatementPdf(DownloadView):
    permission = "banking.view_statement"

    def get_object(self) -> Statement:
        return get_statement(self.request.user, self.kwargs["pk"])

    def get_download(self) -> Download:
        content = print_statement(self.object, on=timezone.localdate(), created=timezone.now())
        return Download(content, f"kontoauszug-{self.object.closed_on:%Y-%m-%d}-{self.object.pk}.pdf", inline=True)
