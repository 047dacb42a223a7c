"""Our own accounts at banks: nobody we owe money to is paid there.

The app that keeps the bank accounts registers them in `AppConfig.ready()`; the one of the profile is known here.
"""

from collections.abc import Callable, Iterable

from django.utils.translation import gettext as _

from apps.core.templatetags.formats import iban as grouped
from apps.organisation.domain.queries import current_profile
from apps.vouchers.domain.errors import OwnAccount

AccountProvider = Callable[[], Iterable[str]]
providers: list[AccountProvider] = []


def register_own_accounts(provider: AccountProvider) -> None:
    """`provider()` names the IBANs of our accounts, without blanks, in one query."""
    providers.append(provider)


def is_ours(iban: str) -> bool:
    if not iban:
        return False
    own = {current_profile().iban, *(each for provider in providers for each in provider())}
    return "".join(iban.split()).upper() in own


def guard_foreign(iban: str, *, field: str = "iban") -> str:
    if is_ours(iban):
        raise OwnAccount(
            _("%s ist unser eigenes Konto. Bitte geben Sie die IBAN an, auf die zu zahlen ist.") % grouped(iban),
            field=field,
        )
    return iban
