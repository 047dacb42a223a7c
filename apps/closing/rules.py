"""Treasurer, board and auditors see the closing; the treasurer keeps it. The auditors' signed report makes it examined."""

from typing import Any

import rules
from django.db.models import Exists, OuterRef, QuerySet
from django.shortcuts import get_object_or_404

from apps.accounts.roles import Role, has_role
from apps.closing.domain.datev import closed_year_before
from apps.closing.models import AnnualAccounts, AuditPackage, ReserveMovement

sees_closing = has_role(Role.TREASURER, Role.BOARD, Role.AUDITOR)

for model in ("annualaccounts", "reservemovement", "advisersettings", "auditpackage"):
    rules.add_perm(f"closing.view_{model}", sees_closing)
rules.add_perm("closing.change_annualaccounts", has_role(Role.TREASURER))
rules.add_perm("closing.adopt_annualaccounts", has_role(Role.TREASURER, Role.BOARD))
rules.add_perm("closing.add_reservemovement", has_role(Role.TREASURER))
rules.add_perm("closing.change_advisersettings", has_role(Role.TREASURER))
rules.add_perm("closing.export", has_role(Role.TREASURER))
rules.add_perm("closing.add_auditpackage", has_role(Role.TREASURER, Role.AUDITOR))


def visible_accounts(user: Any) -> QuerySet[AnnualAccounts]:
    allowed = user.has_perm("closing.view_annualaccounts")
    return AnnualAccounts.objects.all() if allowed else AnnualAccounts.objects.none()


def get_accounts(user: Any, year: int) -> AnnualAccounts:
    """The accounts of a year, with `is_next_after_closed`: whether the year before is closed."""
    people = ("prepared_by", "examined_by", "closed_by", "resolution", "document", "lock")
    accounts = visible_accounts(user).annotate(is_next_after_closed=Exists(closed_year_before(OuterRef("year"))))
    return get_object_or_404(accounts.select_related(*people), year=year)


def visible_movements(user: Any) -> QuerySet[ReserveMovement]:
    movements = ReserveMovement.objects.select_related("resolution", "entry")
    return movements if user.has_perm("closing.view_reservemovement") else movements.none()


def visible_packages(user: Any) -> QuerySet[AuditPackage]:
    packages = AuditPackage.objects.select_related("made_by")
    return packages if user.has_perm("closing.view_auditpackage") else packages.none()


def get_package(user: Any, year: int, pk: int) -> AuditPackage:
    return get_object_or_404(visible_packages(user), year=year, pk=pk)
