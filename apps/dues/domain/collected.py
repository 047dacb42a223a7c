"""Invoices that are being collected by direct debit; payments tells us which, so that no upper floor asks for the money too."""

from collections.abc import Callable

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.dues.domain.errors import MoneyUnderWay
from apps.dues.models import Invoice

CollectionSource = tuple[Callable[[], QuerySet], Callable[[], dict[int, str]]]
sources: list[CollectionSource] = []


def register_collections(invoices: Callable[[], QuerySet], words: Callable[[], dict[int, str]]) -> None:
    """`invoices()` gives the keys of all that are being collected, `words()` says of each where the debit stands."""
    sources.append((invoices, words))


def collected_invoices() -> list[QuerySet]:
    return [invoices() for invoices, _words in sources]


def collections_under_way() -> dict[int, str]:
    """Of each invoice that is being collected, where the debit stands."""
    return {pk: text for _invoices, words in sources for pk, text in words().items()}


def guard_not_collected(invoice: Invoice) -> None:
    """Ask with the city locked: who orders a debit locks it too."""
    if any(Invoice.objects.filter(pk=invoice.pk, pk__in=invoices()).exists() for invoices, _words in sources):
        raise MoneyUnderWay(
            _(
                "Rechnung %(number)s wird gerade eingezogen: %(where)s. Bitte warten Sie den Einzug ab oder nehmen Sie ihn zurück."
            )
            % {"number": invoice.number, "where": collections_under_way().get(invoice.pk, "")}
        )
