"""The cash view of the books: what came in and went out, for what, and what is still open.

Dues are thousands of equal cases: claims that arose from one account, paid by money that counts as the same. There the order
of payments doesn't matter, so the database adds them up. Only accounts of open items on which something else happened (a bill,
a fee, another sphere) are walked through entry by entry.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any

from apps.closing.calculations.cashflow import CashView, Flow, Key, Leg, Part, Piece
from apps.closing.domain.cash_sums import OpenItem, PlainSums, lines_of_keys, lines_with_facts
from apps.closing.domain.chart import Chart
from apps.closing.domain.kept import kept
from apps.core.models import NumberSeries
from apps.ledger.enums import Side
from apps.ledger.models import EntryLine

ZERO = Decimal("0.00")
SERIES = "ledger.entry:"  # the numbers of entries, a series per year

type Sums = Mapping[tuple[str, str], Decimal]


@dataclass(frozen=True)
class CashYear:
    """Money of a year by sphere and account (positive: in), and what was open at its end."""

    year: int
    sums: Sums
    open_items: Sequence[OpenItem]


def cash_year(year: int, chart: Chart | None = None) -> CashYear:
    return cash_years((year,), chart or Chart.read(), last_numbers())[year]


def last_numbers() -> dict[int, int]:
    """The number of the last entry of every year."""
    series = NumberSeries.objects.filter(series__startswith=SERIES).order_by("series")
    return {int(name.removeprefix(SERIES)): last for name, last in series.values_list("series", "last")}


def cash_years(
    years: Sequence[int], chart: Chart, last: Mapping[int, int], stored: Mapping[str, Any] | None = None
) -> dict[int, CashYear]:
    """The cash view of years, in their order. Entries are only ever added, so their newest numbers say whether it still holds."""

    def count(year: int) -> CashYear:
        has_past = any(earlier < year for earlier in last)
        return count_cash(year, chart, cash_years((year - 1,), chart, last)[year - 1].open_items if has_past else ())

    return kept("cash", {year: mark_of(year, last, chart) for year in years}, count, stored)


def mark_of(year: int, last: Mapping[int, int], chart: Chart) -> str:
    """The entries up to the end of a year, and the accounts as they are read."""
    return f"{[(each, number) for each, number in last.items() if each <= year]} {chart.mark}"


def count_cash(year: int, chart: Chart, opening: Sequence[OpenItem]) -> CashYear:
    """The cash view of a year that began with these open items."""
    plain = PlainSums(year, chart, opening)
    sums: dict[tuple[str, str], Decimal] = defaultdict(lambda: ZERO)
    for place, amount in plain.flows():
        sums[place] += amount
    view = view_after((item for item in opening if item.key in plain.odd_keys), chart)
    for flow in walk(view, lines_of_keys(plain.odd_keys, year), chart, plain.odd_keys):
        sums[flow.sphere, flow.account] += flow.amount
    pieces: dict[Key, list[Piece]] = {key: view.open_items[key] for key in plain.odd_keys}
    for key, piece in plain.open_pieces():
        pieces.setdefault(key, []).append(piece)
    ordered = sorted(pieces.items(), key=lambda item: (item[0][0], item[0][1] or 0))
    items = [OpenItem(account, party, piece) for (account, party), found in ordered for piece in found]
    return CashYear(year, {place: amount for place, amount in sums.items() if amount}, items)


def view_after(items: Iterable[OpenItem], chart: Chart) -> CashView:
    """The cash view with what was open before."""
    view = CashView(chart.stands_for, chart.losses)
    for item in items:
        view.open_items[item.key].append(item.piece)
    return view


def walk(view: CashView, lines: Any, chart: Chart, keys: Iterable[Key] | None) -> Iterator[Flow]:
    """The flows of whole entries in their order. With `keys` only those accounts of open items count, where money moves."""
    for entry, on, legs in entries_with_legs(lines, chart):
        yield from view.take(entry, on, legs if keys is None else legs_that_count(legs, set(keys)))


def legs_that_count(legs: list[Leg], keys: set[Key]) -> list[Leg]:
    """Of an entry that moves money or only open items, what the database didn't add up already."""
    has_money = any(leg.part is Part.MONEY for leg in legs)
    if not has_money and any(leg.part in {Part.RESULT, Part.NEUTRAL} for leg in legs):
        return legs
    return [leg for leg in legs if leg.part is Part.MONEY or (leg.account, leg.party) in keys]


def entries_with_legs(lines: Any, chart: Chart) -> Iterator[tuple[int, date, list[Leg]]]:
    """Entries in their order from their lines, in one query."""
    found = lines.order_by("entry_id", "pk").values_list(
        "entry_id", "entry__booked_on", "account__number", "side", "amount", "sphere", "city_id"
    )
    for (entry, on), rows in groupby(found.iterator(chunk_size=5000), key=lambda row: (row[0], row[1])):
        yield (
            entry,
            on,
            [
                Leg(number, chart.parts[number], amount if side == Side.DEBIT else -amount, sphere, city)
                for _entry, _on, number, side, amount, sphere, city in rows
            ],
        )


def paid_early_next_year(cash: CashYear, chart: Chart, *, days: int) -> list[Flow]:
    """Money of the first days of the next year that settled what was open at the end of this one."""
    view, year = view_after(cash.open_items, chart), cash.year
    last = date(year, 12, 31) + timedelta(days=days)
    entries = lines_with_facts(year + 1, chart).filter(entry__booked_on__lte=last, has_open=True)
    flows = walk(view, EntryLine.objects.filter(entry__in=entries.values("entry")), chart, None)
    return [flow for flow in flows if flow.accrued_on and flow.accrued_on.year <= year]
