"""The worklist of bank lines, one line, booking by one click or everything certain at one go."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.banking.domain.batch import AT_ONE_GO, book_certain, certain_proposals
from apps.banking.domain.booking import book_line
from apps.banking.domain.matching import match_open_lines
from apps.banking.domain.queries import Worklist, with_best_proposal, worklist
from apps.banking.domain.return_reasons import reason_words
from apps.banking.domain.transaction_codes import code_words
from apps.banking.enums import LineState
from apps.banking.forms import CertainForm
from apps.banking.models import BankLine, BatchNotice, MatchProposal
from apps.banking.rules import get_line, visible_lines
from apps.banking.views import cells
from apps.core.errors import DomainError
from apps.core.tables import Column, Filter, Table
from apps.core.templatetags.formats import day, euro, moment
from apps.core.views import Action, Badge, ConfirmPage, Crumb, Guarded, ObjectPage, TablePage, messages

BANK = Crumb(gettext_lazy("Bank"), reverse_lazy("banking:lines"))
TONES = {LineState.OPEN: "warning", LineState.UNCLEAR: "danger", LineState.BOOKED: "success"}
MOST_INVOICES = 30


def in_direction(lines: Any, value: str) -> Any:
    return lines.filter(amount__gt=0) if value == "ein" else lines.filter(amount__lt=0)


class LinesPage(TablePage):
    permission = "banking.view_bankline"
    template_name = "banking/lines.html"
    title = gettext_lazy("Bankumsätze")
    columns = (
        Column("booked_on", gettext_lazy("Buchungstag"), sort=True),
        Column("counterparty", gettext_lazy("Von / an"), sort=True),
        Column("text", gettext_lazy("Verwendungszweck")),
        Column("amount", gettext_lazy("Betrag"), sort=True, align="right", total="amount"),
        Column("state", gettext_lazy("Vorschlag oder Stand"), value=lambda line: line.state.label),
        Column("entry", gettext_lazy("Buchung"), value=lambda line: str(line.entry or "")),
    )
    filters = (
        Filter(
            "stand",
            gettext_lazy("Stand"),
            LineState.choices,
            apply=lambda lines, value: lines.in_state(value),
            default="open",
        ),
        Filter(
            "richtung",
            gettext_lazy("Richtung"),
            (("ein", gettext_lazy("Eingänge")), ("aus", gettext_lazy("Ausgänge"))),
            apply=in_direction,
        ),
    )
    search_fields = ("counterparty", "text", "counterparty_iban", "structured_reference")
    default_sort = "-booked_on"
    paginate_by = 20
    count_label = gettext_lazy("Umsätze")
    empty_title = gettext_lazy("Noch keine Kontoauszüge")
    empty_text = gettext_lazy("Laden Sie den Kontoauszug Ihrer Bank hoch: CAMT, MT940 oder CSV.")

    def get_queryset(self) -> QuerySet[BankLine]:
        return with_best_proposal(visible_lines(self.request.user).select_related("entry", "owner"))

    @cached_property
    def work(self) -> Worklist:
        return worklist()

    def sum_up(self, rows: QuerySet[BankLine]) -> tuple[int, dict[str, Any]]:
        """The open lines have been counted already for the heading."""
        if self.chosen == {"stand": LineState.OPEN}:
            return self.work.open, {"amount": self.work.amount}
        return super().sum_up(rows)

    @property
    def may_book(self) -> bool:
        return bool(self.request.user.has_perm("banking.book_line"))

    def get_actions(self) -> list[Action]:
        actions = [
            Action(_("Kontoauszüge"), reverse("banking:statements")),
            Action(_("Abgleich mit der Buchhaltung"), reverse("banking:accounts")),
            Action(_("Buchungsregeln"), reverse("banking:rules")),
        ]
        if not self.may_book:
            return actions
        if self.work.certain:
            actions.insert(0, Action(_("Eindeutige Umsätze buchen"), reverse("banking:certain"), primary=True))
        upload = Action(_("Kontoauszug einlesen"), reverse("banking:upload"), primary=not self.work.certain)
        return [upload, *actions]

    def get_empty_action(self) -> Action | None:
        return Action(_("Kontoauszug einlesen"), reverse("banking:upload")) if self.may_book else None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The screen shows in two columns what the exported file holds in four."""
        shown = super().get_context_data(may_book=self.may_book, work=self.work, **kwargs)
        handled = partial(cells.handling, may_book=self.may_book)
        day, payer, amount, state = (column for column in self.columns if column.name not in {"text", "entry"})
        columns = (day, replace(payer, render=cells.payer), amount, replace(state, render=handled))
        return shown | {"table": replace(shown["table"], columns=columns)}


class LineView:
    """Getter and way back of everything about one line."""

    request: HttpRequest
    kwargs: dict[str, Any]
    object: BankLine

    def get_object(self) -> BankLine:
        return get_line(self.request.user, self.kwargs["pk"])

    def get_breadcrumbs(self) -> list[Crumb]:
        crumbs = [BANK]
        if not isinstance(self, LinePage):
            crumbs.append(Crumb(str(self.object), self.object.get_absolute_url()))
        return crumbs

    def get_facts(self) -> list[tuple[Any, Any]]:
        line = self.object
        return [
            (_("Buchungstag"), day(line.booked_on)),
            (_("Betrag"), euro(line.amount)),
            (_("Von / an"), line.counterparty or "–"),
            (_("Verwendungszweck"), line.text or "–"),
        ]


class LinePage(LineView, ObjectPage):
    permission = "banking.view_bankline"
    template_name = "banking/line.html"

    def get_title(self) -> str:
        return f"{euro(self.object.amount)} · {self.object.counterparty or _('Bankumsatz')}"

    def get_badge(self) -> Badge:
        return Badge(self.object.state.label, TONES.get(self.object.state, "info"))

    @property
    def may_book(self) -> bool:
        return bool(self.request.user.has_perm("banking.book_line"))

    def get_actions(self) -> list[Action]:
        if not self.may_book:
            return []
        where = [self.object.pk]
        allocate = Action(_("Von Hand zuordnen"), reverse("banking:allocate", args=where))
        reopen = Action(_("Wieder öffnen"), reverse("banking:reopen", args=where))
        actions = {
            LineState.OPEN: [
                allocate,
                Action(_("Als ungeklärt buchen"), reverse("banking:clarify", args=where)),
                Action(_("Doppelt? Auslassen"), reverse("banking:ignore", args=where)),
            ],
            LineState.UNCLEAR: [
                allocate,
                Action(_("Klärung übergeben"), reverse("banking:clarify", args=where)),
                reopen,
            ],
            LineState.BOOKED: [Action(_("Buchung zurücknehmen"), reverse("banking:unbook", args=where))],
            LineState.IGNORED: [reopen],
        }
        return actions[self.object.state]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        proposals = self.object.proposals.select_related("city", "account", "rule__cost_centre").prefetch_related(
            "targets__invoice__city", "targets__voucher__creditor"
        )
        positions = self.object.positions.select_related("statement")
        boxes = [cells.proposal_box(each, self.object, may_book=self.may_book) for each in proposals]
        return super().get_context_data(
            proposals=boxes,
            positions=list(positions),
            notice=BatchNotice.objects.filter(line=self.object).prefetch_related("parts").first(),
            code_words=code_words(self.object.gvc),
            return_words=reason_words(self.object.return_reason),
            may_book=self.may_book,
            **kwargs,
        )


class BookView(LineView, Guarded):
    """One click books the proposal that was shown."""

    permission = "banking.book_line"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        chosen, clicked_at = request.POST.get("proposal", ""), timezone.now()
        try:
            line = book_line(
                self.object,
                proposal=int(chosen) if chosen.isdecimal() else 0,
                by=request.user,
                on=timezone.localdate(),
            )
            self.tell(line, clicked_at)
        except DomainError as error:
            messages.error(request, error.message)
        return HttpResponseRedirect(self.next_url())

    def tell(self, line: BankLine, clicked_at: datetime) -> None:
        """Whether this click has booked, or somebody's before."""
        entry = line.entry
        if entry and (entry.posted_by != self.request.user or entry.posted_at < clicked_at):
            words = _("Dieser Umsatz war schon verbucht: %(entry)s, von %(person)s am %(moment)s.")
            told = {"entry": entry, "person": entry.posted_by or _("Kommandozeile"), "moment": moment(entry.posted_at)}
            messages.info(self.request, words % told)
            return
        messages.success(
            self.request, _("Verbucht: %(amount)s als %(entry)s.") % {"amount": euro(line.amount), "entry": entry}
        )

    def next_url(self) -> str:
        url = self.request.POST.get("next", "")
        is_ours = url_has_allowed_host_and_scheme(url, allowed_hosts={self.request.get_host()})
        return url if is_ours else self.object.get_absolute_url()


CERTAIN_COLUMNS = (
    Column("line__booked_on", gettext_lazy("Buchungstag")),
    Column(
        "line__counterparty",
        gettext_lazy("Von / an"),
        value=lambda each: each.line.counterparty or _("Bankumsatz"),
        link=lambda each: each.line.get_absolute_url(),
    ),
    Column(
        "invoices",
        gettext_lazy("Rechnung"),
        value=lambda each: ", ".join(target.payee for target in each.targets.all()) or each.reason,
    ),
    Column("amount", gettext_lazy("Betrag"), align="right", value=lambda each: each.line.amount, total="line__amount"),
)


class CertainPage(ConfirmPage):
    permission = "banking.book_line"
    template_name = "banking/certain.html"
    title = gettext_lazy("Eindeutige Umsätze buchen")
    form_class = CertainForm
    cancel_url = reverse_lazy("banking:lines")

    def get_breadcrumbs(self) -> list[Crumb]:
        return [BANK]

    @cached_property
    def proposals(self) -> list[MatchProposal]:
        return certain_proposals()

    @property
    def total(self) -> Decimal:
        return sum((each.line.amount.amount for each in self.proposals), Decimal("0.00"))

    def get_submit_label(self) -> str:
        return ngettext(
            "Einen Umsatz über %(total)s buchen", "%(count)s Umsätze über %(total)s buchen", len(self.proposals)
        ) % {"count": len(self.proposals), "total": euro(self.total)}

    def get_initial(self) -> dict[str, Any]:
        return {"proposals": ",".join(str(each.pk) for each in self.proposals)}

    @cached_property
    def others(self) -> int:
        """Certain lines that are not shown: they speak of what a shown one pays already, or come when these are booked."""
        return worklist().certain - len(self.proposals)

    def get_facts(self) -> list[tuple[Any, Any]]:
        if not self.proposals:
            raise DomainError(_("Zurzeit ist kein Umsatz eindeutig. Bitte prüfen Sie die Vorschläge einzeln."))
        return [(_("Umsätze"), len(self.proposals)), (_("Summe"), euro(self.total))]

    def get_consequences(self) -> list[str]:
        return [
            *([self.said_of_others()] if self.others > 0 else []),
            _("Für jeden Umsatz entsteht eine Buchung, und die Rechnungen gelten als bezahlt."),
            _("Jede Buchung kann einzeln zurückgenommen werden."),
        ]

    def said_of_others(self) -> str:
        if len(self.proposals) + self.others > AT_ONE_GO:
            text = ngettext(
                "%s weiterer eindeutiger Umsatz folgt danach.",
                "%s weitere eindeutige Umsätze folgen danach.",
                self.others,
            )
        else:
            text = ngettext(
                "%s weiterer Umsatz betrifft eine Rechnung, die hier schon vorkommt; er wird danach neu geprüft.",
                "%s weitere Umsätze betreffen Rechnungen, die hier schon vorkommen; sie werden danach neu geprüft.",
                self.others,
            )
        return text % self.others

    def perform(self, form: CertainForm) -> str:
        report = book_certain(form.cleaned_data["proposals"], by=self.request.user, on=timezone.localdate())
        self.success(
            ngettext(
                "Ein Umsatz über %(total)s verbucht.", "%(count)s Umsätze verbucht, zusammen %(total)s.", report.count
            )
            % {"count": report.count, "total": euro(report.total)}
        )
        return reverse("banking:lines")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        table = Table(CERTAIN_COLUMNS, self.proposals, _("Diese Umsätze werden gebucht"), {"amount": self.total})
        return super().get_context_data(proposals=self.proposals, table=table, **kwargs)


class RefreshPage(ConfirmPage):
    permission = "banking.book_line"
    title = gettext_lazy("Vorschläge neu suchen")
    submit_label = gettext_lazy("Vorschläge neu suchen")
    cancel_url = reverse_lazy("banking:lines")

    def get_breadcrumbs(self) -> list[Crumb]:
        return [BANK]

    def get_consequences(self) -> list[str]:
        return [_("Alle offenen Umsätze werden noch einmal mit den Rechnungen verglichen. Gebucht wird nichts.")]

    def perform(self, form: Any) -> str:
        count = match_open_lines()
        self.success(_("%s Vorschläge gefunden.") % count)
        return reverse("banking:lines")
