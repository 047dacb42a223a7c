"""Accounts and entries for tests, through the acts."""

from datetime import date
from decimal import Decimal
from typing import Any

from apps.ledger.domain.drafts import Line
from apps.ledger.domain.posting import post_entry
from apps.ledger.models import Account, CostCentre, Entry


def account(key: str) -> Account:
    return Account.objects.get(key=key)


def make_expense(
    amount: str, *, key: str = "ROOM", on: date, centre: CostCentre | None = None, by: Any, text: str = "Saalmiete"
) -> Entry:
    """An expense paid from the bank."""
    return post_entry(
        on=on,
        text=text,
        lines=[Line(key, debit=Decimal(amount), cost_centre=centre), Line("BANK", credit=Decimal(amount))],
        source="test.case",
        reference="S-1",
        by=by,
    )


def make_income(amount: str, *, key: str = "GRANT", on: date, by: Any, text: str = "Zuschuss") -> Entry:
    """An income received on the bank."""
    return post_entry(
        on=on,
        text=text,
        lines=[Line("BANK", debit=Decimal(amount)), Line(key, credit=Decimal(amount))],
        source="test.case",
        reference="S-2",
        by=by,
    )
