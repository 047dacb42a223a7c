"""Direct debits, which an upper floor orders: of which invoices, which are still to come, and what new invoices say about them.

The app that collects registers in `AppConfig.ready()`. So no floor asks for money that is being collected, and no invoice asks
for a transfer where a mandate allows to collect.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import TypedDict

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.dues.domain.errors import MoneyUnderWay
from apps.dues.models import Invoice


class DirectDebit(TypedDict):
    """By which mandate an invoice is collected, as frozen with it; `notice_days`: how long before the city has to know."""

    mandate: str
    creditor_id: str
    iban: str
    notice_days: int


CollectionSource = tuple[Callable[[date], QuerySet], Callable[[date], dict[int, str]]]
DebitProvider = Callable[[Mapping[int, date]], Mapping[int, DirectDebit]]

sources: list[CollectionSource] = []
announced_sources: list[CollectionSource] = []
debit_providers: list[DebitProvider] = []


def register_collections(invoices: Callable[[date], QuerySet], words: Callable[[date], dict[int, str]]) -> None:
    """`invoices(on)` gives the keys of all that are being collected on a day, `words(on)` says of each where the debit stands."""
    sources.append((invoices, words))


def register_announced(invoices: Callable[[date], QuerySet], words: Callable[[date], dict[int, str]]) -> None:
    """The same of invoices that announce a debit nobody has ordered yet: their cities wait for it, but it stops nothing else."""
    announced_sources.append((invoices, words))


def register_direct_debits(provider: DebitProvider) -> None:
    """`provider(due)` is given the due day per city and names those whose mandate allows to collect on that day."""
    debit_providers.append(provider)


def collected_invoices(on: date) -> list[QuerySet]:
    """Of which on that day nobody may ask for a transfer."""
    return [invoices(on) for invoices, _words in (*sources, *announced_sources)]


def collections_under_way(on: date) -> dict[int, str]:
    """Of each invoice that is being collected, where the debit stands."""
    return {pk: text for _invoices, words in sources for pk, text in words(on).items()}


def collections_on(on: date) -> dict[int, str]:
    """The same, with those that are only announced on that day."""
    announced = {pk: text for _invoices, words in announced_sources for pk, text in words(on).items()}
    return announced | collections_under_way(on)


def direct_debits(due: Mapping[int, date]) -> dict[int, DirectDebit]:
    """Per city that may be collected on its due day the mandate and the creditor identifier."""
    return {city_id: debit for provider in debit_providers for city_id, debit in provider(due).items()}


def guard_not_collected(invoice: Invoice, *, on: date) -> None:
    """Ask with the city locked: who orders a debit locks it too."""
    if any(Invoice.objects.filter(pk=invoice.pk, pk__in=invoices(on)).exists() for invoices, _words in sources):
        raise MoneyUnderWay(
            _(
                "Rechnung %(number)s wird gerade eingezogen: %(where)s. Bitte warten Sie den Einzug ab oder nehmen Sie ihn zurück."
            )
            % {"number": invoice.number, "where": collections_under_way(on).get(invoice.pk, "")}
        )
