"""The treasurer reads in and books; board and auditors see; for everybody else there is no bank."""

from typing import Any

import rules
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from apps.accounts.roles import Role, has_role
from apps.banking.models import BankAccount, BankLine, BookingRule, KnownAccount, Statement, StatementImport

sees_bank = has_role(Role.TREASURER, Role.BOARD, Role.AUDITOR)
books = has_role(Role.TREASURER)

for model in (
    "bankaccount",
    "bankline",
    "batchnotice",
    "bookingrule",
    "expectedpayment",
    "knownaccount",
    "noticepart",
    "statement",
    "statementfile",
    "statementimport",
    "statementline",
):
    rules.add_perm(f"banking.view_{model}", sees_bank)
rules.add_perm("banking.import_statement", books)
rules.add_perm("banking.book_line", books)
rules.add_perm("banking.change_bankaccount", books)
rules.add_perm("banking.change_bookingrule", books)


def visible_lines(user: Any) -> QuerySet[BankLine]:
    return BankLine.objects.all() if user.has_perm("banking.view_bankline") else BankLine.objects.none()


def get_line(user: Any, pk: int) -> BankLine:
    lines = visible_lines(user).select_related("bank_account", "entry", "parked_entry", "owner", "returns__entry")
    return get_object_or_404(lines, pk=pk)


def visible_statements(user: Any) -> QuerySet[Statement]:
    return Statement.objects.all() if user.has_perm("banking.view_statement") else Statement.objects.none()


def get_statement(user: Any, pk: int) -> Statement:
    return get_object_or_404(
        visible_statements(user).select_related("bank_account", "file__document", "file__statement_import"), pk=pk
    )


def get_import(user: Any, pk: int) -> StatementImport:
    imports = StatementImport.objects.select_related("imported_by")
    visible = imports if user.has_perm("banking.view_statementimport") else imports.none()
    return get_object_or_404(visible, pk=pk)


def visible_accounts(user: Any) -> QuerySet[BankAccount]:
    return BankAccount.objects.all() if user.has_perm("banking.view_bankaccount") else BankAccount.objects.none()


def get_account(user: Any, pk: int) -> BankAccount:
    return get_object_or_404(visible_accounts(user).select_related("account"), pk=pk)


def visible_rules(user: Any) -> QuerySet[BookingRule]:
    rows = BookingRule.objects.known() if user.has_perm("banking.view_bookingrule") else BookingRule.objects.none()
    return rows.select_related("account", "city", "cost_centre", "made_by")


def get_rule(user: Any, pk: int) -> BookingRule:
    return get_object_or_404(visible_rules(user), pk=pk)


def visible_known_accounts(user: Any) -> QuerySet[KnownAccount]:
    rows = KnownAccount.objects.all() if user.has_perm("banking.view_knownaccount") else KnownAccount.objects.none()
    return rows.select_related("city", "learned_from")


def get_known_account(user: Any, pk: int) -> KnownAccount:
    return get_object_or_404(visible_known_accounts(user), pk=pk)
