"""Who may sign in, and in which role from when until when."""

from collections.abc import Iterable
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.accounts.domain.invitations import person_fields, send_invitation
from apps.accounts.models import RoleAssignment, User
from apps.accounts.roles import Role
from apps.audit.acts import act
from apps.core.errors import DomainError


class PersonExists(DomainError):
    """The address belongs to somebody already."""


class RoleAlreadyHeld(DomainError):
    """The person holds this role already."""


class AdministrationExists(DomainError):
    """Somebody can invite people already."""


class LastAdministrator(DomainError):
    """Without an administrator nobody could invite or give roles any more."""


@transaction.atomic
def invite_person(
    *, email: str, first_name: str, last_name: str, roles: Iterable[Role], by: User | None, on: date
) -> User:
    """Create a person without password, give her roles from `on` and mail the invitation."""
    fields = person_fields(email, first_name, last_name)
    exists = PersonExists(_("Für diese E-Mail-Adresse gibt es bereits einen Zugang."), field="email")
    if User.objects.filter(email=fields["email"]).exists():
        raise exists
    with act("accounts.person_invited", by=by, data={"roles": sorted(roles), "on": on}) as entry:
        try:
            with transaction.atomic():
                user = entry.subject = User.objects.create_user(**fields)
        except IntegrityError as error:
            raise exists from error
        for role in roles:
            RoleAssignment.objects.create(user=user, role=role, valid_from=on)
    send_invitation(user)
    return user


@transaction.atomic
def invite_again(user: User, *, by: User | None) -> None:
    """Mail a new link to a person who has not set a password yet."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.has_usable_password():
        raise DomainError(_("%s hat die Einladung schon angenommen.") % user)
    with act("accounts.invited_again", user, by=by):
        send_invitation(user)


def invite_first_administrator(*, email: str, first_name: str, last_name: str, on: date) -> User:
    """Invite the person who then invites all others; until she has set her password, a second call sends her a new link."""
    administrators = User.objects.filter(
        is_active=True, assignments__in=RoleAssignment.objects.valid_on(on).filter(role=Role.ADMIN)
    )
    waiting = administrators.filter(email__iexact=email.strip()).first()
    if waiting is not None:
        invite_again(waiting, by=None)
        return waiting
    if administrators.exists():
        raise AdministrationExists(_("Es gibt schon eine Administration. Sie lädt alle weiteren unter »Personen« ein."))
    return invite_person(email=email, first_name=first_name, last_name=last_name, roles=[Role.ADMIN], by=None, on=on)


@transaction.atomic
def assign_role(user: User, role: Role, *, by: User | None, on: date, until: date | None = None) -> RoleAssignment:
    """Give a role from `on` until `until` (exclusive)."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.assignments.valid_on(on).filter(role=role).exists():
        raise RoleAlreadyHeld(_("%s hat diese Rolle bereits.") % user, field="role")
    if until is not None and until <= on:
        raise DomainError(_("Das Ende muss nach dem Beginn liegen."), field="valid_until")
    with act("accounts.role_assigned", user, by=by, data={"role": role, "from": on, "until": until}):
        return RoleAssignment.objects.create(user=user, role=role, valid_from=on, valid_until=until)


def guard_last_administrator(user: User, on: date) -> None:
    others = RoleAssignment.objects.valid_on(on).filter(role=Role.ADMIN, user__is_active=True).exclude(user=user)
    if not others.exists():
        raise LastAdministrator(
            _("%s ist die letzte Person mit der Rolle Administration. Geben Sie die Rolle zuerst jemand anderem.")
            % user
        )


@transaction.atomic
def end_role(assignment: RoleAssignment, *, by: User, on: date, reason: str) -> RoleAssignment:
    """End a role; `on` is the first day without it."""
    assignment = RoleAssignment.objects.select_for_update().select_related("user").get(pk=assignment.pk)
    if assignment.valid_until is not None and assignment.valid_until <= on:
        return assignment
    if assignment.role == Role.ADMIN:
        guard_last_administrator(assignment.user, on)
    with act("accounts.role_ended", assignment.user, by=by, reason=reason, data={"role": assignment.role, "on": on}):
        if assignment.valid_from >= on:
            assignment.delete()
            return assignment
        assignment.valid_until = on
        assignment.save(update_fields=["valid_until"])
    return assignment


@transaction.atomic
def lock_person(user: User, *, by: User, on: date, reason: str) -> User:
    """Take the access away at once; nothing the person did is touched."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.assignments.valid_on(on).filter(role=Role.ADMIN).exists():
        guard_last_administrator(user, on)
    if user.is_active:
        with act("accounts.person_locked", user, by=by, reason=reason):
            user.is_active = False
            user.save(update_fields=["is_active"])
    return user


@transaction.atomic
def unlock_person(user: User, *, by: User, reason: str) -> User:
    """Give the access back."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if not user.is_active:
        with act("accounts.person_unlocked", user, by=by, reason=reason):
            user.is_active = True
            user.save(update_fields=["is_active"])
    return user
