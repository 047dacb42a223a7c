"""»Verlauf« of an object and the journal of all acts."""

from dataclasses import replace
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from apps.audit.domain import queries
from apps.audit.domain.timeline import Timeline, last_instance
from apps.audit.forms import DayForm
from apps.audit.models import Anchor, JournalEntry, Verification
from apps.audit.verbs import verb_choices
from apps.core.tables import Column, Filter
from apps.core.views import ObjectPage, Page, TablePage

VIEW_JOURNAL = "audit.view_journal"
STEPS_PER_PAGE = 50


class HistoryPage(Page):
    """Who changed what, when and why; with `?am=2027-03-01` the state at the end of that day."""

    template_name = "audit/history.html"

    @property
    def permission(self) -> str:  # type: ignore[override]
        return f"{self.kwargs['app_label']}.view_{self.kwargs['model']}"

    @cached_property
    def model(self) -> Any:
        model = queries.tracked_model(f"{self.kwargs['app_label']}.{self.kwargs['model']}")
        if model is None:
            raise Http404
        return model

    def get_object(self) -> Any:
        found = last_instance(self.model, self.kwargs["pk"])
        if found is None:
            raise Http404
        return found

    def get_title(self) -> str:
        return _("Verlauf: %(object)s") % {"object": self.object}

    def get_lead(self) -> str:
        return str(self.model._meta.verbose_name)

    def get_breadcrumbs(self) -> list[tuple[Any, str]]:
        url = getattr(self.object, "get_absolute_url", None)
        return [(str(self.object), url())] if url else []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        timeline = Timeline(self.model, self.object.pk)
        form = DayForm(self.request.GET if "am" in self.request.GET else None)
        day = form.cleaned_data.get("am") if form.is_valid() else None
        page = Paginator(timeline.entries(), STEPS_PER_PAGE).get_page(self.request.GET.get("seite"))
        shown = {
            "form": form,
            "page_obj": page,
            "steps": timeline.steps(list(page)),
            "state": timeline.state_on(day) if day else None,
            "may_view_journal": self.request.user.has_perm(VIEW_JOURNAL),
        }
        return super().get_context_data(**{**shown, **kwargs})


def subject_link(entry: JournalEntry, user: Any) -> str:
    """The history of what the entry is about, for whoever may see such objects."""
    app, _dot, model = entry.subject_type.partition(".")
    return queries.subject_url(entry) if user.has_perm(f"{app}.view_{model}") else ""


def period_options(user: Any) -> list[tuple[str, Any]]:
    spans = [("1", _("Heute")), ("7", _("Letzte 7 Tage")), ("30", _("Letzte 30 Tage"))]
    return [*spans, *((str(year), str(year)) for year in queries.journal_years())]


def actor_options(user: Any) -> list[tuple[str, Any]]:
    return [("none", _("Ohne Person (selbsttätig)")), *queries.actors()]


def of_actor(entries: QuerySet[JournalEntry], value: str) -> QuerySet[JournalEntry]:
    return entries.filter(actor=None if value == "none" else int(value))


class JournalPage(TablePage):
    """Every act, with the state of the last verification."""

    permission = VIEW_JOURNAL
    template_name = "audit/journal.html"
    title = _("Protokoll")
    lead = _("Jeder Vorgang steht hier, der Reihe nach und unveränderlich: wer, wann, was und warum.")
    search_fields = ("verb", "reason", "subject_label")
    default_sort = "-sequence"
    subject = Column("subject_label", _("Gegenstand"))
    columns = (
        Column("sequence", _("Nr."), sort=True, link=True, align="right", format=str),
        Column("at", _("Zeitpunkt"), sort="sequence"),
        Column("actor", _("Person"), value=lambda entry: entry.actor or _("selbsttätig")),
        Column("verb", _("Vorgang"), value=lambda entry: entry.label),
        subject,
        Column("reason", _("Begründung")),
    )
    filters = (
        Filter("zeitraum", _("Zeitraum"), period_options, apply=queries.within),
        Filter("vorgang", _("Vorgang"), lambda user: verb_choices(), field="verb"),
        Filter("person", _("Person"), actor_options, apply=of_actor),
    )

    def get_columns(self) -> list[Column]:
        """The subject leads to its history for whoever may see that."""
        user = self.request.user
        linked = replace(self.subject, link=lambda entry: subject_link(entry, user))
        return [linked if each is self.subject else each for each in self.columns]

    def get_queryset(self) -> QuerySet[JournalEntry]:
        return JournalEntry.objects.select_related("actor").defer("rows", "data")

    def search(self, queryset: QuerySet[JournalEntry], query: str) -> QuerySet[JournalEntry]:
        return queries.matching(queryset, query)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        state = {"verification": Verification.objects.first(), "anchor": Anchor.objects.first()}
        return super().get_context_data(**{**state, **kwargs})


class EntryPage(ObjectPage):
    """One act: its circumstances, what it wrote, and its place in the chain."""

    permission = VIEW_JOURNAL
    template_name = "audit/entry.html"

    def get_object(self) -> JournalEntry:
        return get_object_or_404(JournalEntry.objects.select_related("actor"), pk=self.kwargs["sequence"])

    def get_title(self) -> str:
        return _("Eintrag %(n)d: %(verb)s") % {"n": self.object.sequence, "verb": self.object.label}

    def get_breadcrumbs(self) -> list[tuple[Any, str]]:
        return [(JournalPage.title, queries.journal_url())]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = {
            "data": queries.entry_data(self.object),
            "tables": list(queries.written_tables(self.object, self.request.user)),
            "subject_url": subject_link(self.object, self.request.user),
        }
        return super().get_context_data(**{**shown, **kwargs})


class VerificationsPage(TablePage):
    """Every walk over the journal and what it found."""

    permission = VIEW_JOURNAL
    template_name = "audit/verifications.html"
    title = _("Prüfungen des Protokolls")
    lead = _("Bei jeder Prüfung wird das Protokoll von Anfang bis Ende nachgerechnet.")
    empty_title = _("Noch keine Prüfung")
    columns = (
        Column("at", _("Zeitpunkt"), sort="pk"),
        Column("is_intact", _("Ergebnis"), template="audit/result.html", export=lambda row: len(row.breaks)),
        Column("entries", _("Einträge"), align="right"),
        Column("rows", _("Verlaufszeilen"), align="right"),
        Column("hash", _("Prüfwert am Ende"), template="audit/hash.html"),
    )
    default_sort = "-at"

    def get_queryset(self) -> QuerySet[Verification]:
        return Verification.objects.all()

    def get_breadcrumbs(self) -> list[tuple[Any, str]]:
        return [(JournalPage.title, queries.journal_url())]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"anchors": Anchor.objects.all()[:20], **kwargs})
