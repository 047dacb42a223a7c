"""The register, one resolution, its text versions, and what is public."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.bodies.models import Body
from apps.core.tables import Column, Filter
from apps.core.views import PUBLIC, Action, Badge, ObjectPage, TablePage
from apps.documents.models import Document
from apps.documents.rules import visible_documents
from apps.organisation.enums import DecisionSubject
from apps.resolutions.domain.queries import cautions, with_wording
from apps.resolutions.enums import ResolutionState
from apps.resolutions.models import ENDED, Resolution
from apps.resolutions.prints import ExtractPrint
from apps.resolutions.rules import get_public_resolution, get_resolution, visible_resolutions
from apps.texts.domain.queries import latest_version, versions_of
from apps.texts.pages import ComparePage, VersionPage

TONES = {
    ResolutionState.DRAFT: "neutral",
    ResolutionState.PROPOSED: "info",
    ResolutionState.ADOPTED: "success",
    ResolutionState.REJECTED: "danger",
    ResolutionState.WITHDRAWN: "neutral",
}


def state_badge(resolution: Resolution) -> Badge:
    return Badge(resolution.get_state_display(), TONES[ResolutionState(resolution.state)])


def votes_in_short(resolution: Resolution) -> str:
    """18 : 4 : 3, as registers write it."""
    return f"{resolution.yes} : {resolution.no} : {resolution.abstentions}" if resolution.is_decided else ""


def body_options(user: Any) -> list[tuple[str, str]]:
    return [(body.code, body.name) for body in Body.objects.all()]


def year_options(user: Any) -> list[tuple[str, str]]:
    years = visible_resolutions(user).filter(decided_on__isnull=False).dates("decided_on", "year", order="DESC")
    return [(str(day.year), str(day.year)) for day in years]


class RegisterPage(TablePage):
    permission = "resolutions.view_resolution"
    template_name = "resolutions/register.html"
    title = gettext_lazy("Beschlüsse")
    lead = gettext_lazy("Das Beschlussbuch: was die Gremien entschieden haben, mit Wortlaut und Mehrheit.")
    columns = [
        Column(
            "reference",
            gettext_lazy("Nummer"),
            sort=("year", "body__code", "number"),
            template="resolutions/_reference.html",
        ),
        Column("title", gettext_lazy("Titel"), sort=True, link=True),
        Column("body", gettext_lazy("Gremium"), sort="body__code"),
        Column("kind", gettext_lazy("Gegenstand"), sort=True),
        Column("state", gettext_lazy("Stand"), sort=True, template="resolutions/_state.html"),
        Column("decided_on", gettext_lazy("Entschieden"), sort=True),
        Column("votes", gettext_lazy("Ja : Nein : Enthaltung"), value=votes_in_short, align="right"),
    ]
    filters = [
        Filter("gremium", gettext_lazy("Gremium"), body_options, field="body__code"),
        Filter("jahr", gettext_lazy("Jahr"), year_options, field="decided_on__year"),
        Filter("gegenstand", gettext_lazy("Gegenstand"), DecisionSubject.choices, field="kind"),
        Filter("stand", gettext_lazy("Stand"), ResolutionState.choices, field="state"),
    ]
    search_fields = ("title", "reference", "wording")
    search_label = gettext_lazy("Titel, Nummer oder Wortlaut")
    default_sort = "-decided_on"
    count_label = gettext_lazy("Beschlüsse")
    empty_title = gettext_lazy("Noch keine Beschlüsse")
    empty_text = gettext_lazy(
        "Der Vorstand entwirft einen Beschluss, stellt ihn zur Abstimmung und hält das Ergebnis fest."
    )

    def get_queryset(self) -> QuerySet[Resolution]:
        return with_wording(visible_resolutions(self.request.user)).select_related("body")

    def get_actions(self) -> list[Action]:
        user, actions = self.request.user, []
        if user.has_perm("resolutions.add_resolution"):
            actions.append(Action(_("Beschluss entwerfen"), reverse("resolutions:draft"), primary=True))
        if user.has_perm("resolutions.print_book"):
            actions.append(Action(_("Beschlussbuch drucken"), reverse("resolutions:book")))
        return actions

    def get_empty_action(self) -> Action | None:
        return next((action for action in self.get_actions() if action.primary), None)


class ResolutionPage(ObjectPage):
    """Everything about one resolution: result, wording, versions, effects, what is to be done."""

    permission = "resolutions.view_resolution"
    template_name = "resolutions/resolution.html"

    def get_object(self) -> Resolution:
        return get_resolution(self.request.user, self.kwargs["pk"])

    def get_title(self) -> str:
        return str(self.object.title)

    def get_badge(self) -> Badge:
        return state_badge(self.object)

    def get_breadcrumbs(self) -> list[tuple[Any, str]]:
        return [(_("Beschlüsse"), reverse("resolutions:register"))]

    def get_actions(self) -> list[Action]:
        return [
            Action(label, reverse(f"resolutions:{name}", args=[self.object.pk]), primary=primary)
            for permission, label, name, primary in steps(self.object)
            if self.request.user.has_perm(permission, self.object)
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        resolution = self.object
        version = resolution.final_version or latest_version(resolution.text)
        superseded = list(resolution.superseded_by.select_related("later"))
        context = {
            "version": version,
            "versions": versions_of(resolution.text),
            "versions_url": f"{resolution.get_absolute_url()}fassungen/",
            "superseded_by": superseded,
            "ended": next((row for row in superseded if row.relation in ENDED), None),
            "supersedes": resolution.supersedes.select_related("earlier"),
            "effects": resolution.effects.select_related("content_type").prefetch_related("target"),
            "may_finish_all": self.request.user.has_perm("resolutions.decide_resolution"),
            "follow_ups": resolution.follow_ups.select_related("responsible"),
            "documents": documents_about(self.request.user, resolution),
            "shown": ExtractPrint(resolution, "", resolution.decided_on) if resolution.is_decided else None,
            "cautions": cautions_of(resolution) if self.request.user.has_perm("resolutions.add_resolution") else [],
        }
        return super().get_context_data(**context | kwargs)


def cautions_of(resolution: Resolution) -> list[str]:
    if not resolution.is_decided:
        return []
    return cautions(
        resolution,
        mode=resolution.mode,
        on=resolution.decided_on,
        convened_on=resolution.convened_on,
        is_announced=resolution.is_subject_announced,
        is_quorate=resolution.is_quorate,
    )


def documents_about(user: Any, resolution: Resolution) -> QuerySet[Document]:
    kind = ContentType.objects.get_for_model(Resolution)
    return visible_documents(user).filter(subject_type=kind, subject_id=resolution.pk)


def steps(resolution: Resolution) -> list[tuple[str, str, str, bool]]:
    """What can be done next from the present state: permission, label, address, whether it is the main step."""
    change, decide = "resolutions.change_resolution", "resolutions.decide_resolution"
    if resolution.state == ResolutionState.DRAFT:
        return [
            ("resolutions.propose_resolution", _("Zur Abstimmung stellen"), "propose", True),
            (change, _("Entwurf bearbeiten"), "revise", False),
            (change, _("Zurückziehen"), "withdraw", False),
        ]
    if resolution.state == ResolutionState.PROPOSED:
        return [
            (decide, _("Abstimmung festhalten"), "decide", True),
            (decide, _("Zurück in den Entwurf"), "return", False),
            (decide, _("Zurückziehen"), "withdraw", False),
        ]
    if not resolution.is_adopted:
        return []
    publish = "resolutions.publish_resolution"
    waits = resolution.effective_on is None
    return [
        ("resolutions.issue_extract", _("Ausfertigung erstellen"), "extract", True),
        *([(decide, _("Eintragung festhalten"), "entry", False)] if waits else []),
        (decide, _("Folgeaufgabe anlegen"), "follow-up", False),
        (decide, _("Aufheben oder ändern"), "repeal", False),
        (publish, _("Veröffentlichung beenden"), "unpublish", False)
        if resolution.is_public
        else (publish, _("Veröffentlichen"), "publish", False),
    ]


class OwnText:
    """The resolution whose text is shown."""

    permission = "resolutions.view_resolution"
    request: Any
    kwargs: dict[str, Any]
    object: Resolution

    def get_object(self) -> Resolution:
        return get_resolution(self.request.user, self.kwargs["pk"])

    def get_breadcrumbs(self) -> list[tuple[Any, str]]:
        register = (_("Beschlüsse"), reverse("resolutions:register"))
        return [register, (self.object.reference or self.object.title, self.object.get_absolute_url())]


class ResolutionVersionPage(OwnText, VersionPage):
    pass


class ResolutionComparePage(OwnText, ComparePage):
    pass


class PublicRegisterPage(TablePage):
    permission = PUBLIC
    template_name = "resolutions/register.html"
    title = gettext_lazy("Öffentliche Beschlüsse")
    lead = gettext_lazy("Was das Netzwerk beschlossen und veröffentlicht hat.")
    columns = [
        Column(
            "reference",
            gettext_lazy("Nummer"),
            sort=("year", "body__code", "number"),
            template="resolutions/_reference.html",
        ),
        Column(
            "title",
            gettext_lazy("Titel"),
            sort=True,
            link=lambda row: reverse("resolutions:public-resolution", args=[row.reference]),
        ),
        Column("body", gettext_lazy("Gremium"), sort="body__code"),
        Column("decided_on", gettext_lazy("Beschlossen"), sort=True),
    ]
    search_fields = ("title", "reference", "wording")
    default_sort = "-decided_on"
    count_label = gettext_lazy("Beschlüsse")
    empty_title = gettext_lazy("Noch keine veröffentlichten Beschlüsse")

    def get_queryset(self) -> QuerySet[Resolution]:
        return with_wording(Resolution.objects.filter(is_public=True)).select_related("body")


class PublicResolutionPage(ObjectPage):
    permission = PUBLIC
    template_name = "resolutions/public.html"

    def get_object(self) -> Resolution:
        return get_public_resolution(self.kwargs["reference"])

    def get_title(self) -> str:
        return str(self.object.title)

    def get_breadcrumbs(self) -> list[tuple[Any, str]]:
        return [(_("Öffentliche Beschlüsse"), reverse("resolutions:public-register"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        superseded = self.object.superseded_by.select_related("later")
        return super().get_context_data(version=self.object.final_version, superseded_by=superseded, **kwargs)
