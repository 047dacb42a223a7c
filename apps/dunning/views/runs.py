"""The dunning run: preview, issue, discard."""

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.core.errors import DomainError
from apps.core.tables import Column, Filter, Table
from apps.core.templatetags.formats import day, euro, number
from apps.core.templatetags.ui import badge
from apps.core.views import Action, Badge, ConfirmPage, TablePage
from apps.dues.domain.sending import on_its_way
from apps.dunning.domain.assessment import assess
from apps.dunning.domain.issuing import guard_issuable, issue_run
from apps.dunning.domain.procedures import procedure_on
from apps.dunning.domain.queries import summed
from apps.dunning.domain.runs import changes_since, discard_run, guard_overdue, prepare_run
from apps.dunning.enums import Finding, RunState
from apps.dunning.forms import RunForm
from apps.dunning.models import DunningItem, DunningRun
from apps.dunning.rules import get_run
from apps.dunning.tasks import start_printing
from apps.dunning.views.letters import HOME
from apps.members.models import City

RUNS = (gettext_lazy("Mahnläufe"), reverse_lazy("dunning:runs"))
TONES = {RunState.PREVIEW: "warning", RunState.ISSUED: "success", RunState.DISCARDED: "neutral"}
FINDING_TONES = {Finding.DUNNED: "warning", Finding.EXHAUSTED: "danger", Finding.ADDRESS: "danger"}


class RunList(TablePage):
    permission = "dunning.view_dunningrun"
    title = gettext_lazy("Mahnläufe")
    count_label = gettext_lazy("Läufe")
    default_sort = "-on"
    filters = (Filter("stand", gettext_lazy("Stand"), RunState.choices, field="state"),)
    columns = (
        Column("run", gettext_lazy("Lauf"), value=str, link=True),
        Column("on", gettext_lazy("Stichtag"), sort=("on", "pk")),
        Column("state", gettext_lazy("Stand"), sort=True),
        Column("count", gettext_lazy("Schreiben"), sort=True, align="right"),
        Column("total", gettext_lazy("Summe"), sort=True, align="right"),
        Column("issued_on", gettext_lazy("ausgestellt am"), sort=True),
    )
    empty_title = gettext_lazy("Noch kein Mahnlauf")
    empty_text = gettext_lazy("Beginnen Sie mit der Vorschau. Sie ändert noch nichts.")

    def get_queryset(self) -> QuerySet[DunningRun]:
        return DunningRun.objects.all()

    def get_breadcrumbs(self) -> Any:
        return [HOME]


class RunCreate(ConfirmPage):
    """Freeze the preview of today."""

    permission = "dunning.run"
    form_class = RunForm
    title = gettext_lazy("Mahnlauf beginnen")
    submit_label = gettext_lazy("Vorschau erstellen")
    cancel_url = reverse_lazy("dunning:letters")

    def get_breadcrumbs(self) -> Any:
        return [HOME, RUNS]

    @cached_property
    def items(self) -> list[DunningItem]:
        today = timezone.localdate()
        return assess(procedure_on(today), on=today)

    def get_form_kwargs(self) -> dict[str, Any]:
        try:
            reasons = {item.city_id: item.reason for item in self.items if item.finding == Finding.CREDIT}
        except DomainError:
            reasons = {}
        return {**super().get_form_kwargs(), "reasons": reasons}

    def get_consequences(self) -> list[str]:
        procedure = procedure_on(timezone.localdate())
        guard_overdue(self.items)
        cities, items, total = summed(self.items)
        return [
            _(
                "Nach der „%(procedure)s“ sind heute %(cities)s Städte mit %(items)s Rechnungen über zusammen %(total)s zu mahnen."
            )
            % {"procedure": procedure, "cities": number(cities), "items": number(items), "total": euro(total)},
            _("Die Vorschau hält jede überfällige Rechnung fest: ihre Stufe, oder warum sie nicht gemahnt wird."),
            _("Hinaus geht noch nichts."),
        ]

    def perform(self, form: Any) -> str:
        run = prepare_run(by=self.request.user, on=timezone.localdate(), **form.cleaned_data)
        return run.get_absolute_url()


def remedy(row: Any) -> tuple[str, str | None]:
    """What can be done so that the city can be reminded, and where; `row` from the page of the run."""
    match row.finding:
        case Finding.UNRECEIVED if row.invoice.document_id is None:
            return _("PDF erstellen"), reverse("dues:print")
        case Finding.UNRECEIVED if not row.is_queued:
            return _("Rechnung versenden"), reverse("dues:send_invoices")
        case Finding.UNRECEIVED:
            return _("Versand ansehen"), row.invoice.get_absolute_url()
        case Finding.CREDIT:
            return _("Guthaben verrechnen"), reverse("dues:credit", args=[row.city.slug])
        case Finding.ADDRESS:
            return _("Anschrift ergänzen"), row.city.get_absolute_url()
    return "", None


class RunPage(TablePage):
    """Every item of the run with its level or the reason why not."""

    permission = "dunning.view_dunningrun"
    template_name = "dunning/run.html"
    default_sort = "position"
    search_fields = ("city_label", "invoice__number")
    search_label = gettext_lazy("Stadt oder Rechnung")
    count_label = gettext_lazy("Posten")
    filters = (Filter("ergebnis", gettext_lazy("Ergebnis"), Finding.choices, field="finding"),)
    columns = (
        Column("position", gettext_lazy("Nr."), sort=True, align="right"),
        Column("city_label", gettext_lazy("Stadt"), sort=("city_label", "position")),
        Column(
            "invoice__number",
            gettext_lazy("Rechnung"),
            sort=True,
            link=lambda row: reverse("dunning:claim", args=[row.invoice.number]),
        ),
        Column("due_on", gettext_lazy("fällig"), sort=True),
        Column("outstanding", gettext_lazy("offen"), sort=True, align="right", total="outstanding"),
        Column("interest", gettext_lazy("Zinsen"), sort=True, align="right", total="interest"),
        Column(
            "finding",
            gettext_lazy("Ergebnis"),
            sort=("level", "finding"),
            value=lambda row: row.level_name or row.get_finding_display(),
            render=lambda row: badge(
                row.level_name or row.get_finding_display(), FINDING_TONES.get(Finding(row.finding), "neutral")
            ),
        ),
        Column("reason", gettext_lazy("Begründung")),
        Column(
            "letter",
            gettext_lazy("Schreiben"),
            value=lambda row: row.letter.number if row.letter else "",
            link=lambda row: row.letter.get_absolute_url() if row.letter else None,
        ),
    )

    def get_object(self) -> DunningRun:
        return get_run(self.request.user, self.kwargs["pk"])

    def get_queryset(self) -> QuerySet[DunningItem]:
        unseen = ("recipient_lines", "invoice__recipient_lines", "invoice__calculation", "invoice__payee")
        unseen += ("letter__recipient_lines", "letter__payee", "letter__opening", "letter__closing", "steps")
        rows = DunningItem.objects.filter(run=self.object).select_related("invoice", "letter", "city")
        return rows.annotate(is_queued=on_its_way("invoice__document")).defer(*unseen)

    def get_columns(self) -> list[Column]:
        """What to do about it, for who may, as long as the run is a preview."""
        if not self.object.is_preview or not self.request.user.has_perm("dunning.run"):
            return list(self.columns)
        do = Column(
            "remedy", _("Abhilfe"), value=lambda row: remedy(row)[0], link=lambda row: remedy(row)[1], export=False
        )
        return [*self.columns[:-1], do]

    def get_badge(self) -> Badge:
        return Badge(self.object.get_state_display(), TONES[RunState(self.object.state)])

    def get_breadcrumbs(self) -> Any:
        return [HOME, RUNS]

    def get_actions(self) -> list[Action]:
        run = self.object
        if not run.is_preview or not self.request.user.has_perm("dunning.run"):
            return []
        issue = [Action(_("Mahnschreiben ausstellen …"), reverse("dunning:run_issue", args=[run.pk]), primary=True)]
        return [
            *(issue if run.count else []),
            Action(_("Vorschau verwerfen"), reverse("dunning:run_discard", args=[run.pk])),
        ]

    @cached_property
    def changes(self) -> list[str]:
        try:
            return changes_since(self.object, on=timezone.localdate()) if self.object.is_preview else []
        except DomainError as error:
            return [error.message]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(run=self.object, changes=self.changes[:10], settled=self.settled(), **kwargs)

    def settled(self) -> Table | None:
        """What the letters leave out of interest and costs, by city."""
        amounts = self.object.settled
        if not amounts:
            return None
        rows = [
            {"name": str(city), "amount": Decimal(amounts[str(city.pk)])}
            for city in City.objects.filter(pk__in=amounts).order_by("name")
        ]
        columns = (
            Column("name", _("Stadt"), value=lambda row: row["name"]),
            Column("amount", _("Abzug"), value=lambda row: row["amount"], align="right", total="amount", format=euro),
        )
        totals = {"amount": sum((row["amount"] for row in rows), Decimal(0))}
        return Table(columns, rows, _("Schon gezahlte oder erlassene Zinsen und Kosten"), totals)


class RunIssue(ConfirmPage):
    permission = "dunning.run"
    final = gettext_lazy("Mahnschreiben können danach nicht geändert, sondern nur einzeln zurückgenommen werden.")

    def get_object(self) -> DunningRun:
        return get_run(self.request.user, self.kwargs["pk"])

    def get_title(self) -> str:
        return self.get_submit_label()

    def get_submit_label(self) -> str:
        return _("%(count)s Mahnschreiben über zusammen %(total)s ausstellen") % {
            "count": number(self.object.count),
            "total": euro(self.object.total),
        }

    def get_breadcrumbs(self) -> Any:
        return [HOME, RUNS, (str(self.object), self.object.get_absolute_url())]

    def get_consequences(self) -> list[str]:
        guard_issuable(self.object, on=timezone.localdate())
        return [
            ngettext(
                "Eine Stadt erhält ein Schreiben über %(total)s.",
                "%(count)s Städte erhalten je ein Schreiben, zusammen %(total)s.",
                self.object.count,
            )
            % {"count": number(self.object.count), "total": euro(self.object.total)},
            _("Die Schreiben erhalten fortlaufende Nummern des Jahres."),
            _(
                "Sie werden im Hintergrund gedruckt, abgelegt und in den Postausgang gelegt. Hinaus gehen sie erst nach Ihrer Freigabe dort."
            ),
        ]

    def perform(self, form: Any) -> str:
        letters = issue_run(self.object, by=self.request.user, on=timezone.localdate())
        self.success(
            _("%(count)s Mahnschreiben ausgestellt, zusammen %(total)s.")
            % {"count": number(len(letters)), "total": euro(self.object.total)}
        )
        url = self.object.get_absolute_url()
        job = start_printing(by=self.request.user, return_url=url)
        return reverse("core:job", args=[job.pk]) if job else url


class RunDiscard(ConfirmPage):
    permission = "dunning.run"
    title = gettext_lazy("Vorschau verwerfen")
    submit_label = gettext_lazy("Vorschau verwerfen")

    def get_object(self) -> DunningRun:
        return get_run(self.request.user, self.kwargs["pk"])

    def get_breadcrumbs(self) -> Any:
        return [HOME, RUNS, (str(self.object), self.object.get_absolute_url())]

    def get_consequences(self) -> list[str]:
        return [_("Die Vorschau vom %s wird beiseitegelegt. Sie bleibt nachlesbar.") % day(self.object.on)]

    def perform(self, form: Any) -> str:
        discard_run(self.object, by=self.request.user, on=timezone.localdate())
        self.success(_("Die Vorschau ist verworfen."))
        return reverse("dunning:runs")
