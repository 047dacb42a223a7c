"""The books of a year as the closing looks at them; what several steps need is read once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from django.db.models import Case, Count, F, Q, Sum, When

from apps.budget.domain.queries import plan_in_force
from apps.budget.models import BudgetPlan
from apps.closing.domain.cash import CashYear, cash_years, last_numbers
from apps.closing.domain.chart import Chart
from apps.core.money import round_cents
from apps.ledger.enums import Side
from apps.ledger.models import Account, Entry, EntryLine

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Stock:
    """Balance of an account at the end of the year, and how many lines the year has on it."""

    balance: Decimal
    lines: int


@dataclass(frozen=True)
class Books:
    year: int

    @property
    def end(self) -> date:
        return date(self.year, 12, 31)

    @cached_property
    def chart(self) -> Chart:
        return Chart.read()

    @cached_property
    def last_numbers(self) -> dict[int, int]:
        return last_numbers()

    @property
    def last_entry(self) -> Entry | None:
        """The last entry of the year, as far as its number goes."""
        number = self.last_numbers.get(self.year)
        return Entry(year=self.year, number=number) if number else None

    @cached_property
    def _cash(self) -> dict[int, CashYear]:
        return cash_years((self.year - 1, self.year), self.chart, self.last_numbers)

    @property
    def cash(self) -> CashYear:
        return self._cash[self.year]

    @property
    def cash_before(self) -> CashYear:
        return self._cash[self.year - 1]

    @cached_property
    def plan(self) -> BudgetPlan | None:
        return plan_in_force(self.year)

    def account(self, key: str) -> Account | None:
        return next((account for account in self.chart.accounts.values() if account.key == key), None)

    def stocks(self, accounts: Iterable[Account]) -> dict[int, Stock]:
        """Balances at the end of the year, in one query."""
        signed = Sum(Case(When(side=Side.DEBIT, then=F("amount")), default=-F("amount")))
        rows = (
            EntryLine.objects.filter(account__in=[account.pk for account in accounts], entry__booked_on__lte=self.end)
            .order_by()
            .values_list("account")
            .annotate(balance=signed, lines=Count("pk", filter=Q(entry__year=self.year)))
        )
        return {account: Stock(round_cents(Decimal(balance)), lines) for account, balance, lines in rows}
