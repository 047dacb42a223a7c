"""The list of papers, one paper, its text versions, and the public pages."""

from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.tables import Column, Filter
from apps.core.views import PUBLIC, Action, Badge, ObjectPage, TablePage
from apps.members.domain.queries import member_count
from apps.papers.domain.queries import (
    SignatureStatus,
    carrying_signatures,
    cities_still_silent,
    former_signatures,
    signature_status,
)
from apps.papers.enums import Level, PaperState, PaperType
from apps.papers.models import Paper
from apps.papers.rules import get_paper, get_public_paper, signing_cities, visible_papers
from apps.texts.domain.queries import latest_version, versions_of
from apps.texts.pages import ComparePage, VersionPage

TONES = {
    PaperState.IDEA: "neutral",
    PaperState.DRAFT: "neutral",
    PaperState.FROZEN: "info",
    PaperState.PUBLISHED: "success",
    PaperState.WITHDRAWN: "warning",
}


def with_signature_count(papers: QuerySet[Paper]) -> QuerySet[Paper]:
    """Annotate `signed`: active signatures under the frozen version."""
    counts = Q(signatures__withdrawn_on__isnull=True, signatures__version=F("frozen_version"))
    return papers.annotate(signed=Count("signatures", filter=counts))


class PapersPage(TablePage):
    permission = "papers.view_paper"
    title = gettext_lazy("Positionspapiere")
    lead = gettext_lazy("Gemeinsame Erklärungen: Es sprechen allein die Städte, die unterzeichnen.")
    filters = [
        Filter("art", gettext_lazy("Art"), PaperType.choices, field="type"),
        Filter("ebene", gettext_lazy("Ebene"), Level.choices, field="level"),
        Filter("stand", gettext_lazy("Stand"), PaperState.choices, field="state"),
    ]
    search_fields = ("title", "place", "addressees")
    default_sort = "-frozen"
    count_label = gettext_lazy("Papiere")
    empty_title = gettext_lazy("Noch keine Positionspapiere")
    empty_text = gettext_lazy("Vorstand oder Geschäftsstelle beginnen ein Papier, die Städte zeichnen mit.")

    @cached_property
    def members(self) -> int:
        return member_count(timezone.localdate())

    def get_columns(self) -> list[Column]:
        return [
            Column("title", gettext_lazy("Titel"), sort=True, link=True),
            Column("type", gettext_lazy("Art"), sort=True),
            Column("level", gettext_lazy("Ebene"), sort=True),
            Column("state", gettext_lazy("Stand"), sort=True, template="papers/_state.html"),
            Column("signed", gettext_lazy("Unterschriften"), sort=True, value=self.signatures, align="right"),
            Column("frozen", gettext_lazy("Textschluss"), sort="frozen_on", value=lambda paper: paper.frozen_on),
        ]

    def signatures(self, paper: Any) -> str:
        return (
            _("%(signed)s von %(members)s") % {"signed": paper.signed, "members": self.members}
            if paper.frozen_on
            else ""
        )

    def get_queryset(self) -> QuerySet[Paper]:
        return with_signature_count(visible_papers(self.request.user))

    def get_actions(self) -> list[Action]:
        if self.request.user.has_perm("papers.add_paper"):
            return [Action(_("Papier beginnen"), reverse("papers:draft"), primary=True)]
        return []

    def get_empty_action(self) -> Action | None:
        return next(iter(self.get_actions()), None)


class PaperPage(ObjectPage):
    permission = "papers.view_paper"
    template_name = "papers/paper.html"

    def get_object(self) -> Paper:
        return get_paper(self.request.user, self.kwargs["slug"])

    def get_badge(self) -> Badge:
        return Badge(self.object.get_state_display(), TONES[PaperState(self.object.state)])

    def get_breadcrumbs(self) -> list[tuple[Any, str]]:
        return [(_("Positionspapiere"), reverse("papers:papers"))]

    def get_actions(self) -> list[Action]:
        user = self.request.user
        found = [
            Action(label, reverse(f"papers:{name}", args=[self.object.slug]))
            for permission, label, name in self.steps()
            if user.has_perm(permission)
        ]
        return [Action(action.label, action.url, primary=number == 0) for number, action in enumerate(found)]

    def steps(self) -> list[tuple[str, str, str]]:
        """What can be done next: permission, label, address; the first one the person may do is the main step."""
        paper, change = self.object, "papers.change_paper"
        if paper.is_open:
            draft = paper.state == PaperState.DRAFT
            return [
                *([("papers.freeze_paper", _("Text schließen"), "freeze")] if draft else []),
                (change, _("Bearbeiten"), "revise"),
                ("papers.publish_paper", _("Zurückziehen"), "withdraw"),
            ]
        if not paper.is_frozen:
            return []
        signable = paper.may_be_signed_on(timezone.localdate())
        frozen = paper.state == PaperState.FROZEN
        return [
            *([("papers.sign_paper", _("Für meine Stadt zeichnen"), "sign")] if signable and self.can_sign else []),
            *([("papers.publish_paper", _("Veröffentlichen"), "publish")] if frozen else []),
            *([("papers.record_letter", _("Schreiben erfassen"), "letter")] if signable else []),
            (change, _("Drucken"), "print"),
            *([("papers.freeze_paper", _("Überarbeiten"), "reopen")] if frozen else []),
            ("papers.publish_paper", _("Zurückziehen"), "withdraw"),
        ]

    @cached_property
    def can_sign(self) -> bool:
        signed = {row.city_id for row in self.signatures}
        return any(city.pk not in signed for city in signing_cities(self.request.user))

    @cached_property
    def signatures(self) -> list[Any]:
        return carrying_signatures(self.object)

    @cached_property
    def status(self) -> SignatureStatus:
        return signature_status(self.object, timezone.localdate())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        paper, user = self.object, self.request.user
        mine = set(signing_cities(user).values_list("pk", flat=True))
        context = {
            "version": paper.frozen_version
            if paper.frozen_version and not paper.is_open
            else latest_version(paper.text),
            "versions": versions_of(paper.text),
            "versions_url": f"{paper.get_absolute_url()}fassungen/",
            "status": self.status,
            "signatures": self.in_order(),
            "former": former_signatures(paper),
            "silent": cities_still_silent(paper, timezone.localdate()) if user.has_perm("papers.change_paper") else [],
            "withdrawable": mine,
            "may_withdraw_all": user.has_perm("papers.record_letter"),
        }
        return super().get_context_data(**context | kwargs)

    def in_order(self) -> list[Any]:
        by_city = {row.city.name: row for row in self.signatures}
        return [by_city[one.city] for one in self.status.signatories]


class OwnText:
    """The paper whose text is shown."""

    permission = "papers.view_paper"
    request: Any
    kwargs: dict[str, Any]
    object: Paper

    def get_object(self) -> Paper:
        return get_paper(self.request.user, self.kwargs["slug"])

    def get_breadcrumbs(self) -> list[tuple[Any, str]]:
        return [(_("Positionspapiere"), reverse("papers:papers")), (self.object.title, self.object.get_absolute_url())]


class PaperVersionPage(OwnText, VersionPage):
    pass


class PaperComparePage(OwnText, ComparePage):
    pass


class PublicPapersPage(TablePage):
    permission = PUBLIC
    title = gettext_lazy("Erklärungen und Positionspapiere")
    lead = gettext_lazy("Was Städte gemeinsam vertreten. Es sprechen allein die unterzeichnenden Städte.")
    columns = [
        Column("title", gettext_lazy("Titel"), sort=True, link=lambda paper: paper.public_url),
        Column("type", gettext_lazy("Art"), sort=True),
        Column("signed", gettext_lazy("Unterschriften"), sort=True, align="right"),
        Column("published_on", gettext_lazy("Veröffentlicht"), sort=True),
    ]
    search_fields = ("title", "place", "addressees")
    default_sort = "-published_on"
    count_label = gettext_lazy("Papiere")
    empty_title = gettext_lazy("Noch nichts veröffentlicht")

    def get_queryset(self) -> QuerySet[Paper]:
        return with_signature_count(Paper.objects.published())


class PublicPaperPage(ObjectPage):
    permission = PUBLIC
    template_name = "papers/public.html"

    def get_object(self) -> Paper:
        return get_public_paper(self.kwargs["slug"])

    def get_breadcrumbs(self) -> list[tuple[Any, str]]:
        return [(_("Erklärungen und Positionspapiere"), reverse("papers:public-papers"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        status = signature_status(self.object, timezone.localdate())
        newest = self.object.printed.versions.order_by("-version").first() if self.object.printed else None
        return super().get_context_data(version=self.object.frozen_version, status=status, printed=newest, **kwargs)
