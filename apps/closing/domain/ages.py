"""How old the open items at the end of a year are."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from apps.closing.domain.books import Books
from apps.closing.enums import OpenSide

ZERO = Decimal("0.00")
AGES = ((None, -1), (0, 30), (31, 90), (91, 365), (366, None))


@dataclass(frozen=True)
class AgeRow:
    """Open items of an account by the days since they were due (without a due day: since they arose), positive on their side."""

    account: str
    name: str
    label: str
    count: int
    amount: Decimal
    side: str = OpenSide.CLAIM

    @property
    def side_label(self) -> str:
        return str(OpenSide(self.side).label)


def age_label(first: int | None, last: int | None) -> str:
    if first is None:
        return _("noch nicht fällig")
    if last is None:
        return _("älter als ein Jahr")
    return _("bis %s Tage") % last if first == 0 else _("%(first)s bis %(last)s Tage") % {"first": first, "last": last}


def age_rows(books: Books) -> list[AgeRow]:
    """Open items at the end of the year, per side, account and span of days."""
    sums: dict[tuple[str, str, int], Decimal] = defaultdict(lambda: ZERO)
    counts: dict[tuple[str, str, int], int] = defaultdict(int)
    for row in books.open_rows:
        days = row.days(books.end)
        span = next(index for index, (_first, last) in enumerate(AGES) if last is None or days <= last)
        sums[row.side, row.account, span] += abs(row.amount)
        counts[row.side, row.account, span] += 1
    order = list(OpenSide.values)
    keys = sorted(sums, key=lambda key: (order.index(key[0]), *key[1:]))
    accounts = books.chart.accounts
    return [
        AgeRow(number, accounts[number].name, age_label(*AGES[span]), counts[key], sums[key], str(side))
        for key in keys
        for side, number, span in [key]
    ]
