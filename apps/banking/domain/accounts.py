"""Our accounts at banks."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from schwifty import IBAN
from schwifty.exceptions import SchwiftyException

from apps.audit.acts import act
from apps.banking.domain.errors import NoBankAccount
from apps.banking.models import BankAccount
from apps.ledger.domain.accounts import account
from apps.ledger.domain.errors import AccountKeptElsewhere
from apps.ledger.domain.kept import free_accounts, guard_free, keepers
from apps.ledger.enums import AccountKind
from apps.ledger.models import Account, AccountQuerySet
from apps.organisation.domain.queries import current_profile
from apps.vouchers.domain.posting import PAYABLE


def checked_iban(value: str) -> str:
    """Return the IBAN without blanks, or raise `NoBankAccount` with what is wrong (ISO 13616)."""
    iban = "".join(value.split()).upper()
    try:
        IBAN(iban)
    except SchwiftyException as error:
        raise NoBankAccount(
            _("Die IBAN „%(iban)s“ ist nicht gültig. Bitte vergleichen Sie sie mit dem Kontoauszug.") % {"iban": iban},
            field="iban",
        ) from error
    return iban


def kept_by_statements() -> dict[int, str]:
    """Accounts of the books that mirror an account of ours: posted by its statements only."""
    where = _("über die Umsätze seiner Kontoauszüge; was zwischen eigenen Konten unterwegs ist, über den Geldtransit")
    return dict.fromkeys(BankAccount.objects.values_list("account", flat=True), where)


def own_ibans() -> Iterable[str]:
    return BankAccount.objects.values_list("iban", flat=True)


def counter_accounts(*, is_incoming: bool, on: date) -> AccountQuerySet:
    """What may be chosen as the other side of a bank line; equity changes by resolution, not by a payment."""
    free = free_accounts(on, but=reclaimable(is_incoming=is_incoming))
    return free.filter(~Q(kind=AccountKind.EQUITY) | Q(key="CAPITAL"))


def reclaimable(*, is_incoming: bool) -> tuple[str, ...]:
    """What a supplier was paid too much stands on the payables, and comes back there."""
    return (PAYABLE,) if is_incoming else ()


def guard_counter_account(chosen: Account, *, is_incoming: bool) -> None:
    guard_free([chosen], but=reclaimable(is_incoming=is_incoming), field="account")
    if chosen.kind == AccountKind.EQUITY and chosen.key != "CAPITAL":
        raise AccountKeptElsewhere(
            _("%s ändert sich durch Beschluss und Abschluss, nicht durch eine Zahlung.") % chosen, field="account"
        )


@transaction.atomic
def open_bank_account(*, name: str, iban: str, ledger_account: Account, by: Any) -> BankAccount:
    """Name an account of ours, so that its statements can be read; the books mirror it on `ledger_account`."""
    bank_account = BankAccount(name=name, iban=checked_iban(iban), account=ledger_account)
    if BankAccount.objects.filter(iban=bank_account.iban).exists():
        raise NoBankAccount(_("Dieses Konto ist schon angelegt."), field="iban")
    if BankAccount.objects.filter(account=ledger_account).exists():
        raise NoBankAccount(
            _("Auf das Konto %s bucht schon ein anderes Bankkonto.") % ledger_account, field="ledger_account"
        )
    if ledger_account.key in keepers():
        raise NoBankAccount(
            _("%s hat ein eigenes Buch und ist kein Bankkonto.") % ledger_account, field="ledger_account"
        )
    with act("banking.account_opened", by=by) as record:
        bank_account.save()
        record.subject = bank_account
    return bank_account


def our_accounts(*, by: Any) -> dict[str, BankAccount]:
    """Our accounts by IBAN, locked for this import; the first one comes from the bank details of the profile."""
    known = {each.iban: each for each in BankAccount.objects.select_for_update().order_by("pk")}
    profile = current_profile()
    if not known and profile.iban:
        opened = open_bank_account(
            name=profile.bank_name or _("Girokonto"), iban=profile.iban, ledger_account=account("BANK"), by=by
        )
        known[opened.iban] = opened
    if not known:
        raise NoBankAccount(
            _("Es ist noch kein eigenes Bankkonto bekannt. Bitte tragen Sie die IBAN unter „Bankkonten“ ein."),
            field="files",
        )
    return known
