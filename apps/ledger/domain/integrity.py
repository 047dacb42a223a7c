"""Proof of the books from the rows themselves, for checks that trust neither program nor triggers."""

from django.db import connection
from django.db.models import Count, F, Max, Min, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from apps.ledger.enums import Side
from apps.ledger.models import Entry
from apps.ledger.triggers import missing_triggers


def check_books(year: int | None = None) -> list[str]:
    """Sentences about everything that is wrong: unbalanced entries, wrong sums, gaps in numbers, missing triggers.

    Of all entries, or of those of one year.
    """
    entries = Entry.objects.filter(year=year) if year else Entry.objects.all()
    return [*unbalanced_entries(entries), *gaps(entries), *triggers()]


def unbalanced_entries(entries: QuerySet[Entry]) -> list[str]:
    sums = entries.annotate(
        debit=Sum("lines__amount", filter=Q(lines__side=Side.DEBIT)),
        credit=Sum("lines__amount", filter=Q(lines__side=Side.CREDIT)),
    )
    right = Q(debit__isnull=False, credit__isnull=False, debit=F("credit"), amount=F("debit"))
    wrong = sums.exclude(right)
    return [
        _("%s ist nicht ausgeglichen.") % entry
        for entry in wrong
        if not (entry.debit and entry.credit and round(entry.debit, 2) == round(entry.credit, 2) == entry.amount.amount)
    ]


def gaps(entries: QuerySet[Entry]) -> list[str]:
    years = entries.order_by("year").values("year").annotate(n=Count("pk"), low=Min("number"), high=Max("number"))
    return [
        _("In den Buchungsnummern des Jahres %s ist eine Lücke.") % row["year"]
        for row in years
        if row["low"] != 1 or row["high"] != row["n"]
    ]


def triggers() -> list[str]:
    return [_("In der Datenbank fehlt die Sperre „%s“.") % name for name in missing_triggers(connection)]
