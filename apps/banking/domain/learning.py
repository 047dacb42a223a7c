"""Which city pays from which account: learned from bookings, forgotten when they are taken back."""

from collections.abc import Collection

from apps.banking.calculations.matching import build_index, cities_in
from apps.banking.models import BankLine, KnownAccount
from apps.members.models import City


def learn_account(line: BankLine, cities: Collection[City]) -> KnownAccount | None:
    """Remember the payer's account if exactly one city was paid for and the payer's name names no other."""
    if not line.is_incoming or not line.counterparty_iban or len(cities) != 1:
        return None
    [city] = cities
    if names_another(line.counterparty, city) or KnownAccount.objects.filter(iban=line.counterparty_iban).exists():
        return None
    return KnownAccount.objects.create(iban=line.counterparty_iban, city=city, learned_from=line)


def names_another(counterparty: str, city: City) -> bool:
    rows = City.objects.values_list("pk", "name", "official_name")
    index = build_index((), names=[(pk, each) for pk, name, official in rows for each in (name, official)])
    named = cities_in(counterparty, index)
    return bool(named) and city.pk not in named


def forget_account(line: BankLine) -> None:
    """What a line taught is no longer known once its booking is taken back."""
    for known in KnownAccount.objects.filter(learned_from=line):
        known.delete()
