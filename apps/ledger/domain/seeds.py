"""The chart of accounts that comes with the program."""

import csv

from django.conf import settings

from apps.ledger.models import Account


def load_chart() -> int:
    """Fill an empty chart from `fixtures/accounts.csv`; return how many accounts were added.

    Numbers and names may be changed later, so a chart that has accounts is left alone. The accounts come with the
    program, nobody acted: they stand in the table without an entry in the journal.
    """
    if Account.objects.exists():
        return 0
    with (settings.BASE_DIR / "fixtures" / "accounts.csv").open(encoding="utf-8", newline="") as file:
        return len(Account.objects.bulk_create(Account(**row) for row in csv.DictReader(file)))
