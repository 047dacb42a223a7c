"""What the start page and the search learn from here."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core.registries import Duty, Hit
from apps.members.domain.queries import member_cities
from apps.papers.enums import PaperState
from apps.papers.models import Paper, Signature
from apps.papers.rules import is_board, signing_cities, visible_papers
from apps.texts.models import TextVersion


def search_papers(user: Any, query: str) -> Iterator[Hit]:
    """The ten newest papers this person may read with every word in title, addressees or wording."""
    newest = TextVersion.objects.filter(text=OuterRef("text")).order_by("-number")
    found = visible_papers(user).alias(wording=Subquery(newest.values("plain")[:1]))
    for word in query.split():
        found = found.filter(Q(title__icontains=word) | Q(addressees__icontains=word) | Q(wording__icontains=word))
    for paper in found[:10]:
        yield Hit(_("Positionspapier"), paper.title, paper.get_absolute_url(), paper.get_state_display())


def paper_duties(user: Any, today: date) -> Iterator[Duty]:
    """Papers that wait for a decision of the person's city, and for the board those to be finished or published."""
    if not user.is_authenticated:
        return
    yield from signing_duties(user, today)
    if is_board(user):
        yield from board_duties()


def signing_duties(user: Any, today: date) -> Iterator[Duty]:
    cities = list(signing_cities(user, today).filter(pk__in=member_cities(today).values("pk")))
    if not cities:
        return
    papers = list(Paper.objects.signable_on(today))
    signed = set(
        Signature.objects.active()
        .filter(city__in=cities, paper__in=papers, version=F("paper__frozen_version"))
        .values_list("paper_id", "city_id")
    )
    for paper in papers:
        for city in cities:
            if (paper.pk, city.pk) not in signed:
                url = f"{reverse('papers:sign', args=[paper.slug])}?stadt={city.slug}"
                title = _("%(city)s kann zeichnen: %(title)s") % {"city": city, "title": paper.title}
                yield Duty(title, url, _("Nicht zu zeichnen hat keine Folgen."), paper.sign_until)


def board_duties() -> Iterator[Duty]:
    for paper in Paper.objects.filter(state__in=[PaperState.DRAFT, PaperState.FROZEN]).order_by("-pk")[:10]:
        if paper.state == PaperState.FROZEN:
            title = _("Unterschriften werden gesammelt: %s") % paper.title
            yield Duty(title, paper.get_absolute_url(), due_on=paper.sign_until)
        else:
            yield Duty(_("Positionspapier fertigstellen: %s") % paper.title, paper.get_absolute_url())
