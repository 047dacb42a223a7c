"""The books of a year as the closing looks at them; what several steps need is read once."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from apps.budget.domain.queries import plan_in_force
from apps.budget.models import BudgetPlan
from apps.closing.domain.cash import CashYear, cash_years, last_numbers
from apps.closing.domain.chart import Chart
from apps.closing.domain.kept import read_kept
from apps.closing.domain.open_items import OpenRow, open_at_end
from apps.core.money import round_cents
from apps.ledger.domain.queries import BalanceRow, TrialBalance, trial_balance
from apps.ledger.models import Account, Entry
from apps.organisation.domain.queries import values_on

ZERO = Decimal("0.00")
LEGAL = ("estg_11_days", "ao_64_limit", "tax_status")


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
    def _stored(self) -> dict[str, Any]:
        return read_kept([("cash", self.year - 1), ("cash", self.year), ("open", self.year)])

    @cached_property
    def _cash(self) -> dict[int, CashYear]:
        return cash_years((self.year - 1, self.year), self.chart, self.last_numbers, self._stored)

    @property
    def cash(self) -> CashYear:
        return self._cash[self.year]

    @property
    def cash_before(self) -> CashYear:
        return self._cash[self.year - 1]

    @cached_property
    def open_rows(self) -> list[OpenRow]:
        return open_at_end(self.cash, self.chart, self.last_numbers, self._stored)

    @cached_property
    def open_before(self) -> list[OpenRow]:
        return open_at_end(self.cash_before, self.chart, self.last_numbers)

    @cached_property
    def legal(self) -> dict[str, Decimal | str]:
        """The legal values of the last day that the checks ask for."""
        return values_on(LEGAL, self.end)

    @cached_property
    def plan(self) -> BudgetPlan | None:
        return plan_in_force(self.year)

    def account(self, key: str) -> Account | None:
        return next((account for account in self.chart.accounts.values() if account.key == key), None)

    @cached_property
    def balance(self) -> TrialBalance:
        return trial_balance(start=date(self.year, 1, 1), end=self.end, accounts=self.chart.accounts.values())

    @cached_property
    def stocks(self) -> dict[int, BalanceRow]:
        """What was on the accounts at the end of the year and moved in it."""
        return {row.account.pk: row for row in self.balance.rows}

    def stock(self, account: Account) -> Decimal:
        row = self.stocks.get(account.pk)
        return round_cents(row.closing) if row else ZERO
