"""What is open at the end of a year, told as people know it: invoices with their due day, credit of cities, bills.

The books keep claims and payments of a city on one account, so what they call open there is only its balance. Dues know more:
which invoice is unpaid, since when, and what the city has paid for nothing. Claims and credit are not netted (§ 246 (2) HGB,
taken as a standard). Vouchers know which bill is unpaid and when it is due. Where the sum of a city, or of all bills, is not
that of the books (an entry by hand), the books are shown.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from apps.closing.calculations.cashflow import Piece
from apps.closing.domain.cash import CashYear, mark_of
from apps.closing.domain.cash_sums import OpenItem
from apps.closing.domain.chart import Chart
from apps.closing.domain.kept import kept
from apps.closing.enums import OpenSide
from apps.dues.domain.standing import Standing, newest_allocation, standing_at_end
from apps.ledger.enums import AccountKind
from apps.ledger.models import Account
from apps.vouchers.domain.standing import OpenBill, bills_at_end, newest_settlement

ZERO = Decimal("0.00")
DUES, BILLS = "RECEIVABLE_DUES", "PAYABLE"


class OpenRow(NamedTuple):
    """An open item; `amount` is debit minus credit. Its age counts from the due day, if there is one, else from `on`.

    There may be thousands: `reason` becomes words (`purpose`) only where it is shown.
    """

    account: str
    city_id: int | None
    entry_id: int
    on: date
    reason: Standing | OpenBill | str
    amount: Decimal
    side: OpenSide
    due_on: date | None = None

    @property
    def purpose(self) -> str:
        return str(self.reason)

    def days(self, end: date) -> int:
        """Days since it was due (negative: not due yet), or since it arose."""
        return (end - (self.due_on or self.on)).days


def open_at_end(
    cash: CashYear, chart: Chart, last: Mapping[int, int], stored: Mapping[str, Any] | None = None
) -> list[OpenRow]:
    """Open items of a year, counted anew only if something was added to its entries or allocations."""
    marks = (mark_of(cash.year, last, chart), newest_allocation(cash.year), newest_settlement(cash.year))
    return kept("open", {cash.year: " ".join(map(str, marks))}, lambda _year: open_rows(cash, chart), stored)[cash.year]


def open_rows(cash: CashYear, chart: Chart) -> list[OpenRow]:
    """Open items at the end of the year, the oldest first."""
    numbers = {account.key: number for number, account in chart.accounts.items()}
    known = rows_of_dues(numbers[DUES], cash) if DUES in numbers else {}
    bills = rows_of_bills(numbers[BILLS], cash) if BILLS in numbers else []
    told = {(numbers.get(DUES), city) for city in known} | {(row.account, None) for row in bills}
    pieces = [item for item in cash.open_items if item.key not in told]
    rows = [*(row for rows in known.values() for row in rows), *bills, *rows_of_pieces(pieces, chart.accounts)]
    return sorted(rows, key=lambda row: (row.due_on or row.on, row.account, row.city_id or 0, row.entry_id))


def rows_of_dues(account: str, cash: CashYear) -> dict[int | None, list[OpenRow]]:
    """Per city its open invoices and its credit, if they add up to what the books say."""
    balances: dict[int | None, Decimal] = defaultdict(lambda: ZERO)
    for item in cash.open_items:
        if item.account == account:
            balances[item.party] += item.piece.amount
    found: dict[int | None, list[OpenRow]] = defaultdict(list)
    for each in standing_at_end(cash.year):
        side = OpenSide.CLAIM if each.amount > 0 else OpenSide.CREDIT
        row = OpenRow(account, each.city_id, each.entry_id, each.on, each, each.amount, side, each.due_on)
        found[each.city_id].append(row)
    return {city: rows for city, rows in found.items() if sum(row.amount for row in rows) == balances[city]}


def rows_of_bills(account: str, cash: CashYear) -> list[OpenRow]:
    """The unpaid bills, if they add up to what the books say."""
    booked = sum((item.piece.amount for item in cash.open_items if item.key == (account, None)), ZERO)
    rows = [
        OpenRow(account, None, bill.entry_id, bill.on, bill, -bill.amount, OpenSide.DEBT, bill.due_on)
        for bill in bills_at_end(cash.year)
    ]
    return rows if sum((row.amount for row in rows), ZERO) == booked else []


def rows_of_pieces(items: Iterable[OpenItem], accounts: dict[str, Account]) -> list[OpenRow]:
    """One row per account, city and entry."""
    grouped: dict[tuple[str, int | None, int], list[Piece]] = defaultdict(list)
    for item in items:
        grouped[item.account, item.party, item.piece.entry].append(item.piece)
    return [
        OpenRow(
            account,
            city_id,
            entry,
            pieces[0].on,
            purpose_of(pieces, accounts[account], accounts),
            total,
            side_of(total, accounts[account], city_id),
        )
        for (account, city_id, entry), pieces in grouped.items()
        if (total := sum_of(pieces))
    ]


def side_of(amount: Decimal, account: Account, city_id: int | None) -> OpenSide:
    if amount > 0:
        return OpenSide.CLAIM
    is_credit = account.key == "CREDIT_MEMBERS" or (city_id and account.kind == AccountKind.ASSET)
    return OpenSide.CREDIT if is_credit else OpenSide.DEBT


def sum_of(pieces: Sequence[Piece]) -> Decimal:
    return sum((piece.amount for piece in pieces), ZERO)


def purpose_of(pieces: Sequence[Piece], account: Account, accounts: dict[str, Account]) -> str:
    """What was bought or claimed; of bare money, whether it came in for nothing or went back."""
    went_back = account.kind == AccountKind.ASSET and sum_of(pieces) > 0
    bare = _("Zahlung zurückgegeben") if went_back else _("Zahlung ohne Forderung")
    return ", ".join(dict.fromkeys(bare if piece.is_money else accounts[piece.account].name for piece in pieces))
