"""Proof of the books from the rows themselves, for checks that trust neither program nor triggers."""

from django.db import connection
from django.db.models import Count, F, FilteredRelation, IntegerField, Max, Min, Q, QuerySet, Sum
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from apps.core.money import round_cents
from apps.ledger.calculations import ZERO
from apps.ledger.enums import Side
from apps.ledger.models import ENTRIES_PER_YEAR, Account, AccountYear, Entry, EntryLine
from apps.ledger.triggers import missing_triggers


def check_books(year: int | None = None) -> list[str]:
    """Sentences about everything that is wrong: unbalanced entries, wrong sums, gaps in numbers, missing triggers.

    Of all entries, or of those of one year; the sums of the accounts are always asked of all (`wrong_sums`).
    """
    entries = Entry.objects.filter(year=year) if year else Entry.objects.all()
    return [*unbalanced_entries(entries, year), *gaps(entries), *triggers(), *([] if year else wrong_sums())]


def wrong_sums() -> list[str]:
    """Accounts whose sums of a year, kept by the database, don't follow from the lines."""
    year = Cast(F("entry_id") / ENTRIES_PER_YEAR, IntegerField())
    lines = (
        EntryLine.objects.order_by()
        .values_list("account", year)
        .annotate(
            debit=Sum("amount", filter=Q(side=Side.DEBIT), default=ZERO),
            credit=Sum("amount", filter=Q(side=Side.CREDIT), default=ZERO),
        )
    )
    proven = {
        (account, of_year): (round_cents(debit), round_cents(credit)) for account, of_year, debit, credit in lines
    }
    kept = {
        (account, of_year): (round_cents(debit), round_cents(credit))
        for account, of_year, debit, credit in AccountYear.objects.values_list("account", "year", "debit", "credit")
    }
    wrong = sorted(key for key in {*proven, *kept} if proven.get(key) != kept.get(key))
    names = Account.objects.in_bulk([account for account, _year in wrong])
    return [
        _("Die Summen des Kontos %(account)s im Jahr %(year)s stimmen nicht.")
        % {"account": names[account], "year": of_year}
        for account, of_year in wrong
    ]


def unbalanced_entries(entries: QuerySet[Entry], year: int | None) -> list[str]:
    """The lines of a year are told by their keys as well, so that those of other years need not be read."""
    keys = range(year * ENTRIES_PER_YEAR, (year + 1) * ENTRIES_PER_YEAR) if year else None
    of_year = Q(lines__entry_id__gte=keys.start, lines__entry_id__lt=keys.stop) if keys else Q()
    sums = (
        entries.only("year", "number", "amount")
        .annotate(sides=FilteredRelation("lines", condition=of_year))
        .annotate(
            debit=Sum("sides__amount", filter=Q(sides__side=Side.DEBIT)),
            credit=Sum("sides__amount", filter=Q(sides__side=Side.CREDIT)),
        )
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
