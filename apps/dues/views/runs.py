"""The dues run: start, preview, issue, print."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.core.downloads import Download
from apps.core.jobs import many
from apps.core.tables import Column, Filter
from apps.core.templatetags.formats import day, euro, number
from apps.core.views import Action, Badge, ConfirmPage, DownloadView, FormPage, TablePage
from apps.dues.domain.assessment import fixed_day, wanted_day
from apps.dues.domain.errors import NothingToPrint
from apps.dues.domain.issuing import guard_issuable, guard_shown, issue_run
from apps.dues.domain.queries import assessments_of, held_back_count, missing_documents
from apps.dues.domain.runs import changes_since, discard_run, guard_preparable, prepare_run, way_of_payment
from apps.dues.domain.sending import unsent_invoices
from apps.dues.enums import RunState
from apps.dues.forms import RunForm
from apps.dues.models import Assessment, DuesRun, Invoice
from apps.dues.prints import run_job
from apps.dues.rules import get_run
from apps.dues.tasks import many_members, start_issuing, start_preparing, start_printing
from apps.dues.views import cells
from apps.dues.views.schedules import OVERVIEW
from apps.members.enums import Land
from apps.organisation.domain.queries import letterhead
from apps.pdf.render import render_pdf

RUNS = (gettext_lazy("Beitragsläufe"), reverse_lazy("dues:runs"))
TONES = {RunState.PREVIEW: "warning", RunState.ISSUED: "success", RunState.DISCARDED: "neutral"}


class RunList(TablePage):
    permission = "dues.view_duesrun"
    title = gettext_lazy("Beitragsläufe")
    count_label = gettext_lazy("Läufe")
    default_sort = "-year"
    filters = (Filter("stand", gettext_lazy("Stand"), RunState.choices, field="state"),)
    columns = (
        Column("run", gettext_lazy("Lauf"), value=str, link=True),
        Column("year", gettext_lazy("Jahr"), sort=("year", "sequence", "pk"), format=str),
        Column("state", gettext_lazy("Stand"), sort=True),
        Column("count", gettext_lazy("Rechnungen"), sort=True, align="right"),
        Column("total", gettext_lazy("Summe"), sort=True, align="right"),
        Column("frozen_at", gettext_lazy("Vorschau vom"), sort=True, format=day),
        Column("issued_on", gettext_lazy("ausgestellt am"), sort=True),
    )
    empty_title = gettext_lazy("Noch kein Beitragslauf")
    empty_text = gettext_lazy("Beginnen Sie mit der Vorschau. Sie ändert noch nichts.")

    def get_queryset(self) -> QuerySet[DuesRun]:
        return DuesRun.objects.all()

    def get_breadcrumbs(self) -> Any:
        return [OVERVIEW]

    def get_actions(self) -> list[Action]:
        if not self.request.user.has_perm("dues.prepare_run"):
            return []
        return [Action(_("Beitragslauf beginnen"), reverse("dues:run_create"), primary=True)]


class RunCreate(FormPage):
    """Freeze a preview of a year; for a year that is issued, of a supplement."""

    permission = "dues.prepare_run"
    form_class = RunForm
    title = gettext_lazy("Beitragslauf beginnen")
    intro = gettext_lazy(
        "Die Vorschau hält für jede Stadt fest, was sie zahlen soll und warum. Ausgestellt wird noch nichts. "
        "Ist das Jahr schon ausgestellt, entsteht eine Nachberechnung für die Städte ohne gültige Rechnung."
    )
    submit_label = gettext_lazy("Vorschau erstellen")
    cancel_url = reverse_lazy("dues:runs")

    def get_initial(self) -> dict[str, Any]:
        return {"year": self.request.GET.get("jahr") or RunForm.usual_year(timezone.localdate())}

    def get_breadcrumbs(self) -> Any:
        return [OVERVIEW, RUNS]

    def perform(self, form: RunForm) -> str:
        year, today = form.cleaned_data["year"], timezone.localdate()
        if many_members(today):
            guard_preparable(year, on=today)
            return reverse("core:job", args=[start_preparing(year, by=self.request.user).pk])
        run = prepare_run(year, by=self.request.user, on=today, supplement=True)
        self.success(_("Die Vorschau für %s ist festgehalten.") % run)
        return run.get_absolute_url()


def in_words(row: Any) -> str:
    """The way to the fee, a debit and what was found, as the file shows it."""
    debit = [f"{way_of_payment(row.direct_debit)}."] if row.direct_debit else []
    return " ".join([row.steps_in_words, *debit, *(item["text"] for item in row.findings)])


class RunPage(TablePage):
    """A run with every city, every input and every step."""

    permission = "dues.view_duesrun"
    template_name = "dues/run.html"
    default_sort = "position"
    search_fields = ("city_label",)
    search_label = gettext_lazy("Stadt suchen")
    count_label = gettext_lazy("Städte")
    filters = (
        Filter("land", gettext_lazy("Land"), Land.choices),
        Filter(
            "feststellung",
            gettext_lazy("Feststellungen"),
            (("fehlt", gettext_lazy("unvollständig")), ("hinweis", gettext_lazy("mit Hinweis"))),
            apply=lambda rows, value: rows.blocked() if value == "fehlt" else rows.with_findings(),
        ),
        Filter(
            "zahlung",
            gettext_lazy("Zahlung"),
            (("lastschrift", gettext_lazy("Lastschrift")), ("ueberweisung", gettext_lazy("Überweisung"))),
            apply=lambda rows, value: rows.collected() if value == "lastschrift" else rows.filter(direct_debit={}),
        ),
    )
    columns = (
        Column("position", gettext_lazy("Nr."), sort=True, align="right"),
        Column("city_label", gettext_lazy("Stadt"), sort="position", render=cells.assessed_city),
        Column("population", gettext_lazy("Einwohner:innen"), sort=True, align="right"),
        Column("population_on", gettext_lazy("Stichtag"), sort=True),
        Column("member_since", gettext_lazy("Mitglied seit"), sort=True),
        Column("amount", gettext_lazy("Beitrag"), sort=True, align="right", total="amount"),
        Column("steps", gettext_lazy("Rechenweg"), render=cells.steps, export=in_words),
        Column("previous", gettext_lazy("Vorjahr"), sort=True, align="right", format=lambda value: euro(value)),
        Column("change", gettext_lazy("Unterschied"), sort=True, align="right", format=lambda value: euro(value)),
    )

    def get_object(self) -> DuesRun:
        return get_run(self.request.user, self.kwargs["pk"])

    def get_queryset(self) -> QuerySet[Any]:
        unseen = ("recipient_lines", "invoice__recipient_lines", "invoice__calculation", "invoice__payee")
        return assessments_of(self.object).defer(*unseen)

    def get_badge(self) -> Badge:
        return Badge(self.object.get_state_display(), TONES[RunState(self.object.state)])

    def get_breadcrumbs(self) -> Any:
        return [OVERVIEW, RUNS]

    def get_actions(self) -> list[Action]:
        run, user = self.object, self.request.user
        actions = []
        if run.is_preview and user.has_perm("dues.issue_run"):
            actions = [
                Action(
                    _("Rechnungen ausstellen …") if run.count else _("Ohne Rechnungen abschließen …"),
                    reverse("dues:run_issue", args=[run.pk]),
                    primary=True,
                ),
                Action(_("Vorschau verwerfen"), reverse("dues:run_discard", args=[run.pk])),
            ]
        if run.is_issued and self.missing and user.has_perm("dues.print_invoices"):
            actions = [Action(_("PDF-Erstellung fortsetzen"), reverse("dues:print"), primary=True)]
        if run.is_issued and not self.missing and user.has_perm("dues.send_invoices") and unsent_invoices(run).exists():
            url = f"{reverse('dues:send_invoices')}?lauf={run.pk}"
            actions = [Action(_("Rechnungen versenden …"), url, primary=True)]
        return [*actions, Action(_("Liste als PDF"), reverse("dues:run_pdf", args=[run.pk]), icon="download")]

    @cached_property
    def missing(self) -> int:
        return self.object.invoices.without_document().count() if self.object.is_issued else 0

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        run = self.object
        small = run.is_preview and not many(run.count)
        stored = list(run.assessments.all()) if small else []
        changes = changes_since(run, stored, on=timezone.localdate()) if small else []
        if small:
            blocked = sum(each.is_blocked for each in stored)
        else:
            blocked = run.assessments.blocked().count() if run.is_preview else 0
        return super().get_context_data(run=run, blocked=blocked, changes=changes[:10], missing=self.missing, **kwargs)


class RunIssue(ConfirmPage):
    permission = "dues.issue_run"
    final = gettext_lazy(
        "Rechnungen können danach nicht geändert, sondern nur einzeln durch eine Stornorechnung aufgehoben werden."
    )

    def get_object(self) -> DuesRun:
        return get_run(self.request.user, self.kwargs["pk"])

    def get_title(self) -> str:
        return self.get_submit_label()

    def get_submit_label(self) -> str:
        if not self.object.count:
            return _("Ohne Rechnungen abschließen")
        label = ngettext(
            "Eine Beitragsrechnung über %(total)s ausstellen",
            "%(count)s Beitragsrechnungen über zusammen %(total)s ausstellen",
            self.object.count,
        )
        return label % {"count": number(self.object.count), "total": euro(self.object.total)}

    def get_breadcrumbs(self) -> Any:
        return [OVERVIEW, RUNS, (str(self.object), self.object.get_absolute_url())]

    def get_consequences(self) -> list[str]:
        run, large = self.object, many(self.object.count)
        today = timezone.localdate()
        due_on = wanted_day(run.schedule, run.year, today)
        shown = guard_shown(run, on=today) if large else guard_issuable(run, on=today)
        if not run.count:
            return [_("Keine dieser Städte schuldet für %s etwas. Es entstehen keine Rechnungen.") % run.year]
        return [
            ngettext(
                "Eine Stadt erhält eine Rechnung über %(total)s.",
                "%(count)s Städte erhalten eine Rechnung, zusammen %(total)s.",
                run.count,
            )
            % {"count": number(run.count), "total": euro(run.total)},
            _("Die Rechnungen erhalten fortlaufende Nummern des Jahres %s.") % run.year,
            _("Fällig sind sie am %s; wo das kein Werktag ist, am nächsten Werktag (§ 193 BGB).") % day(due_on),
            *self.late(due_on),
            *self.collected(shown),
            _("Die Forderungen werden in der Buchhaltung gebucht."),
            _("Die PDF-Dateien entstehen im Hintergrund und werden bei den Dokumenten abgelegt."),
            *([_("Vorher wird geprüft, ob sich seit der Vorschau etwas geändert hat.")] if large else []),
        ]

    def collected(self, shown: list[Assessment] | None) -> list[str]:
        """`shown`: the assessments, if they are few and were read already."""
        rows = self.object.assessments
        count = rows.collected().count() if shown is None else sum(bool(each.direct_debit) for each in shown)
        if not count:
            return []
        words = ngettext(
            "Bei %s Stadt kündigt die Rechnung den Einzug an, statt um Überweisung zu bitten.",
            "Bei %s Städten kündigt die Rechnung den Einzug an, statt um Überweisung zu bitten.",
            count,
        )
        return [words % number(count)]

    def late(self, due_on: date) -> list[str]:
        """Why the invoices fall due on another day than the schedule names."""
        run = self.object
        if run.due_days or due_on == fixed_day(run.schedule, run.year):
            return []
        return [_("Der Fälligkeitstag der Beitragsordnung ist für eine Zahlung zu nah oder schon vorbei.")]

    def get_facts(self) -> list[tuple[Any, Any]]:
        run = self.object
        return [
            (_("Beitragsjahr"), str(run.year)),
            (_("Rechtsgrundlage"), run.terms["legal_basis"]),
            (_("Konto"), f"{run.payee['account_holder']}, {run.payee['iban']}"),
        ]

    def perform(self, form: Any) -> str:
        if many(self.object.count):
            return reverse("core:job", args=[start_issuing(self.object, by=self.request.user).pk])
        invoices = issue_run(self.object, by=self.request.user, on=timezone.localdate())
        url = self.object.get_absolute_url()
        if not invoices:
            self.success(_("Abgeschlossen: Es war nichts zu berechnen."))
            return url
        self.success(
            ngettext(
                "Eine Rechnung über %(total)s ausgestellt. Fällig am %(due)s.",
                "%(count)s Rechnungen ausgestellt, zusammen %(total)s. Fällig am %(due)s.",
                len(invoices),
            )
            % {
                "count": number(len(invoices)),
                "total": euro(self.object.total),
                "due": days_of(invoices),
            }
        )
        job = start_printing(by=self.request.user, return_url=url)
        return reverse("core:job", args=[job.pk]) if job else url


def days_of(invoices: Sequence[Invoice]) -> str:
    """The days on which these invoices fall due."""
    return ", ".join(day(due_on) for due_on in sorted({invoice.due_on for invoice in invoices}))


class RunDiscard(ConfirmPage):
    permission = "dues.prepare_run"
    title = gettext_lazy("Vorschau verwerfen")
    submit_label = gettext_lazy("Vorschau verwerfen")

    def get_object(self) -> DuesRun:
        return get_run(self.request.user, self.kwargs["pk"])

    def get_breadcrumbs(self) -> Any:
        return [OVERVIEW, RUNS, (str(self.object), self.object.get_absolute_url())]

    def get_consequences(self) -> list[str]:
        return [
            _("Die Vorschau wird beiseitegelegt. Sie bleibt nachlesbar."),
            _("Rechnungen sind aus ihr nicht entstanden."),
        ]

    def perform(self, form: Any) -> str:
        discard_run(self.object, by=self.request.user, on=timezone.localdate())
        self.success(_("Die Vorschau ist verworfen."))
        return reverse("dues:runs")


class PrintMissing(ConfirmPage):
    """Take up the printing that was interrupted."""

    permission = "dues.print_invoices"
    title = gettext_lazy("Fehlende PDF erstellen")
    submit_label = gettext_lazy("PDF erstellen")
    cancel_url = reverse_lazy("dues:invoices")

    def get_breadcrumbs(self) -> Any:
        return [OVERVIEW]

    def get_consequences(self) -> list[str]:
        missing = missing_documents()
        if not missing:
            raise NothingToPrint(_("Alle Rechnungen und Stornorechnungen liegen als PDF vor. Es ist nichts zu tun."))
        sentences = [_("%s fehlende PDF-Dateien werden im Hintergrund erstellt und abgelegt.") % number(missing)]
        if held_back := held_back_count():
            sentences.append(
                _("%s davon sind zurückgehalten. Ihre E-Rechnung wird erneut geprüft.") % number(held_back)
            )
        return sentences

    def perform(self, form: Any) -> str:
        job = start_printing(by=self.request.user)
        return reverse("core:job", args=[job.pk]) if job else reverse("dues:invoices")


class RunPdf(DownloadView):
    permission = "dues.view_duesrun"

    def get_object(self) -> DuesRun:
        return get_run(self.request.user, self.kwargs["pk"])

    def get_download(self) -> Download:
        run = self.object
        rows = list(assessments_of(run).order_by("position"))
        job = run_job(run, rows, letterhead(run.issued_on or timezone.localdate()))
        content = render_pdf(job.template, job.context, title=job.title, created=job.created, author=job.author)
        return Download(content, f"Beitraege-{run.year}.pdf")
