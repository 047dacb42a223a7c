"""The chart of accounts: finding, opening, changing and closing accounts."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from apps.ledger.domain.drafts import EntryDraft
from apps.ledger.domain.errors import UnknownAccount
from apps.ledger.models import Account


def account(key: str) -> Account:
    """The account with this key (e.g. "BANK"); the seed of the chart provides it."""
    return Account.objects.get(key=key)


def accounts_by_key(drafts: Iterable[EntryDraft]) -> dict[str, Account]:
    """Look up all keys the drafts name in one query and check that every account is open on the booking date."""
    drafts = list(drafts)
    keys = {line.account for draft in drafts for line in draft.lines if isinstance(line.account, str)}
    found = {account.key: account for account in Account.objects.filter(key__in=keys) if account.key} if keys else {}
    missing = sorted(keys - found.keys())
    if missing:
        raise UnknownAccount(_("Im Kontenplan fehlt das Konto „%(key)s“.") % {"key": missing[0]})
    for draft in drafts:
        for line in draft.lines:
            _guard_open(found[line.account] if isinstance(line.account, str) else line.account, draft.on)
    return found


def _guard_open(account: Account, day: date) -> None:
    if not account.is_valid_on(day):
        raise UnknownAccount(
            _("Das Konto %(account)s ist am %(day)s nicht geöffnet. Bitte wählen Sie ein anderes Konto.")
            % {"account": account, "day": f"{day:%d.%m.%Y}"}
        )
