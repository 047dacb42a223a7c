"""The pages that belong to no single part of the house."""

from itertools import chain
from typing import Any

from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy

from apps.core.registries import Duty, Hit, duty_providers, search_providers
from apps.core.views import PUBLIC, SIGNED_IN, Page
from apps.portal.overview import budget_picture, newest_documents, tiles_for

TONES = {"danger": 0, "warning": 1, "info": 2}


class StartPage(Page):
    """What is due for me, in one list; beside it where things stand."""

    permission = SIGNED_IN
    template_name = "portal/start.html"
    title = gettext_lazy("Übersicht")

    @cached_property
    def duties(self) -> list[Duty]:
        today = timezone.localdate()
        duties = chain.from_iterable(provider(self.request.user, today) for provider in duty_providers)
        return sorted(duties, key=lambda duty: (TONES[duty.tone], duty.due_on is None, duty.due_on or today))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, today = self.request.user, timezone.localdate()
        return super().get_context_data(
            duties=self.duties,
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
