"""Proof of balances per account and day: opening + lines = closing, against what the bank says and the books hold."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce

from apps.banking.domain.continuity import told_once, warnings_between
from apps.banking.domain.queries import unbooked_opening
from apps.banking.models import BankAccount, BankLine, Statement
from apps.ledger.domain.queries import balance_of
from apps.ledger.enums import Side
from apps.ledger.models import EntryLine

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class DayProof:
    """One day of an account. `said` is the closing balance a statement names for this day, if one ends here."""

    on: date
    opening: Decimal
    count: int
    received: Decimal
    paid: Decimal
    said: Decimal | None
    books: Decimal
    waiting: Decimal
    unbooked_opening: Decimal

    @property
    def movement(self) -> Decimal:
        return self.received + self.paid

    @property
    def closing(self) -> Decimal:
        return self.opening + self.received + self.paid

    @property
    def gap(self) -> Decimal:
        """What the lines we know lack of what the bank says."""
        return ZERO if self.said is None else self.said - self.closing

    @property
    def bank(self) -> Decimal:
        return self.closing if self.said is None else self.said

    @property
    def difference(self) -> Decimal:
        """Bank against books, less lines not in the books by this day and an opening balance not posted."""
        return self.bank - self.books - self.waiting - self.unbooked_opening

    @property
    def is_proven(self) -> bool:
        return self.gap == 0 and self.difference == 0


@dataclass(frozen=True)
class AccountProof:
    """The days of a year; warnings about gaps and overlaps; the lines that stand on no statement with balances."""

    bank_account: BankAccount
    year: int
    days: Sequence[DayProof]
    warnings: Sequence[str]
    unproven: Sequence[BankLine]
    years: Sequence[int] = field(default_factory=tuple)

    @property
    def faults(self) -> int:
        return sum(1 for day in self.days if not day.is_proven)

    @property
    def is_proven(self) -> bool:
        return bool(self.days) and not self.faults and not self.warnings and not self.unproven


def prove_account(bank_account: BankAccount, year: int | None = None) -> AccountProof:
    """Prove the days of a year (the latest one with a statement), with a constant number of queries."""
    statements = told_once(bank_account.statements.filter(closing__isnull=False))
    if not statements:
        return AccountProof(bank_account, year or 0, [], [], [])
    years = sorted({each.closed_on.year for each in statements} | {each.opened_on.year for each in statements})
    year = year if year in years else years[-1]
    in_year = [each for each in statements if each.opened_on.year <= year <= each.closed_on.year]
    days = [each for each in prove_days(bank_account, statements) if each.on.year == year]
    return AccountProof(
        bank_account=bank_account,
        year=year,
        days=days,
        warnings=warnings_between(statements, {each.pk for each in in_year}),
        unproven=unproven_lines(bank_account, statements[0].opened_on, year),
        years=years,
    )


def prove_days(bank_account: BankAccount, statements: Sequence[Statement]) -> list[DayProof]:
    """Every day with lines or with the end of a statement, from the first statement on."""
    first = statements[0]
    if first.opening is None:
        return []
    movements = sums_by_day(bank_account, first.opened_on)
    said = {each.closed_on: each.closing.amount for each in statements if each.closing is not None}
    booked = entries_by_day(bank_account, first.opened_on)
    arrived, entered = waiting_by_day(bank_account, first.opened_on)
    unbooked = unbooked_opening(bank_account, first)
    balance: Decimal = first.opening.amount
    books = balance_of(bank_account.account, until=first.opened_on) - booked.get(first.opened_on, ZERO)
    waiting = ZERO
    proofs: list[DayProof] = []
    for on in sorted({*movements, *said, *booked, *arrived, *entered}):
        books += booked.get(on, ZERO)
        waiting += arrived.get(on, ZERO) - entered.get(on, ZERO)
        if on not in movements and on not in said:
            continue
        count, received, paid = movements.get(on, (0, ZERO, ZERO))
        proofs.append(DayProof(on, balance, count, received, paid, said.get(on), books, waiting, unbooked))
        balance = proofs[-1].bank
    return proofs


def sums_by_day(bank_account: BankAccount, start: date) -> dict[date, tuple[int, Decimal, Decimal]]:
    rows = bank_account.lines.filter(booked_on__gte=start).order_by().values("booked_on")
    found = rows.annotate(
        count=Count("pk"),
        received=Sum("amount", filter=Q(amount__gt=0)),
        paid=Sum("amount", filter=Q(amount__lt=0)),
    )
    return {row["booked_on"]: (row["count"], row["received"] or ZERO, row["paid"] or ZERO) for row in found}


def entries_by_day(bank_account: BankAccount, start: date) -> dict[date, Decimal]:
    """What the books moved on the account of the bank, by day."""
    rows = EntryLine.objects.filter(account=bank_account.account, entry__booked_on__gte=start).order_by()
    sums = rows.values("entry__booked_on").annotate(
        debit=Sum("amount", filter=Q(side=Side.DEBIT)), credit=Sum("amount", filter=Q(side=Side.CREDIT))
    )
    return {row["entry__booked_on"]: (row["debit"] or ZERO) - (row["credit"] or ZERO) for row in sums}


def waiting_by_day(bank_account: BankAccount, start: date) -> tuple[dict[date, Decimal], dict[date, Decimal]]:
    """Lines by the day of the bank, and by the day on which they entered the books."""
    arrived: dict[date, Decimal] = defaultdict(lambda: ZERO)
    entered: dict[date, Decimal] = defaultdict(lambda: ZERO)
    entry_day = Coalesce("parked_entry__booked_on", "entry__booked_on")
    rows = bank_account.lines.filter(booked_on__gte=start).order_by().annotate(entry_day=entry_day)
    for row in rows.values("booked_on", "entry_day").annotate(total=Sum("amount")):
        arrived[row["booked_on"]] += row["total"]
        if row["entry_day"]:
            entered[max(row["entry_day"], row["booked_on"])] += row["total"]
    return arrived, entered


def unproven_lines(bank_account: BankAccount, start: date, year: int) -> list[BankLine]:
    """Lines of the year that came in a file without balances only."""
    rows = bank_account.lines.filter(booked_on__gte=start, booked_on__year=year)
    on_statement = BankLine.objects.filter(positions__statement__closing__isnull=False).values("pk")
    return list(rows.exclude(pk__in=on_statement).order_by("booked_on", "pk")[:100])
