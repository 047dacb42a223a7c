"""Acts on contacts and delegations of a city."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.acts import act
from apps.core.errors import DomainError
from apps.members.models import City, Contact, Delegation


class PeriodWrong(DomainError):
    """The end does not lie after the beginning."""


class AlreadyDelegated(DomainError):
    """The person already acts for the city in this way."""


@transaction.atomic
def add_contact(city: City, *, by: User | None, on: date, **details: Any) -> Contact:
    """Add a person to turn to from `on`."""
    with act("members.contact_added", city, by=by, data={"on": on}):
        return Contact.objects.create(city=city, valid_from=on, **details)


@transaction.atomic
def change_contact(contact: Contact, changes: Mapping[str, Any], *, by: User | None, on: date) -> Contact:
    """Write the fields that differ."""
    contact = Contact.objects.select_for_update().select_related("city").get(pk=contact.pk)
    changed = {field: value for field, value in changes.items() if getattr(contact, field) != value}
    if changed:
        with act("members.contact_changed", contact.city, by=by, data={"fields": sorted(changed), "on": on}):
            for field, value in changed.items():
                setattr(contact, field, value)
            contact.save()
    return contact


@transaction.atomic
def end_contact(contact: Contact, *, by: User | None, on: date) -> Contact:
    """Let the person be a contact no longer from `on`."""
    contact = Contact.objects.select_for_update().select_related("city").get(pk=contact.pk)
    guard_end(contact.valid_from, contact.valid_until, on)
    with act("members.contact_ended", contact.city, by=by, data={"on": on}):
        contact.valid_until = on
        contact.save()
    return contact


@transaction.atomic
def add_delegation(
    city: City,
    user: User,
    *,
    by: User | None,
    on: date,
    until: date | None = None,
    **details: Any,
) -> Delegation:
    """Let `user` act for the city from `on` until `until` (exclusive); the city needs no other act."""
    if until is not None and until <= on:
        raise PeriodWrong(_("Das Ende muss nach dem Beginn liegen."), field="valid_until")
    with act("members.delegation_added", city, by=by, data={"user": user.pk, "on": on, "until": until}):
        try:
            with transaction.atomic():
                return Delegation.objects.create(city=city, user=user, valid_from=on, valid_until=until, **details)
        except IntegrityError:
            raise AlreadyDelegated(
                _(
                    "%(person)s handelt schon in dieser Eigenschaft für %(city)s. Beenden Sie zuerst die laufende Entsendung."
                )
                % {"person": user, "city": city},
                field="user",
            ) from None


@transaction.atomic
def end_delegation(delegation: Delegation, *, by: User | None, on: date, reason: str = "") -> Delegation:
    """From `on` the person acts for the city no longer."""
    delegation = Delegation.objects.select_for_update().select_related("city", "user").get(pk=delegation.pk)
    guard_end(delegation.valid_from, delegation.valid_until, on)
    with act(
        "members.delegation_ended",
        delegation.city,
        by=by,
        reason=reason,
        data={"user": delegation.user_id, "on": on},
    ):
        delegation.valid_until = on
        delegation.save()
    return delegation


def guard_end(valid_from: date, valid_until: date | None, on: date) -> None:
    if valid_until is not None and valid_until <= on:
        raise PeriodWrong(_("Das ist schon am %s beendet worden.") % f"{valid_until:%d.%m.%Y}", field="on")
    if on <= valid_from:
        raise PeriodWrong(_("Das Ende muss nach dem %s liegen.") % f"{valid_from:%d.%m.%Y}", field="on")
