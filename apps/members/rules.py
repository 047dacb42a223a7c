"""Who may see and change what about the cities."""

from datetime import date
from typing import Any

import rules
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone

from apps.accounts.roles import Role, has_role, is_signed_in
from apps.members.domain.queries import delegated_cities
from apps.members.models import Address, City, Contact, Delegation, Municipality


def acting_city_ids(user: Any) -> frozenset[int]:
    """Ids of the cities `user` acts for today; read once per request and user object."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    cached = getattr(user, "_acting_city_ids", None)
    if cached is None:
        cached = user._acting_city_ids = frozenset(
            delegated_cities(user.pk, timezone.localdate()).values_list("pk", flat=True)
        )
    return cached


def cities_of(user: Any, on: date | None = None) -> QuerySet[City]:
    """Cities `user` acts for on that day (today)."""
    if not user.is_authenticated or not user.is_active:
        return City.objects.none()
    return delegated_cities(user.pk, on or timezone.localdate())


@rules.predicate
def acts_for_city(user: Any, obj: Any = None) -> bool:
    """A delegation valid today lets `user` act for `obj`, a city or something with a `city`; without it, for any city."""
    mine = acting_city_ids(user)
    if obj is None:
        return bool(mine)
    city_id = obj.pk if isinstance(obj, City) else obj.city_id
    return city_id in mine


keeps_members = has_role(Role.OFFICE, Role.BOARD, Role.ADMIN)
sees_contacts = has_role(Role.OFFICE, Role.BOARD, Role.TREASURER, Role.ADMIN)

rules.add_perm("members.view_city", is_signed_in)
rules.add_perm("members.view_municipality", is_signed_in)
rules.add_perm("members.view_populationfigure", is_signed_in)
rules.add_perm("members.view_membership", is_signed_in)
rules.add_perm("members.view_contact", sees_contacts | acts_for_city)
rules.add_perm("members.view_address", sees_contacts | has_role(Role.AUDITOR) | acts_for_city)
rules.add_perm("members.view_delegation", is_signed_in)
rules.add_perm("members.add_city", keeps_members)
rules.add_perm("members.change_city", keeps_members | has_role(Role.TREASURER) | acts_for_city)
rules.add_perm("members.change_contact", keeps_members | acts_for_city)
rules.add_perm("members.change_address", keeps_members | has_role(Role.TREASURER) | acts_for_city)
rules.add_perm("members.change_delegation", keeps_members)
rules.add_perm("members.change_membership", has_role(Role.BOARD, Role.OFFICE))
rules.add_perm("members.record_population", has_role(Role.OFFICE, Role.TREASURER, Role.ADMIN))
rules.add_perm("members.import_members", has_role(Role.OFFICE, Role.ADMIN))
rules.add_perm("members.export_members", sees_contacts | has_role(Role.AUDITOR))


def visible_cities(user: Any) -> QuerySet[City]:
    """All who are signed in see which cities there are."""
    return City.objects.all() if user.has_perm("members.view_city") else City.objects.none()


def get_city(user: Any, slug: str) -> City:
    return get_object_or_404(visible_cities(user).select_related("municipality"), slug=slug)


def get_contact(user: Any, pk: int) -> Contact:
    return get_object_or_404(Contact.objects.select_related("city"), pk=pk, city__in=visible_cities(user))


def get_address(user: Any, pk: int) -> Address:
    return get_object_or_404(Address.objects.select_related("city"), pk=pk, city__in=visible_cities(user))


def get_delegation(user: Any, pk: int) -> Delegation:
    delegations = Delegation.objects.select_related("city", "user")
    return get_object_or_404(delegations, pk=pk, city__in=visible_cities(user))


def visible_municipalities(user: Any) -> QuerySet[Municipality]:
    return Municipality.objects.all() if user.has_perm("members.view_municipality") else Municipality.objects.none()


def get_municipality(user: Any, ags: str) -> Municipality:
    return get_object_or_404(visible_municipalities(user), ags=ags)
