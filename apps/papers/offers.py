"""What the start page and the search learn from here."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.registries import Duty, Found, Hit, Waiting
from apps.members.domain.queries import member_cities
from apps.members.models import City
from apps.members.rules import acting_city_ids
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


def paper_duties(user: Any, today: date) -> Iterator[Duty | Waiting]:
    """Papers that wait for a decision of the person's city, and for the board those to be finished or published."""
    if not user.is_authenticated:
        return
    if acting_city_ids(user):
        yield from signing_duties(user, today)
    if is_board(user):
        drafts = Paper.objects.filter(state=PaperState.DRAFT)
        yield Waiting(drafts, to_finish, name="title")
        frozen = Paper.objects.filter(state=PaperState.FROZEN)
        yield Waiting(frozen, being_signed, day="sign_until", name="title")


def signing_duties(user: Any, today: date) -> Iterator[Duty]:
    """Two queries for any number of cities and papers."""
    cities = list(signing_cities(user, today).filter(pk__in=member_cities(today).values("pk")))
    signed = {f"signed_{city.pk}": Exists(_signatures_of(city)) for city in cities}
    for paper in Paper.objects.signable_on(today).annotate(**signed) if cities else ():
        for city in cities:
            if not getattr(paper, f"signed_{city.pk}"):
                url = f"{reverse('papers:sign', args=[paper.slug])}?stadt={city.slug}"
                title = _("%(city)s kann zeichnen: %(title)s") % {"city": city, "title": paper.title}
                yield Duty(title, url, _("Nicht zu zeichnen hat keine Folgen."), paper.sign_until)


def _signatures_of(city: City) -> QuerySet[Signature]:
    return Signature.objects.active().filter(city=city, paper=OuterRef("pk"), version=OuterRef("frozen_version"))


def to_finish(found: Found) -> Duty:
    title = ngettext(
        "Positionspapier fertigstellen: %(title)s",
        "%(count)s Positionspapiere fertigstellen, zum Beispiel: %(title)s",
        found.count,
    )
    return Duty(title % {"count": found.count, "title": found.name}, _list_of(PaperState.DRAFT))


def being_signed(found: Found) -> Duty:
    title = ngettext(
        "Unterschriften werden gesammelt: %(title)s",
        "Unterschriften werden zu %(count)s Papieren gesammelt, zum Beispiel: %(title)s",
        found.count,
    )
    return Duty(title % {"count": found.count, "title": found.name}, _list_of(PaperState.FROZEN), due_on=found.day)


def _list_of(state: PaperState) -> str:
    return f"{reverse('papers:papers')}?stand={state}"
