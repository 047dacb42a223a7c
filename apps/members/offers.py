"""What members offer to the search and to the start page."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.registries import Duty, Hit
from apps.members.domain.queries import member_cities
from apps.members.enums import AddressKind, MembershipState
from apps.members.models import Address, Contact, Delegation, Membership
from apps.members.rules import acting_city_ids, keeps_members, sees_contacts, visible_cities

AHEAD = timedelta(days=60)
NAMED = 5


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


def member_duties(user: Any, today: date) -> Iterator[Duty]:
    """Steps that are due for those who keep the members, and delegations that run out."""
    if keeps_members(user):
        yield from _open_steps(today)
        yield from _missing_particulars(today)
    mine = Q(city__in=acting_city_ids(user)) if not keeps_members(user) else Q()
    ending = Delegation.objects.filter(mine, valid_until__gt=today, valid_until__lte=today + AHEAD)
    for delegation in ending.select_related("user", "city"):
        yield Duty(
            _("Entsendung läuft aus: %s") % delegation, delegation.get_absolute_url(), due_on=delegation.valid_until
        )


STEP_TITLES = {
    MembershipState.APPLIED: gettext_lazy("Über den Antrag von %s entscheiden"),
    MembershipState.ADMITTED: gettext_lazy("Mitgliedschaft von %s wirksam werden lassen"),
    MembershipState.NOTICE_GIVEN: gettext_lazy("Mitgliedschaft von %s schließen"),
}


def _open_steps(today: date) -> Iterator[Duty]:
    due = (
        Q(state=MembershipState.APPLIED)
        | Q(state=MembershipState.ADMITTED, starts_on__lte=today)
        | Q(state=MembershipState.NOTICE_GIVEN, ends_on__lt=today)
    )
    for episode in Membership.objects.filter(due).select_related("city"):
        day = {"applied": episode.applied_on, "admitted": episode.starts_on}.get(episode.state, episode.ends_on)
        title = STEP_TITLES[MembershipState(episode.state)] % episode.city
        yield Duty(title, episode.get_absolute_url(), due_on=day)


def _missing_particulars(today: date) -> Iterator[Duty]:
    """Members without an address or without anyone who acts for them; one query that gives only those; many cities stand in one line."""
    postal = Address.objects.valid_on(today).filter(city=OuterRef("pk"), kind=AddressKind.POSTAL)
    acting = Delegation.objects.valid_on(today).filter(city=OuterRef("pk"))
    cities = list(
        member_cities(today)
        .annotate(is_addressed=Exists(postal), is_represented=Exists(acting))
        .exclude(is_addressed=True, is_represented=True)
    )
    for label, lacking in (
        (_("Postanschrift"), [city for city in cities if not city.is_addressed]),
        (_("entsandte Person"), [city for city in cities if not city.is_represented]),
    ):
        if len(lacking) == 1:
            yield Duty(
                _("%(city)s: %(what)s fehlt") % {"city": lacking[0], "what": label}, lacking[0].get_absolute_url()
            )
        elif lacking:
            named = ", ".join(str(city) for city in lacking[:NAMED])
            more = _(" und %s weitere") % (len(lacking) - NAMED) if len(lacking) > NAMED else ""
            title = _("%(count)s Städten fehlt: %(what)s") % {"count": len(lacking), "what": label}
            yield Duty(title, reverse("members:cities"), named + more)
