"""The chart of accounts with the eyes of the cash view, read once."""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

from apps.closing.calculations.cashflow import Part
from apps.ledger.enums import AccountKind, Sphere
from apps.ledger.models import Account

MONEY_KEYS = {"BANK", "CASH", "TRANSIT", "SAVINGS"}
FIXED_ASSETS = "0"  # class 0 of the chart
LOSSES = {"BAD_DEBT"}
STANDS_FOR = {"RECEIVABLE_DUES": "DUES", "CREDIT_MEMBERS": "DUES"}


@dataclass(frozen=True)
class Chart:
    accounts: dict[str, Account]

    @classmethod
    def read(cls) -> Self:
        return cls({account.number: account for account in Account.objects.order_by("number")})

    @cached_property
    def parts(self) -> dict[str, Part]:
        """What each account is; what stands under the heading of the bank in the statement is money."""
        headings = {account.statement_line for account in self.accounts.values() if account.key == "BANK"} - {""}
        return {number: part_of(account, headings) for number, account in self.accounts.items()}

    @cached_property
    def stands_for(self) -> dict[str, str]:
        """What money without a claim counts as, for the accounts where that is known."""
        numbers = {account.key: number for number, account in self.accounts.items() if account.key}
        return {numbers[key]: numbers[value] for key, value in STANDS_FOR.items() if {key, value} <= numbers.keys()}

    @cached_property
    def losses(self) -> set[str]:
        """Accounts on which claims are written off."""
        return {number for number, account in self.accounts.items() if account.key in LOSSES}

    def ids(self, *parts: Part) -> list[int]:
        return [account.pk for number, account in self.accounts.items() if self.parts[number] in parts]

    @property
    def expense_ids(self) -> list[int]:
        return [account.pk for account in self.accounts.values() if account.kind == AccountKind.EXPENSE]

    @cached_property
    def assets_in_use(self) -> dict[str, Account]:
        """Fixed assets that serve the purposes of the association; investments do not."""
        return {
            number: account
            for number, account in self.accounts.items()
            if account.kind == AccountKind.ASSET
            and number.startswith(FIXED_ASSETS)
            and self.parts[number] is Part.NEUTRAL
            and account.sphere != Sphere.ASSETS
        }

    def of_kind(self, kind: AccountKind) -> set[str]:
        return {number for number, account in self.accounts.items() if account.kind == kind}

    @property
    def mark(self) -> str:
        marks = [f"{number}{part.value}{self.accounts[number].name}" for number, part in self.parts.items()]
        return "".join([*marks, *(f"-{number}" for number in sorted(self.losses))])


def part_of(account: Account, money_headings: set[str]) -> Part:
    if account.kind in {AccountKind.INCOME, AccountKind.EXPENSE}:
        return Part.RESULT
    if account.kind == AccountKind.ASSET:
        if account.key in MONEY_KEYS or account.statement_line in money_headings:
            return Part.MONEY
        if account.number.startswith(FIXED_ASSETS):
            return Part.NEUTRAL
    return Part.NEUTRAL if account.kind == AccountKind.EQUITY else Part.OPEN
