"""Announcement of expected dues: start, preview, announce, print; what one city was told."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.core.jobs import many
from apps.core.tables import Column, Filter
from apps.core.templatetags.formats import day, euro, number
from apps.core.transitions import guard_transition
from apps.core.views import Action, Badge, ConfirmPage, FormPage, Guarded, ObjectPage, TablePage
from apps.dues.domain.announcements import (
    announce,
    discard_announcement,
    guard_announceable,
    guard_possible,
    prepare_announcement,
    usual_day,
)
from apps.dues.domain.errors import NothingToPrint
from apps.dues.domain.sending import letters_sent, unsent_announcements
from apps.dues.enums import AnnouncementRunState, AnnouncementState
from apps.dues.forms import AnnouncementForm
from apps.dues.models import Announcement, AnnouncementRun
from apps.dues.prints import expected_rows
from apps.dues.rules import get_announcement, get_announcement_run
from apps.dues.tasks import (
    many_members,
    start_announcing,
    start_forecast,
    start_printing_announcements,
)
from apps.dues.views.comparisons import OVERVIEW
from apps.members.enums import Land

RUNS = (gettext_lazy("Beitragsvorankündigungen"), reverse_lazy("dues:announcement_runs"))
RUN_TONES = {
    AnnouncementRunState.PREVIEW: "warning",
    AnnouncementRunState.ANNOUNCED: "success",
    AnnouncementRunState.DISCARDED: "neutral",
}
TONES = {
    AnnouncementState.PREVIEW: "warning",
    AnnouncementState.STANDING: "info",
    AnnouncementState.SUPERSEDED: "neutral",
    AnnouncementState.DISCARDED: "neutral",
}


class RunList(TablePage):
    permission = "dues.view_announcementrun"
    title = gettext_lazy("Beitragsvorankündigungen")
    lead = gettext_lazy("Voraussichtliche Beiträge der kommenden zwei Jahre für die Haushalte der Städte.")
    count_label = gettext_lazy("Vorankündigungen")
    default_sort = "-year"
    filters = (Filter("stand", gettext_lazy("Stand"), AnnouncementRunState.choices, field="state"),)
    columns = (
        Column("run", gettext_lazy("Vorankündigung"), value=str, link=True),
        Column("year", gettext_lazy("erstes Jahr"), sort=("year", "pk"), format=str),
        Column("state", gettext_lazy("Stand"), sort=True),
        Column("count", gettext_lazy("Städte"), sort=True, align="right"),
        Column("total", gettext_lazy("Summe im ersten Jahr"), sort=True, align="right"),
        Column("next_total", gettext_lazy("Summe im zweiten Jahr"), sort=True, align="right"),
        Column("decided_by", gettext_lazy("Änderungen bis"), sort=True),
        Column("announced_on", gettext_lazy("bekannt gegeben am"), sort=True),
    )
    empty_title = gettext_lazy("Noch keine Vorankündigung")
    empty_text = gettext_lazy("Beginnen Sie mit der Vorschau. Die Städte erfahren davon noch nichts.")

    def get_queryset(self) -> QuerySet[AnnouncementRun]:
        return AnnouncementRun.objects.all()

    def get_breadcrumbs(self) -> Any:
        return [OVERVIEW]

    def get_actions(self) -> list[Action]:
        if not self.request.user.has_perm("dues.announce"):
            return []
        return [Action(_("Beiträge vorankündigen"), reverse("dues:announcement_create"), primary=True)]


class RunCreate(FormPage):
    permission = "dues.announce"
    form_class = AnnouncementForm
    title = gettext_lazy("Beiträge vorankündigen")
    intro = gettext_lazy(
        "Die Vorschau hält für jede Stadt fest, was sie in zwei Jahren voraussichtlich zahlt. Bekannt gegeben wird noch "
        "nichts. Was eine Stadt schon weiß und was gleich geblieben ist, kommt nicht noch einmal."
    )
    submit_label = gettext_lazy("Vorschau erstellen")
    cancel_url = reverse_lazy("dues:announcement_runs")

    def get_initial(self) -> dict[str, Any]:
        year = timezone.localdate().year + 1
        return {"year": year, "decided_by": max(usual_day(year), timezone.localdate())}

    def get_breadcrumbs(self) -> Any:
        return [OVERVIEW, RUNS]

    def perform(self, form: AnnouncementForm) -> str:
        given, user, today = form.cleaned_data, self.request.user, timezone.localdate()
        if many_members(today):
            guard_possible(**given, on=today)
            return reverse("core:job", args=[start_forecast(**given, by=user).pk])
        run = prepare_announcement(**given, by=user, on=today)
        self.success(
            ngettext("Die Vorschau ist festgehalten: %s Stadt.", "Die Vorschau ist festgehalten: %s Städte.", run.count)
            % number(run.count)
        )
        return run.get_absolute_url()


class RunPage(TablePage):
    """A run with every city and both years."""

    permission = "dues.view_announcementrun"
    template_name = "dues/announcement_run.html"
    default_sort = "position"
    search_fields = ("city_label",)
    search_label = gettext_lazy("Stadt suchen")
    count_label = gettext_lazy("Städte")
    filters = (
        Filter("land", gettext_lazy("Land"), Land.choices, field="city__land"),
        Filter("stand", gettext_lazy("Stand"), AnnouncementState.choices, field="state"),
    )

    def get_object(self) -> AnnouncementRun:
        return get_announcement_run(self.request.user, self.kwargs["pk"])

    def get_columns(self) -> list[Column]:
        run = self.object
        return [
            Column("city_label", _("Stadt"), sort="position", link=True),
            Column(
                "population", _("Einwohner:innen"), align="right", value=lambda row: row.calculations[0]["population"]
            ),
            Column("amount", _("Beitrag %s") % run.year, sort=True, align="right", total="amount"),
            Column("next_amount", _("Beitrag %s") % run.next_year, sort=True, align="right", total="next_amount"),
            Column("version", _("Fassung"), sort=True, align="right"),
            Column("state", _("Stand"), sort=True),
            Column("printed", _("Schreiben"), value=lambda row: _("abgelegt") if row.document_id else "–"),
        ]

    def get_queryset(self) -> QuerySet[Announcement]:
        return Announcement.objects.filter(run=self.object).defer("recipient_lines")

    def sort(self, queryset: QuerySet) -> QuerySet:
        return queryset.order_by("position") if self.sorting == self.default_sort else super().sort(queryset)

    def get_badge(self) -> Badge:
        return Badge(self.object.get_state_display(), RUN_TONES[AnnouncementRunState(self.object.state)])

    def get_breadcrumbs(self) -> Any:
        return [OVERVIEW, RUNS]

    def get_actions(self) -> list[Action]:
        run = self.object
        if not self.request.user.has_perm("dues.announce"):
            return []
        if run.is_preview:
            return [
                Action(_("Beiträge bekannt geben …"), reverse("dues:announce", args=[run.pk]), primary=True),
                Action(_("Vorschau verwerfen"), reverse("dues:announcement_discard", args=[run.pk])),
            ]
        if self.missing:
            url = reverse("dues:announcement_print", args=[run.pk])
            return [Action(_("PDF-Erstellung fortsetzen"), url, primary=True)]
        if run.is_announced and unsent_announcements(run).exists():
            url = reverse("dues:send_announcements", args=[run.pk])
            return [Action(_("Schreiben versenden …"), url, primary=True)]
        return []

    @cached_property
    def missing(self) -> int:
        return self.object.announcements.without_document().count() if self.object.is_announced else 0

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(run=self.object, missing=self.missing, **kwargs)


class RunAct(ConfirmPage):
    """What is done to a run, after a page that says what will happen."""

    permission = "dues.announce"

    def get_object(self) -> AnnouncementRun:
        return get_announcement_run(self.request.user, self.kwargs["pk"])

    def get_breadcrumbs(self) -> Any:
        return [OVERVIEW, RUNS, (str(self.object), self.object.get_absolute_url())]


class Announce(RunAct):
    title = gettext_lazy("Voraussichtliche Beiträge bekannt geben")
    final = gettext_lazy("Was bekannt gegeben ist, bleibt stehen. Ändert sich etwas, entsteht eine neue Fassung.")

    def get_submit_label(self) -> str:
        count = self.object.count
        return ngettext("Einer Stadt bekannt geben", "%(count)s Städten bekannt geben", count) % {
            "count": number(count)
        }

    def get_consequences(self) -> list[str]:
        run, large = self.object, many(self.object.count)
        guard_transition(run, AnnouncementRunState.ANNOUNCED)
        if not large:
            guard_announceable(run, on=timezone.localdate())
        newer = run.announcements.filter(version__gt=1).count()
        figures = {"total": euro(run.total), "next": euro(run.next_total), "year": run.year, "following": run.next_year}
        return [
            ngettext(
                "Eine Stadt sieht ihre voraussichtlichen Beiträge auf ihrem Beitragskonto.",
                "%(count)s Städte sehen ihre voraussichtlichen Beiträge auf ihrem Beitragskonto.",
                run.count,
            )
            % {"count": number(run.count)},
            _("Zusammen sind es %(year)s %(total)s und %(following)s %(next)s.") % figures,
            *(
                [
                    ngettext(
                        "%s Stadt erhält eine neue Fassung; sie ersetzt die frühere.",
                        "%s Städte erhalten eine neue Fassung; sie ersetzt die frühere.",
                        newer,
                    )
                    % number(newer)
                ]
                if newer
                else []
            ),
            _("Für jede Stadt entsteht im Hintergrund ein Schreiben und wird bei den Dokumenten abgelegt."),
            _("Eine Forderung entsteht nicht. Gebucht wird nichts."),
            *([_("Vorher wird geprüft, ob sich seit der Vorschau etwas geändert hat.")] if large else []),
        ]

    def perform(self, form: Any) -> str:
        if many(self.object.count):
            return reverse("core:job", args=[start_announcing(self.object, by=self.request.user).pk])
        run = announce(self.object, by=self.request.user, on=timezone.localdate())
        told = ngettext("Einer Stadt bekannt gegeben.", "%(count)s Städten bekannt gegeben.", run.count)
        self.success(told % {"count": number(run.count)})
        job = start_printing_announcements(by=self.request.user, return_url=run.get_absolute_url())
        return reverse("core:job", args=[job.pk]) if job else run.get_absolute_url()


class RunDiscard(RunAct):
    title = gettext_lazy("Vorschau verwerfen")
    submit_label = gettext_lazy("Vorschau verwerfen")

    def get_consequences(self) -> list[str]:
        return [
            _("Die Vorschau wird beiseitegelegt. Sie bleibt nachlesbar."),
            _("Die Städte haben von ihr nichts erfahren."),
        ]

    def perform(self, form: Any) -> str:
        discard_announcement(self.object, by=self.request.user, on=timezone.localdate())
        self.success(_("Die Vorschau ist verworfen."))
        return reverse("dues:announcement_runs")


class PrintLetters(RunAct):
    """Take up the printing that was interrupted."""

    title = gettext_lazy("PDF-Erstellung fortsetzen")
    submit_label = gettext_lazy("PDF-Erstellung fortsetzen")

    def get_consequences(self) -> list[str]:
        missing = Announcement.objects.without_document().count()
        if not missing:
            raise NothingToPrint(_("Alle Schreiben liegen als PDF vor. Es ist nichts zu tun."))
        return [_("%s fehlende PDF-Dateien werden im Hintergrund erstellt und abgelegt.") % number(missing)]

    def perform(self, form: Any) -> str:
        url = self.object.get_absolute_url()
        job = start_printing_announcements(by=self.request.user, return_url=url)
        return reverse("core:job", args=[job.pk]) if job else url


class AnnouncementPage(ObjectPage):
    """What one city was told, and how it was computed."""

    permission = "dues.view_announcement"
    template_name = "dues/announcement.html"

    def get_object(self) -> Announcement:
        return get_announcement(self.request.user, self.kwargs["pk"])

    def get_badge(self) -> Badge:
        return Badge(self.object.get_state_display(), TONES[AnnouncementState(self.object.state)])

    def get_lead(self) -> str:
        return _("Vorläufig, keine Zahlungsaufforderung. Änderungen werden bis zum %s beschlossen.") % day(
            self.object.run.decided_by
        )

    def get_breadcrumbs(self) -> Any:
        city = self.object.city
        account = (_("Beitragskonto %s") % city.name, reverse("dues:account", args=[city.slug]))
        return [OVERVIEW, account]

    def get_actions(self) -> list[Action]:
        if not self.object.document_id:
            return []
        url = reverse("dues:announcement_pdf", args=[self.object.pk])
        return [Action(_("Schreiben als PDF"), url, primary=True, icon="download")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        others = Announcement.objects.announced().filter(city=self.object.city_id, year=self.object.year)
        versions = others.exclude(pk=self.object.pk).select_related("run").order_by("-version")
        sendings = letters_sent(self.object) if self.request.user.has_perm("dispatch.view_dispatch") else ()
        shown = {"expected": expected_rows(self.object), "versions": versions, "sendings": sendings}
        return super().get_context_data(**shown, **kwargs)


class LetterRedirect(Guarded):
    """To the stored PDF; the library checks and logs the download."""

    permission = "dues.view_announcement"

    def get_object(self) -> Announcement:
        return get_announcement(self.request.user, self.kwargs["pk"])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        document = self.object.document
        version = document.versions.order_by("-version").first() if document else None
        if version is None:
            raise Http404
        return HttpResponseRedirect(version.get_absolute_url())
