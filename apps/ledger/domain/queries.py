"""What stands in the books: balances, account sheets, the trial balance."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum

from apps.ledger.calculations import ZERO
from apps.ledger.enums import AccountKind, Side
from apps.ledger.models import Account, AccountYear, AccountYearQuerySet, CostCentre, EntryLine, EntryLineQuerySet

DEBIT, CREDIT = Q(side=Side.DEBIT), Q(side=Side.CREDIT)


@dataclass(frozen=True)
class SheetRow:
    """A line of an account sheet with the balance after it (debit minus credit)."""

    line: EntryLine
    debit: Decimal | None
    credit: Decimal | None
    balance: Decimal


@dataclass(frozen=True)
class AccountSheet:
    """An account between two days: opening, movements, closing. Of a long one `rows` are those from `first` on."""

    account: Account
    start: date
    end: date
    opening: Decimal
    rows: Sequence[SheetRow]
    debit: Decimal
    credit: Decimal
    count: int
    first: int
    carried: Decimal

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
    return balance_until([account], until) if until else AccountYear.objects.filter(account=account).balance()


def balance_until(accounts: Iterable[Account], day: date) -> Decimal:
    """Debit minus credit of accounts up to and including a day: of a year that is not over the lines, of the others their sums."""
    years = AccountYear.objects.filter(account__in=accounts)
    if (day.month, day.day) == (12, 31):
        return years.before(day.year + 1).balance()
    lines = EntryLine.objects.filter(account__in=accounts).of_years(day.year, day.year)
    return years.before(day.year).balance() + lines.until(day).balance()


def account_sheet(
    account: Account,
    *,
    start: date,
    end: date,
    cost_centre: CostCentre | None = None,
    first: int = 0,
    size: int | None = None,
) -> AccountSheet:
    """Lines of the account (and cost centre) booked from `start` to `end` with the running balance.

    Of a long sheet only `size` lines from the place `first` on; `carried` is the balance before them.
    """
    on_account = EntryLine.objects.filter(account=account)
    if cost_centre:
        on_account = on_account.filter(cost_centre=cost_centre)
    opening = opening_balance(account, start, cost_centre)
    lines = (
        on_account.of_years(start.year, end.year)
        .filter(entry__booked_on__gte=start, entry__booked_on__lte=end)
        .order_by("entry__booked_on", "entry_id", "pk")
    )
    sums: Any = lines.order_by().aggregate(
        count=Count("pk"), debit=Sum("amount", filter=DEBIT), credit=Sum("amount", filter=CREDIT)
    )
    carried = opening + (lines[:first].balance() if first else ZERO)
    shown = lines.select_related("entry", "city", "cost_centre")[first : first + size if size else None]
    return AccountSheet(
        account,
        start,
        end,
        opening,
        list(sheet_rows(shown, carried)),
        debit=Decimal(sums["debit"] or ZERO),
        credit=Decimal(sums["credit"] or ZERO),
        count=sums["count"],
        first=first,
        carried=carried,
    )


def opening_balance(account: Account, start: date, cost_centre: CostCentre | None) -> Decimal:
    """Balance before the day. Income and expenses begin every year at zero: only lines of the same year count for them."""
    lines = EntryLine.objects.filter(account=account)
    if cost_centre:
        lines = lines.filter(cost_centre=cost_centre)
    if account.kind not in {AccountKind.INCOME, AccountKind.EXPENSE}:
        day = start - timedelta(days=1)
        return lines.balance_until(day) if cost_centre else balance_until([account], day)
    return lines.of_years(start.year, start.year).filter(entry__booked_on__lt=start).balance()


def sheet_rows(lines: Iterable[EntryLine], balance: Decimal) -> Iterator[SheetRow]:
    for line in lines:
        amount = line.amount.amount
        is_debit = line.side == Side.DEBIT
        balance += amount if is_debit else -amount
        yield SheetRow(line, amount if is_debit else None, None if is_debit else amount, balance)


def trial_balance(*, start: date, end: date, accounts: Iterable[Account] | None = None) -> TrialBalance:
    """Opening, sums of both sides and closing of every account used until `end`, in a constant number of queries.

    `accounts`: the whole chart in its order, where the caller has read it already.

    The result of earlier years, which no account carries until it is transferred, is shown on RESULT_CARRY.
    """
    before, moved = sums_before_and_between(start, end)
    nothing = (ZERO, ZERO)
    rows = carry_result(
        [
            BalanceRow(account, before.get(account.pk, ZERO), *moved.get(account.pk, nothing))
            for account in accounts or Account.objects.order_by("number")
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


type Sums = dict[int, tuple[Decimal, Decimal]]


def sums_before_and_between(start: date, end: date) -> tuple[dict[int, Decimal], Sums]:
    """Per account debit minus credit before `start`, and the sums of both sides from then on: of full years in one query."""
    if not are_full_years(start, end):
        return sums_before(start), sums_between(start, end)
    before, within = Q(year__lt=start.year), Q(year__gte=start.year)
    rows = (
        AccountYear.objects.filter(year__lte=end.year)
        .order_by()
        .values_list("account")
        .annotate(
            debit_before=Sum("debit", filter=before, default=ZERO),
            credit_before=Sum("credit", filter=before, default=ZERO),
            debit=Sum("debit", filter=within, default=ZERO),
            credit=Sum("credit", filter=within, default=ZERO),
        )
    )
    opening, moved = {}, {}
    for account, debit_before, credit_before, debit, credit in rows:
        opening[account] = Decimal(debit_before) - Decimal(credit_before)
        moved[account] = Decimal(debit), Decimal(credit)
    return opening, moved


def are_full_years(start: date, end: date) -> bool:
    return (start.month, start.day, end.month, end.day) == (1, 1, 12, 31)


def sums_before(start: date) -> dict[int, Decimal]:
    """Per account debit minus credit before the day."""
    parts = [sums_of_years(AccountYear.objects.before(start.year))]
    if (start.month, start.day) != (1, 1):
        parts.append(
            sums_of_lines(EntryLine.objects.of_years(start.year, start.year).filter(entry__booked_on__lt=start))
        )
    found: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for sums in parts:
        for account, (debit, credit) in sums.items():
            found[account] += debit - credit
    return found


def sums_between(start: date, end: date) -> Sums:
    """Per account the sums of both sides from `start` to `end`: of full years as the database has them."""
    if are_full_years(start, end):
        return sums_of_years(AccountYear.objects.filter(year__gte=start.year, year__lte=end.year))
    lines = EntryLine.objects.of_years(start.year, end.year)
    return sums_of_lines(lines.filter(entry__booked_on__gte=start, entry__booked_on__lte=end))


def sums_of_years(years: AccountYearQuerySet) -> Sums:
    rows = years.order_by().values_list("account").annotate(debit=Sum("debit"), credit=Sum("credit"))
    return {account: (Decimal(debit), Decimal(credit)) for account, debit, credit in rows}


def sums_of_lines(lines: EntryLineQuerySet) -> Sums:
    rows = (
        lines.order_by()
        .values_list("account")
        .annotate(debit=Sum("amount", filter=DEBIT), credit=Sum("amount", filter=CREDIT))
    )
    return {account: (Decimal(debit or ZERO), Decimal(credit or ZERO)) for account, debit, credit in rows}


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
