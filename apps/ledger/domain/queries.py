"""What stands in the books: balances, account sheets, the trial balance."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum

from apps.ledger.calculations import ZERO, running_balance
from apps.ledger.enums import AccountKind, Side
from apps.ledger.models import Account, CostCentre, EntryLine


@dataclass(frozen=True)
class SheetRow:
    """A line of an account sheet with the balance after it (debit minus credit)."""

    line: EntryLine
    debit: Decimal | None
    credit: Decimal | None
    balance: Decimal


@dataclass(frozen=True)
class AccountSheet:
    """An account between two days: opening, movements, closing."""

    account: Account
    start: date
    end: date
    opening: Decimal
    rows: Sequence[SheetRow]
    debit: Decimal
    credit: Decimal

    @property
    def closing(self) -> Decimal:
        return self.opening + self.debit - self.credit


@dataclass(frozen=True)
class BalanceRow:
    """An account in the trial balance (Summen- und Saldenliste)."""

    account: Account
    opening: Decimal
    debit: Decimal
    credit: Decimal

    @property
    def closing(self) -> Decimal:
        return self.opening + self.debit - self.credit


@dataclass(frozen=True)
class TrialBalance:
    """All accounts that were ever used until a day; debit and credit are equal."""

    start: date
    end: date
    rows: Sequence[BalanceRow]
    opening: Decimal
    debit: Decimal
    credit: Decimal
    closing: Decimal

    @property
    def is_balanced(self) -> bool:
        return self.debit == self.credit and self.closing == self.opening == 0


def balance_of(account: Account, *, until: date | None = None) -> Decimal:
    """Debit minus credit of an account up to and including a day."""
    sums = EntryLine.objects.filter(account=account).until(until).with_sums()
    return Decimal(sums["debit"] or ZERO) - Decimal(sums["credit"] or ZERO)


def account_sheet(account: Account, *, start: date, end: date, cost_centre: CostCentre | None = None) -> AccountSheet:
    """Lines of the account (and cost centre) booked from `start` to `end` with the running balance.

    Income and expenses begin every year at zero, so only lines of the same year count for their opening balance.
    """
    earlier = Q(entry__booked_on__lt=start)
    if account.kind in {AccountKind.INCOME, AccountKind.EXPENSE}:
        earlier &= Q(entry__booked_on__year=start.year)
    on_account = EntryLine.objects.filter(account=account)
    if cost_centre:
        on_account = on_account.filter(cost_centre=cost_centre)
    sums = on_account.filter(earlier).with_sums()
    opening = Decimal(sums["debit"] or ZERO) - Decimal(sums["credit"] or ZERO)
    lines = list(
        on_account.filter(entry__booked_on__gte=start, entry__booked_on__lte=end)
        .select_related("entry", "city", "cost_centre")
        .order_by("entry__booked_on", "entry_id", "pk")
    )
    sides = [
        (amount, None) if line.side == Side.DEBIT else (None, amount)
        for line in lines
        if (amount := line.amount.amount)
    ]
    movements = [(debit or ZERO, credit or ZERO) for debit, credit in sides]
    balances = running_balance(opening, movements)
    rows = [
        SheetRow(line, debit, credit, balance)
        for line, (debit, credit), balance in zip(lines, sides, balances, strict=True)
    ]
    return AccountSheet(
        account,
        start,
        end,
        opening,
        rows,
        debit=sum((debit for debit, _ in movements), ZERO),
        credit=sum((credit for _, credit in movements), ZERO),
    )


def trial_balance(*, start: date, end: date) -> TrialBalance:
    """Opening, sums of both sides and closing of every account used until `end`, in one query per side.

    The result of earlier years, which no account carries until it is transferred, is shown on RESULT_CARRY.
    """
    movement = Q(lines__entry__booked_on__gte=start, lines__entry__booked_on__lte=end)
    earlier = Q(lines__entry__booked_on__lt=start)
    accounts: Any = Account.objects.annotate(
        debit=Sum("lines__amount", filter=movement & Q(lines__side=Side.DEBIT)),
        credit=Sum("lines__amount", filter=movement & Q(lines__side=Side.CREDIT)),
        debit_before=Sum("lines__amount", filter=earlier & Q(lines__side=Side.DEBIT)),
        credit_before=Sum("lines__amount", filter=earlier & Q(lines__side=Side.CREDIT)),
    ).order_by("number")
    rows = carry_result(
        [
            BalanceRow(
                account,
                opening=Decimal(account.debit_before or ZERO) - Decimal(account.credit_before or ZERO),
                debit=Decimal(account.debit or ZERO),
                credit=Decimal(account.credit or ZERO),
            )
            for account in accounts
        ],
        start,
    )
    used = [row for row in rows if row.opening or row.debit or row.credit]
    return TrialBalance(
        start,
        end,
        used,
        opening=sum((row.opening for row in used), ZERO),
        debit=sum((row.debit for row in used), ZERO),
        credit=sum((row.credit for row in used), ZERO),
        closing=sum((row.closing for row in used), ZERO),
    )


def carry_result(rows: Sequence[BalanceRow], start: date) -> list[BalanceRow]:
    """Income and expenses before a year that starts on 1 January belong to the carried result."""
    if (start.month, start.day) != (1, 1):
        return list(rows)
    result = {AccountKind.INCOME, AccountKind.EXPENSE}
    carried = sum((row.opening for row in rows if row.account.kind in result), ZERO)
    return [
        BalanceRow(
            row.account,
            ZERO
            if row.account.kind in result
            else row.opening + (carried if row.account.key == "RESULT_CARRY" else ZERO),
            row.debit,
            row.credit,
        )
        for row in rows
    ]


def cost_centre_sums(centre: CostCentre, *, start: date, end: date) -> list[BalanceRow]:
    """Debit and credit of every account on the cost centre from `start` to `end`."""
    lines = Q(lines__cost_centre=centre, lines__entry__booked_on__gte=start, lines__entry__booked_on__lte=end)
    accounts: Any = (
        Account.objects.filter(lines)
        .annotate(
            debit=Sum("lines__amount", filter=lines & Q(lines__side=Side.DEBIT)),
            credit=Sum("lines__amount", filter=lines & Q(lines__side=Side.CREDIT)),
        )
        .order_by("number")
    )
    return [
        BalanceRow(account, ZERO, Decimal(account.debit or ZERO), Decimal(account.credit or ZERO))
        for account in accounts
    ]
