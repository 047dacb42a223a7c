"""The years, their checklist and the steps to the closed year."""

from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.closing.domain.books import Books
from apps.closing.domain.check import Check
from apps.closing.domain.checks import checklist, year_over
from apps.closing.domain.closing import (
    adopt_accounts,
    begin_accounts,
    guard_checks,
    guard_order,
    guard_over,
    guard_unchanged,
    prepare_accounts,
    return_accounts,
    set_note,
)
from apps.closing.domain.statement import Statement, build_statement, statement_for, sums_for
from apps.closing.enums import AccountsState, Level
from apps.closing.forms import AdoptForm, NoteForm, ReasonForm, YearForm
from apps.closing.issuing import close_and_file
from apps.closing.models import AnnualAccounts
from apps.closing.rules import get_accounts, visible_accounts
from apps.core.permissions import may_open
from apps.core.registries import notes_for
from apps.core.tables import Column
from apps.core.templatetags.formats import day, euro
from apps.core.transitions import guard_transition
from apps.core.views import Action, Badge, ConfirmPage, Crumb, FormPage, ObjectPage, TablePage

YEARS = Crumb(gettext_lazy("Jahresabschluss"), reverse_lazy("closing:years"))
TONES = {AccountsState.CLOSED: "success", AccountsState.DRAFT: "warning"}


def summary(statement: Statement) -> dict[str, Any]:
    """The sums that several pages show."""
    return {
        "statement": statement,
        "income": statement.total("actual", income=True),
        "expenses": statement.total("actual", income=False),
    }


class YearsPage(TablePage):
    permission = "closing.view_annualaccounts"
    title = gettext_lazy("Jahresabschluss")
    lead = gettext_lazy("Jedes Geschäftsjahr wird aufgestellt, geprüft, beschlossen und dann für immer abgeschlossen.")
    columns = (
        Column("year", gettext_lazy("Geschäftsjahr"), sort=True, link=True, format=str),
        Column("state", gettext_lazy("Stand"), sort=True),
        Column("prepared_on", gettext_lazy("aufgestellt"), sort=True),
        Column("examined_on", gettext_lazy("geprüft"), sort=True),
        Column("adopted_on", gettext_lazy("beschlossen"), sort=True),
        Column("closed_on", gettext_lazy("abgeschlossen"), sort=True),
    )
    default_sort = "-year"
    count_label = gettext_lazy("Jahre")
    empty_title = gettext_lazy("Noch kein Jahresabschluss")
    empty_text = gettext_lazy("Ein Abschluss beginnt mit der Checkliste: Was muss vorher geklärt sein?")

    def get_queryset(self) -> QuerySet[AnnualAccounts]:
        return visible_accounts(self.request.user).defer("figures")

    def get_actions(self) -> list[Action]:
        actions = [Action(_("Rücklagen"), reverse("closing:reserves"))]
        if self.request.user.has_perm("closing.change_annualaccounts"):
            actions.insert(0, Action(_("Jahresabschluss beginnen"), reverse("closing:begin"), primary=True))
        return actions


class BeginPage(FormPage):
    permission = "closing.change_annualaccounts"
    title = gettext_lazy("Jahresabschluss beginnen")
    intro = gettext_lazy("Sie sehen danach, was vor dem Abschluss noch zu klären ist. Gebucht wird dabei nichts.")
    form_class = YearForm
    submit_label = gettext_lazy("Jahresabschluss beginnen")
    cancel_url = reverse_lazy("closing:years")

    def get_breadcrumbs(self) -> list[Crumb]:
        return [YEARS]

    def perform(self, form: YearForm) -> str:
        accounts = begin_accounts(form.cleaned_data["year"], by=self.request.user, on=timezone.localdate())
        return accounts.get_absolute_url()


class AccountsView:
    """Getter and way back of everything about one year."""

    request: Any
    kwargs: dict[str, Any]
    object: AnnualAccounts

    def get_object(self) -> AnnualAccounts:
        return get_accounts(self.request.user, self.kwargs["year"])

    def get_breadcrumbs(self) -> list[Crumb]:
        return [YEARS, Crumb(str(self.object), self.object.get_absolute_url())]


class AccountsPage(AccountsView, ObjectPage):
    permission = "closing.view_annualaccounts"
    template_name = "closing/accounts.html"

    def get_breadcrumbs(self) -> list[Crumb]:
        return [YEARS]

    def get_badge(self) -> Badge:
        return Badge(self.object.get_state_display(), TONES.get(AccountsState(self.object.state), "info"))

    def get_actions(self) -> list[Action]:
        user, year, state = self.request.user, self.object.year, self.object.state
        steps = {
            AccountsState.DRAFT: ("prepare", _("Abschluss aufstellen"), "closing.change_annualaccounts"),
            AccountsState.EXAMINED: ("adopt", _("Beschluss eintragen"), "closing.adopt_annualaccounts"),
            AccountsState.ADOPTED: ("close", _("Geschäftsjahr abschließen"), "closing.change_annualaccounts"),
        }
        actions = [
            Action(_("Jahresrechnung"), reverse("closing:statement", args=[year])),
            Action(_("Prüfungspaket"), reverse("closing:packages", args=[year])),
        ]
        if user.has_perm("closing.export"):
            actions.append(Action(_("DATEV-Datei"), reverse("closing:datev", args=[year])))
            if self.object.is_next_after_closed:
                openings = reverse("closing:datev_openings", args=[year])
                actions.append(Action(_("DATEV-Saldenvorträge"), openings))
        if user.has_perm("closing.change_annualaccounts"):
            if state == AccountsState.DRAFT:
                actions.append(Action(_("Erläuterungen"), reverse("closing:note", args=[year])))
            if state in {AccountsState.PREPARED, AccountsState.EXAMINED}:
                actions.append(Action(_("Zurück in die Vorbereitung"), reverse("closing:return", args=[year])))
        if state == AccountsState.DRAFT and timezone.localdate() <= self.object.last_day:
            return actions
        if state in steps and user.has_perm(steps[state][2]):  # type: ignore[index]
            name, label, _permission = steps[state]  # type: ignore[index]
            actions.insert(0, Action(label, reverse(f"closing:{name}", args=[year]), primary=True))
        return actions

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        accounts, books = self.object, Books(self.object.year)
        over = year_over(accounts.year, timezone.localdate())
        checks = [] if accounts.is_closed else [self.reachable(check) for check in (over, *checklist(books))]
        return super().get_context_data(
            checks=checks,
            blockers=sum(check.is_blocker for check in checks),
            **summary(sums_for(accounts, books)),
            states=[(state.label, self.reached(state)) for state in AccountsState],
            notes=notes_for("closing.accounts", self.request.user, accounts),
            **kwargs,
        )

    def reachable(self, check: Check) -> Check:
        """Auditors and board read the checklist too, but not every page it leads to."""
        return check if not check.url or may_open(self.request.user, check.url) else replace(check, url="")

    def reached(self, state: AccountsState) -> str:
        """»done«, »current« or »open« for the line of steps."""
        order = list(AccountsState)
        present, asked = order.index(AccountsState(self.object.state)), order.index(state)
        if asked == present:
            return "current"
        return "done" if asked < present else "open"


class NotePage(AccountsView, FormPage):
    permission = "closing.change_annualaccounts"
    title = gettext_lazy("Erläuterungen zum Jahresabschluss")
    form_class = NoteForm
    submit_label = gettext_lazy("Erläuterungen übernehmen")

    def get_initial(self) -> dict[str, Any]:
        return {"note": self.object.note}

    def perform(self, form: NoteForm) -> str:
        set_note(self.object, form.cleaned_data["note"], by=self.request.user)
        self.success(_("Die Erläuterungen sind übernommen."))
        return self.object.get_absolute_url()


class AccountsStep(AccountsView, ConfirmPage):
    """A step that is confirmed on a page of its own, with the figures it is about."""

    permission = "closing.change_annualaccounts"
    to: AccountsState

    def get_facts(self) -> list[tuple[Any, Any]]:
        guard_transition(self.object, self.to)
        self.guard()
        statement = statement_for(self.object)
        return [
            (_("Einnahmen"), euro(statement.total("actual", income=True))),
            (_("Ausgaben"), euro(statement.total("actual", income=False))),
            (_("Überschuss"), euro(statement.surplus())),
            (_("Vereinsvermögen am Jahresende"), euro(statement.net_assets)),
        ]

    def guard(self) -> None:
        """Raise what stands in the way, so that the page says it and shows no button."""


class PreparePage(AccountsStep):
    to = AccountsState.PREPARED
    title = gettext_lazy("Jahresabschluss aufstellen")
    submit_label = gettext_lazy("Jahresabschluss aufstellen")

    def guard(self) -> None:
        guard_over(self.object, timezone.localdate())
        guard_checks(self.object.year)

    def get_consequences(self) -> list[str]:
        warned = [check for check in checklist(Books(self.object.year)) if check.level == Level.WARNING]
        return [
            *(
                _("Noch zu prüfen: %(title)s. %(detail)s") % {"title": each.title, "detail": each.detail}
                for each in warned
            ),
            _("Die Zahlen werden mit einer Prüfsumme festgehalten und der Kassenprüfung vorgelegt."),
            _("Wird danach noch in das Jahr gebucht, muss der Abschluss neu aufgestellt werden."),
        ]

    def perform(self, form: Any) -> str:
        accounts = prepare_accounts(self.object, by=self.request.user, on=timezone.localdate())
        self.success(_("%s ist aufgestellt. Jetzt ist die Kassenprüfung an der Reihe.") % accounts)
        return accounts.get_absolute_url()


class ReturnPage(AccountsStep):
    to = AccountsState.DRAFT
    title = gettext_lazy("Jahresabschluss zurücknehmen")
    form_class = ReasonForm
    submit_label = gettext_lazy("In die Vorbereitung zurücknehmen")

    def get_consequences(self) -> list[str]:
        return [
            _("Die festgehaltenen Zahlen und eine eingetragene Prüfung entfallen. Beides bleibt im Verlauf lesbar.")
        ]

    def perform(self, form: ReasonForm) -> str:
        return return_accounts(self.object, reason=form.cleaned_data["reason"], by=self.request.user).get_absolute_url()


class AdoptPage(AccountsStep):
    to = AccountsState.ADOPTED
    permission = "closing.adopt_annualaccounts"
    title = gettext_lazy("Beschluss über den Jahresabschluss eintragen")
    form_class = AdoptForm
    submit_label = gettext_lazy("Beschluss eintragen")

    def guard(self) -> None:
        guard_unchanged(self.object)

    def get_consequences(self) -> list[str]:
        return [_("Der Abschluss ist festgestellt. Danach bleibt nur noch, das Geschäftsjahr abzuschließen.")]

    def perform(self, form: AdoptForm) -> str:
        accounts = adopt_accounts(self.object, **form.cleaned_data, by=self.request.user)
        self.success(_("%s ist beschlossen.") % accounts)
        return accounts.get_absolute_url()


class ClosePage(AccountsStep):
    to = AccountsState.CLOSED
    title = gettext_lazy("Geschäftsjahr abschließen")
    submit_label = gettext_lazy("Geschäftsjahr abschließen")
    danger = True
    final = gettext_lazy(
        "Ein abgeschlossenes Jahr kann nicht wieder geöffnet werden, auch nicht in der Datenbank. "
        "Berichtigungen gehören in das neue Jahr."
    )

    def guard(self) -> None:
        guard_order(self.object.year)
        guard_unchanged(self.object)

    def get_consequences(self) -> list[str]:
        statement = build_statement(self.object.year)
        return [
            ngettext(
                "Bis zum %(day)s kann nichts mehr gebucht und nichts storniert werden; eine Buchung steht fest.",
                "Bis zum %(day)s kann nichts mehr gebucht und nichts storniert werden; %(count)s Buchungen stehen fest.",
                statement.entry_count,
            )
            % {"day": day(self.object.last_day), "count": statement.entry_count},
            _("Der Kassenbericht wird als PDF in der Dokumentenablage abgelegt; die Mitgliedsstädte können ihn lesen."),
        ]

    def perform(self, form: Any) -> str:
        accounts = close_and_file(self.object, by=self.request.user, on=timezone.localdate())
        self.success(_("Das Geschäftsjahr %s ist abgeschlossen.") % accounts.year)
        return accounts.get_absolute_url()
