"""The pages that belong to no single part of the house."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import chain
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy

from apps.budget.duties import deviation_duties
from apps.core.registries import Hit, Milestone, Waiting, duty_providers, milestone_providers, search_providers
from apps.core.views import PUBLIC, SIGNED_IN, Page
from apps.core.waiting import count_together, duties_of, parts_of, steps_of
from apps.portal.overview import budget_picture, budget_standing, newest_documents, own_cities, tiles_for

AHEAD = timedelta(days=92)
NEXT = 4
TONES = {"danger": 0, "warning": 1, "info": 2}


class StartPage(Page):
    """What is due for me, in one list; beside it where things stand. The steps of the year come in a request of their own.

    Everything that only has to be counted, for duties and tiles, is counted in one query.
    """

    permission = SIGNED_IN
    template_name = "portal/start.html"
    title = gettext_lazy("Übersicht")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, today = self.request.user, timezone.localdate()
        standing = budget_standing(user, today)
        parts = list(chain.from_iterable(provider(user, today) for provider in duty_providers))
        waiting = [part for part in parts if isinstance(part, Waiting)]
        tiles = list(tiles_for(user, today))
        counted = iter(count_together([*waiting, *tiles]))
        duties = duties_of(parts, counted)
        shown = [shown for tile in tiles if (shown := tile.duty(next(counted)))]
        if user.has_perm("budget.adopt_budgetplan"):
            duties += deviation_duties(standing)
        return super().get_context_data(
            duties=sorted(duties, key=lambda duty: (TONES[duty.tone], duty.due_on is None, duty.due_on or today)),
            takes_steps=next(milestones(user, [today.year]), None) is not None,
            today=today,
            tiles=shown,
            own_cities=own_cities(user, today),
            budget=standing and budget_picture(standing),
            documents=newest_documents(user),
            **kwargs,
        )


class YearPage(Page):
    """The steps of the association's year that this person takes, each with whether it is done.

    Those of last year that are still open, all of this year and of the next three months, and beyond them what comes next.
    """

    permission = SIGNED_IN
    template_name = "portal/year.html"
    title = gettext_lazy("Der Jahreslauf")

    def get_template_names(self) -> list[str]:
        return ["portal/parts/year.html"] if getattr(self.request, "htmx", False) else [self.template_name]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, today = self.request.user, timezone.localdate()
        years = range(today.year - 1, today.year + 2)
        steps = [step for step in milestones(user, years) if step.on.year in years]
        year = steps_of(steps, count_together(parts_of(steps)))
        return super().get_context_data(year=steps_to_show(year, today), today=today, **kwargs)


def milestones(user: Any, years: Sequence[int]) -> Iterator[Milestone]:
    return chain.from_iterable(provider(user, years) for provider in milestone_providers)


def steps_to_show(year: Sequence[tuple[Milestone, bool]], today: date) -> list[tuple[Milestone, bool]]:
    """Steps of the year in their order, without what was done before it and what lies far ahead."""
    known = [(step, done) for step, done in year if not done or step.on.year >= today.year]
    near = [pair for pair in known if pair[0].on <= today + AHEAD]
    later = [pair for pair in known if pair[0].on > today + AHEAD and not pair[1]]
    return [*near, *later[:NEXT]]


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
