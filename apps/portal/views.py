"""The pages that belong to no single part of the house."""

from datetime import timedelta
from itertools import chain
from typing import Any

from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy

from apps.core.registries import Duty, Hit, Milestone, duty_providers, milestone_providers, search_providers
from apps.core.views import PUBLIC, SIGNED_IN, Page
from apps.core.waiting import resolve, taken
from apps.portal.overview import budget_picture, newest_documents, tiles_for

AHEAD = timedelta(days=92)
TONES = {"danger": 0, "warning": 1, "info": 2}


class StartPage(Page):
    """What is due for me, in one list; beside it where things stand."""

    permission = SIGNED_IN
    template_name = "portal/start.html"
    title = gettext_lazy("Übersicht")

    @cached_property
    def duties(self) -> list[Duty]:
        today = timezone.localdate()
        found = chain.from_iterable(provider(self.request.user, today) for provider in duty_providers)
        return sorted(resolve(found), key=lambda duty: (TONES[duty.tone], duty.due_on is None, duty.due_on or today))

    @cached_property
    def year(self) -> list[tuple[Milestone, bool]]:
        """The steps of last year that are still open, and all of this year and of the next three months."""
        today = timezone.localdate()
        years = range(today.year - 1, today.year + 2)
        steps = [
            step for year in years for provider in milestone_providers for step in provider(self.request.user, year)
        ]
        ahead = today + AHEAD
        return [
            (step, done) for step, done in taken(steps) if step.on <= ahead and (not done or step.on.year >= today.year)
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, today = self.request.user, timezone.localdate()
        return super().get_context_data(
            duties=self.duties,
            year=self.year,
            today=today,
            tiles=list(tiles_for(user, today)),
            budget=budget_picture(user, today),
            documents=newest_documents(user),
            **kwargs,
        )


class SearchPage(Page):
    """Search over everything this person may see."""

    permission = SIGNED_IN
    template_name = "portal/search.html"
    title = gettext_lazy("Suche")

    @property
    def query(self) -> str:
        return self.request.GET.get("q", "").strip()

    def find(self) -> list[Hit]:
        if len(self.query) < 2:
            return []
        return list(chain.from_iterable(provider(self.request.user, self.query) for provider in search_providers))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(hits=self.find(), site_query=self.query, **kwargs)


class ImprintPage(Page):
    """§ 5 DDG: name, address, legal form, register and electronic contact."""

    permission = PUBLIC
    template_name = "portal/imprint.html"
    title = gettext_lazy("Impressum")


class PrivacyPage(Page):
    permission = PUBLIC
    template_name = "portal/privacy.html"
    title = gettext_lazy("Datenschutz")


class AccessibilityPage(Page):
    """Statement on accessibility (§ 7 BITV 2.0)."""

    permission = PUBLIC
    template_name = "portal/accessibility.html"
    title = gettext_lazy("Barrierefreiheit")
