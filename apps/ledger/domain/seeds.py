"""The chart of accounts that comes with the program."""

import csv
from collections.abc import Container

from django.conf import settings

from apps.ledger.models import Account


def load_chart() -> int:
    """Fill the chart from `fixtures/accounts.csv`; return how many accounts were added.

    An empty chart gets all of it. Numbers and names belong to the association, so a chart that has accounts gets only
    the keys it lacks, each under its number or the next one that is free. The accounts come with the program, nobody
    acted: they stand in the table without an entry in the journal.
    """
    with (settings.BASE_DIR / "fixtures" / "accounts.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    taken = dict(Account.objects.values_list("number", "key"))
    if taken:
        rows = [row for row in rows if row["key"] and row["key"] not in taken.values()]
    for row in rows:
        row["number"] = free_number(row["number"], taken)
        taken[row["number"]] = row["key"]
    return len(Account.objects.bulk_create(Account(**row | {"key": row["key"] or None}) for row in rows))


def free_number(number: str, taken: Container[str]) -> str:
    while number in taken:
        number = str(int(number) + 1).zfill(len(number))
    return number
