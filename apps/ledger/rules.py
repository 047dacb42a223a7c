"""The treasurer keeps the books; board and auditors see them; for everybody else there are none."""

from typing import Any

import rules
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from apps.accounts.roles import Role, has_role
from apps.ledger.models import Account, CostCentre, Entry

sees_books = has_role(Role.TREASURER, Role.BOARD, Role.AUDITOR)
keeps_books = has_role(Role.TREASURER)

for model in ("account", "costcentre", "entry", "entryline", "addedvoucher", "periodlock"):
    rules.add_perm(f"ledger.view_{model}", sees_books)
rules.add_perm("ledger.post_entry", keeps_books)
rules.add_perm("ledger.close_period", keeps_books)
rules.add_perm("ledger.change_account", keeps_books)
rules.add_perm("ledger.change_costcentre", keeps_books)


def visible_entries(user: Any) -> QuerySet[Entry]:
    return Entry.objects.all() if user.has_perm("ledger.view_entry") else Entry.objects.none()


def get_entry(user: Any, year: int, number: int) -> Entry:
    entries = visible_entries(user).select_related("posted_by", "voucher", "reverses", "reversed_by")
    return get_object_or_404(entries, year=year, number=number)


def visible_accounts(user: Any) -> QuerySet[Account]:
    return Account.objects.all() if user.has_perm("ledger.view_account") else Account.objects.none()


def get_account(user: Any, number: str) -> Account:
    return get_object_or_404(visible_accounts(user), number=number)


def visible_cost_centres(user: Any) -> QuerySet[CostCentre]:
    return CostCentre.objects.all() if user.has_perm("ledger.view_costcentre") else CostCentre.objects.none()


def get_cost_centre(user: Any, number: str) -> CostCentre:
    return get_object_or_404(visible_cost_centres(user), number=number)
