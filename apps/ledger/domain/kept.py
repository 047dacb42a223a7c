"""Accounts that another book keeps line by line: cash, bank, what members owe, what suppliers get.

If somebody posts there past that book, both no longer agree (GoBD Rz. 58: Grundbuch, Nebenbücher und Hauptbuch).
"""

from collections.abc import Callable, Collection, Iterable
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from apps.ledger.domain.errors import AccountKeptElsewhere
from apps.ledger.models import Account, AccountQuerySet

places: list[Callable[[], dict[int, Any]]] = []


def keepers() -> dict[str, str]:
    """Where the accounts that have their own book in every association are posted, by their key."""
    return {
        "CASH": _("über das Kassenbuch"),
        "RECEIVABLE_DUES": _("über Beitragsrechnungen, ihre Zahlungen, Gutschriften und Ausbuchungen"),
        "CREDIT_MEMBERS": _("über Zahlungen der Städte und ihre Erstattung"),
        "PAYABLE": _("über Belege und ihre Zahlung"),
        "SUSPENSE": _("über Bankumsätze, die als ungeklärt gebucht sind"),
    }


def register_kept_accounts(place: Callable[[], dict[int, Any]]) -> None:
    """`place()` gives further accounts (their primary keys) with the words where they are posted."""
    places.append(place)


def kept_accounts(*, but: Collection[str] = ()) -> dict[int, Any]:
    """All accounts with a book of their own, without those with the keys `but`, and where they are posted."""
    words = {key: where for key, where in keepers().items() if key not in but}
    rows = Account.objects.filter(key__in=words).values_list("pk", "key")
    kept: dict[int, Any] = {pk: words[key] for pk, key in rows if key}
    for place in places:
        kept |= place()
    return kept


def free_accounts(on: date, *, but: Collection[str] = ()) -> AccountQuerySet:
    """Accounts open on that day that may be chosen by hand."""
    found: AccountQuerySet = Account.objects.valid_on(on).exclude(pk__in=kept_accounts(but=but))
    return found


def guard_free(accounts: Iterable[Account | str], *, but: Collection[str] = (), field: str = "") -> None:
    chosen = list(accounts)
    given = Q(pk__in=[each.pk for each in chosen if isinstance(each, Account)])
    given |= Q(key__in=[each for each in chosen if isinstance(each, str)])
    kept = kept_accounts(but=but)
    refused = Account.objects.filter(given, pk__in=kept).order_by("number").first()
    if refused:
        raise AccountKeptElsewhere(
            _("%(account)s wird nur %(where)s bebucht. Bitte buchen Sie es dort.")
            % {"account": refused, "where": kept[refused.pk]},
            field=field,
        )
