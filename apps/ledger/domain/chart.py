"""Keeping the chart of accounts: accounts are opened, renamed while unused, and closed."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.audit.acts import act
from apps.ledger.domain.errors import AccountInUse
from apps.ledger.models import Account


def guard_number(number: str, *, other_than: Account | None = None) -> None:
    taken = Account.objects.filter(number=number)
    if other_than:
        taken = taken.exclude(pk=other_than.pk)
    if taken.exists():
        raise AccountInUse(_("Die Kontonummer %s ist schon vergeben.") % number, field="number")


@transaction.atomic
def open_account(
    *, number: str, name: str, kind: str, sphere: str, statement_line: str = "", by: Any, on: date
) -> Account:
    """Add an account to the chart, open from `on`."""
    guard_number(number)
    account = Account(number=number, name=name, kind=kind, sphere=sphere, statement_line=statement_line, valid_from=on)
    with act("ledger.account_opened", by=by) as record:
        account.save()
        record.subject = account
    return account


@transaction.atomic
def change_account(account: Account, *, number: str, name: str, sphere: str, statement_line: str, by: Any) -> Account:
    """Give an account another number, name or default sphere; the number only as long as no entry stands on it."""
    account = Account.objects.select_for_update().get(pk=account.pk)
    if number != account.number and account.lines.exists():
        raise AccountInUse(
            _("Auf dem Konto stehen Buchungen; seine Nummer bleibt. Sie können es schließen und ein neues eröffnen."),
            field="number",
        )
    guard_number(number, other_than=account)
    with act("ledger.account_changed", account, by=by):
        account.number, account.name, account.sphere, account.statement_line = number, name, sphere, statement_line
        account.save(update_fields=["number", "name", "sphere", "statement_line"])
    return account
