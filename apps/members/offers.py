"""What members offer to the search and to the start page."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.models import User
from apps.core.registries import Duty, Found, Hit, Waiting
from apps.members.domain.queries import member_cities
from apps.members.enums import AddressKind, MembershipState
from apps.members.models import Address, City, Contact, Delegation, Membership
from apps.members.rules import acting_city_ids, keeps_members, sees_contacts, visible_cities

AHEAD = timedelta(days=60)


def search_cities(user: Any, query: str) -> Iterator[Hit]:
    named = Q(name__icontains=query) | Q(official_name__icontains=query) | Q(municipality__ags=query)
    for city in visible_cities(user).filter(named).order_by("name")[:10]:
        yield Hit(_("Stadt"), city.name, city.get_absolute_url(), city.get_land_display())


def search_contacts(user: Any, query: str) -> Iterator[Hit]:
    """Contacts of the cities whose contacts this person may see."""
    found = Contact.objects.filter(Q(name__icontains=query) | Q(email__icontains=query)).select_related("city")
    if not user.has_perm("members.view_contact"):
        return
    if not sees_contacts(user):
        found = found.filter(city__in=acting_city_ids(user))
    for contact in found.order_by("name")[:10]:
        yield Hit(_("Ansprechperson"), contact.name, contact.get_absolute_url(), str(contact.city))


def member_duties(user: Any, today: date) -> Iterator[Waiting]:
    """Steps that are due for those who keep the members, and delegations that run out."""
    keeps = keeps_members(user)
    if keeps:
        first = Duty(_("Die ersten Städte aufnehmen oder einlesen"), reverse("members:cities"), tone="warning")
        yield Waiting(User.objects.filter(pk=user.pk).exclude(Exists(City.objects.all())), lambda _found: first)
        yield from _open_steps(today)
        yield from _missing_particulars(today)
    if keeps or acting_city_ids(user):
        mine = Q() if keeps else Q(city__in=acting_city_ids(user))
        ending = Delegation.objects.filter(mine, valid_until__gt=today, valid_until__lte=today + AHEAD)
        yield Waiting(ending, _delegations_end, day="valid_until", name="city__name")


def _delegations_end(found: Found) -> Duty:
    title = ngettext(
        "%(city)s: Eine Entsendung läuft aus",
        "%(count)s Entsendungen laufen aus, zum Beispiel in %(city)s",
        found.count,
    )
    return Duty(title % {"count": found.count, "city": found.name}, _city_url(found), due_on=found.day)


def _city_url(found: Found, standing: str = "alle") -> str:
    """The list of cities with this standing, with only the one city if there is only one."""
    search = {"suche": found.name} if found.count == 1 else {}
    return f"{reverse('members:cities')}?{urlencode({'stand': standing} | search)}"


def _open_steps(today: date) -> Iterator[Waiting]:
    yield _step(MembershipState.APPLIED, _("Über den Antrag von %s entscheiden"), day="applied_on")
    admitted = _step(MembershipState.ADMITTED, _("Mitgliedschaft wirksam werden lassen: %s"), day="starts_on")
    yield replace(admitted, rows=admitted.rows.filter(starts_on__lte=today))
    leaving = _step(MembershipState.NOTICE_GIVEN, _("Mitgliedschaft schließen: %s"), day="ends_on")
    yield replace(leaving, rows=leaving.rows.filter(ends_on__lt=today))


def _step(state: MembershipState, title: str, *, day: str) -> Waiting:
    def duty(found: Found) -> Duty:
        return Duty(title % _named(found), _city_url(found, state), due_on=found.day)

    return Waiting(Membership.objects.filter(state=state), duty, day=day, name="city__name")


def _named(found: Found) -> str:
    """»Bonn« or »Bonn und 3 weitere«."""
    more = found.count - 1
    return _("%(city)s und %(more)s weitere") % {"city": found.name, "more": more} if more else found.name


def _missing_particulars(today: date) -> Iterator[Waiting]:
    """Members without an address or without anyone who acts for them."""
    postal = Address.objects.valid_on(today).filter(city=OuterRef("pk"), kind=AddressKind.POSTAL)
    acting = Delegation.objects.valid_on(today).filter(city=OuterRef("pk"))
    cities = member_cities(today)
    yield Waiting(cities.exclude(Exists(postal)), _missing(_("Postanschrift fehlt")), name="name")
    yield Waiting(cities.exclude(Exists(acting)), _missing(_("entsandte Person fehlt")), name="name")


def _missing(what: str) -> Callable[[Found], Duty]:
    return lambda found: Duty(f"{_named(found)}: {what}", _city_url(found, "mitglied"))
