"""Who may see and change accounts."""

from typing import Any

import rules
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from apps.accounts.models import RoleAssignment, User
from apps.accounts.roles import Role, has_role, is_signed_in

rules.add_perm("accounts.view_user", has_role(Role.ADMIN, Role.OFFICE))
rules.add_perm("accounts.view_roleassignment", has_role(Role.ADMIN, Role.OFFICE))
rules.add_perm("accounts.change_user", has_role(Role.ADMIN))
rules.add_perm("accounts.view_roles", is_signed_in)
# the journal lies below the accounts and only asks by name
rules.add_perm("audit.view_journal", has_role(Role.AUDITOR, Role.BOARD, Role.TREASURER, Role.ADMIN))


def visible_people(user: User) -> QuerySet[User]:
    return User.objects.all() if user.has_perm("accounts.view_user") else User.objects.none()


def get_person(user: User, pk: int) -> User:
    return get_object_or_404(visible_people(user), pk=pk)


def get_assignment(user: User, person: int, pk: int) -> Any:
    return get_object_or_404(RoleAssignment.objects.select_related("user"), user=get_person(user, person), pk=pk)
