"""From the accounts to the income and expenditure of the year: what was booked, and what of it was paid."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from apps.closing.domain.books import Books
from apps.closing.domain.statement import Statement
from apps.core.money import round_cents
from apps.ledger.enums import AccountKind

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class BridgeRow:
    """An account of income or expense: what its sheet shows for the year, and what was paid in it. Positive on its side."""

    account: str
    name: str
    booked: Decimal
    paid: Decimal

    @property
    def difference(self) -> Decimal:
        """Positive: paid in this year for another. Negative: booked, and paid in another year or not at all."""
        return self.paid - self.booked


def bridge(statement: Statement, books: Books) -> Sequence[BridgeRow]:
    """The accounts whose sheets show another amount than the statement (§ 11 EStG: counted is when money moves)."""
    paid: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for row in statement.results:
        paid[row.account] += row.actual
    booked = {
        row.account.number: round_cents(
            (row.credit - row.debit) * (1 if row.account.kind == AccountKind.INCOME else -1)
        )
        for row in books.balance.rows
        if row.account.kind in {AccountKind.INCOME, AccountKind.EXPENSE}
    }
    accounts = books.chart.accounts
    rows = [
        BridgeRow(number, accounts[number].name, booked.get(number, ZERO), paid.get(number, ZERO))
        for number in sorted({*paid, *booked})
    ]
    return [row for row in rows if row.difference]
