"""The cash view of the books: what came in and went out, for what, and what is still open."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from zlib import crc32

from django.core.cache import cache
from django.db.models import Max

from apps.closing.calculations.cashflow import CashView, Flow, Leg, Part, Piece
from apps.ledger.enums import AccountKind, Side
from apps.ledger.models import ENTRIES_PER_YEAR, Account, Entry, EntryLine

MONEY_KEYS = {"BANK", "CASH", "TRANSIT", "SAVINGS"}
FIXED_ASSETS = "0"  # class 0 of the chart
STANDS_FOR = {"RECEIVABLE_DUES": "DUES", "CREDIT_MEMBERS": "DUES"}


@dataclass(frozen=True)
class OpenItem:
    """A claim or debt that is open at the end of a year; `amount` is debit minus credit."""

    account: str
    party: int | None
    piece: Piece


@dataclass(frozen=True)
class CashYear:
    """Flows of a year and what was open at its end."""

    year: int
    flows: Sequence[Flow]
    open_items: Sequence[OpenItem]


def parts_of_accounts() -> dict[str, Part]:
    """What each account is to the cash view; what stands under the heading of the bank in the statement is money."""
    accounts = list(Account.objects.all())
    headings = {account.statement_line for account in accounts if account.key == "BANK"} - {""}
    return {account.number: part_of(account, headings) for account in accounts}


def part_of(account: Account, money_headings: set[str]) -> Part:
    if account.kind in {AccountKind.INCOME, AccountKind.EXPENSE}:
        return Part.RESULT
    if account.kind == AccountKind.ASSET:
        if account.key in MONEY_KEYS or account.statement_line in money_headings:
            return Part.MONEY
        if account.number.startswith(FIXED_ASSETS):
            return Part.NEUTRAL
    return Part.NEUTRAL if account.kind == AccountKind.EQUITY else Part.OPEN


def cash_year(year: int) -> CashYear:
    """The cash view of a year. Entries are only ever added, so their newest numbers say whether it still holds."""
    stamp = Entry.objects.filter(year__lte=year).order_by().values("year").annotate(last=Max("number"))
    marks = "-".join(f"{row['year']}.{row['last']}" for row in stamp.order_by("year"))
    parts = "".join(f"{number}{part.value}" for number, part in sorted(parts_of_accounts().items()))
    key = f"closing:cash:{year}:{crc32(f'{marks} {parts}'.encode()):08x}"
    found: CashYear | None = cache.get(key)
    if found is None:
        found = count_cash(year)
        cache.set(key, found)
    return found


def count_cash(year: int) -> CashYear:
    numbers = {account.key: account.number for account in Account.objects.exclude(key=None)}
    stands_for = {numbers[key]: numbers[value] for key, value in STANDS_FOR.items() if key in numbers}
    view = CashView(stands_for=stands_for)
    flows: list[Flow] = []
    for entry, on, legs in entries_with_legs(year):
        found = view.take(entry, on, legs)
        if on.year == year:
            flows += found
    items = [
        OpenItem(account, party, piece)
        for (account, party), pieces in sorted(view.open_items.items(), key=lambda item: (item[0][0], item[0][1] or 0))
        for piece in pieces
    ]
    return CashYear(year, flows, items)


def entries_with_legs(until_year: int) -> Iterator[tuple[int, date, list[Leg]]]:
    """All entries up to the end of a year in their order, in one query."""
    parts = parts_of_accounts()
    lines: Any = (
        EntryLine.objects.filter(entry_id__lt=(until_year + 1) * ENTRIES_PER_YEAR)
        .order_by("entry_id", "pk")
        .values_list("entry_id", "entry__booked_on", "account__number", "side", "amount", "sphere", "city_id")
    )
    for (entry, on), rows in groupby(lines.iterator(chunk_size=5000), key=lambda row: (row[0], row[1])):
        yield (
            entry,
            on,
            [
                Leg(number, parts[number], amount if side == Side.DEBIT else -amount, sphere, city)
                for _entry, _on, number, side, amount, sphere, city in rows
            ],
        )
