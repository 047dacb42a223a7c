"""Proof of balances per account and day: opening + lines = closing, against what the bank says and the books hold."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, DateField, Exists, F, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from apps.banking.domain.continuity import told_once, warnings_between
from apps.banking.domain.queries import unbooked_opening
from apps.banking.models import BankAccount, BankLine, BankLineQuerySet, Statement, StatementLine
from apps.ledger.domain.queries import balance_of
from apps.ledger.enums import Side
from apps.ledger.models import ENTRIES_PER_YEAR, EntryLine

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
    """Prove the days of a year (the latest one with a statement), with a constant number of queries.

    What was before the year is carried forward: of earlier years nothing is read line by line.
    """
    proven = bank_account.statements.filter(closing__isnull=False)
    years = years_of(proven)
    if not years:
        return AccountProof(bank_account, year or 0, [], [], [])
    year = year if year in years else years[-1]
    start, end = date(year, 1, 1), date(year, 12, 31)
    statements = told_once(around(proven, start, end))
    in_year = {each.pk for each in statements if each.opened_on <= end and each.closed_on >= start}
    return AccountProof(
        bank_account=bank_account,
        year=year,
        days=prove_days(bank_account, statements, start, end),
        warnings=warnings_between(statements, in_year),
        unproven=unproven_lines(bank_account, statements[0].opened_on, start, end),
        years=years,
    )


def years_of(statements: QuerySet[Statement]) -> list[int]:
    """Every year in which a statement begins or ends."""
    pairs = statements.order_by().values_list("opened_on__year", "closed_on__year").distinct()
    return sorted({year for pair in pairs for year in pair})


def around(statements: QuerySet[Statement], start: date, end: date) -> QuerySet[Statement]:
    """Those that touch the days, with the ones before and after them, and the very first."""
    mark: Any = statements.aggregate(
        first=Min("closed_on"),
        before=Max("closed_on", filter=Q(closed_on__lt=start)),
        last=Max("closed_on", filter=Q(opened_on__lte=end, closed_on__gte=start)),
    )
    later = statements.filter(closed_on__gt=mark["last"]).order_by("closed_on").values("closed_on")[:1]
    near = Q(closed_on__gte=mark["before"] or start, closed_on__lte=Coalesce(Subquery(later), mark["last"]))
    return statements.filter(near | Q(closed_on=mark["first"]))


def prove_days(bank_account: BankAccount, statements: Sequence[Statement], start: date, end: date) -> list[DayProof]:
    """Every day with lines or with the end of a statement, from the first statement on."""
    first = statements[0]
    start = max(start, first.opened_on)
    said = {each.closed_on: each.closing.amount for each in statements if each.closing is not None}
    movements, waits = movements_of(bank_account, start, end), waits_of(bank_account, first.opened_on, start, end)
    booked = entries_by_day(bank_account, start, end)
    unbooked = unbooked_opening(bank_account, first)
    balance = carried_balance(bank_account, first, said, start)
    books = balance_of(bank_account.account, until=start - timedelta(days=1))
    waiting = ZERO
    proofs: list[DayProof] = []
    for on in sorted(day for day in {*movements, *said, *booked, *waits} if start <= day <= end):
        books += booked.get(on, ZERO)
        waiting += waits.get(on, ZERO)
        if on not in movements and on not in said:
            continue
        count, received, paid = movements.get(on, (0, ZERO, ZERO))
        proofs.append(DayProof(on, balance, count, received, paid, said.get(on), books, waiting, unbooked))
        balance = proofs[-1].bank
    return proofs


def carried_balance(bank_account: BankAccount, first: Statement, said: Mapping[date, Decimal], start: date) -> Decimal:
    """What was on the account before the day `start`: what the bank said last, and the lines after that."""
    told = max((day for day in said if day < start), default=None)
    balance: Decimal = said[told] if told else first.opening.amount
    after = told + timedelta(days=1) if told else first.opened_on
    return balance + bank_account.lines.told_once().filter(booked_on__gte=after, booked_on__lt=start).total()


def movements_of(bank_account: BankAccount, start: date, end: date) -> dict[date, tuple[int, Decimal, Decimal]]:
    """Number and sums of what came and what went, by the day of the bank."""
    lines = bank_account.lines.told_once().filter(booked_on__gte=start, booked_on__lte=end)
    rows = lines.order_by().values_list("booked_on")
    found = rows.annotate(
        count=Count("pk"),
        received=Sum("amount", filter=Q(amount__gt=0), default=ZERO),
        paid=Sum("amount", filter=Q(amount__lt=0), default=ZERO),
    )
    return {on: (count, received, paid) for on, count, received, paid in found}


def waits_of(bank_account: BankAccount, since: date, start: date, end: date) -> dict[date, Decimal]:
    """How the sum of what is not in the books yet changes from day to day.

    Only lines that entered the books later than they came, or not at all, ever wait; an older one waits from `start` on.
    The key of an entry begins with its year, so that lines booked in earlier years need not be looked at.
    """
    waits: dict[date, Decimal] = defaultdict(lambda: ZERO)
    key = start.year * ENTRIES_PER_YEAR
    lines = bank_account.lines.told_once().filter(booked_on__gte=since, booked_on__lte=end)
    later = {"booked_on__gt": F("booked_on"), "booked_on__gte": start, "pk__gte": key}
    parked = lines.filter(**{f"parked_entry__{name}": value for name, value in later.items()})
    booked = lines.filter(parked_entry=None, **{f"entry__{name}": value for name, value in later.items()})
    neither = lines.filter(parked_entry=None, entry=None)
    found = summed(parked, F("parked_entry__booked_on")).union(
        summed(booked, F("entry__booked_on")), summed(neither, Value(None, DateField())), all=True
    )
    for on, entry_day, total in found.order_by():
        waits[max(on, start)] += total
        if entry_day:
            waits[entry_day] -= total
    return waits


def summed(lines: BankLineQuerySet, entry_day: Any) -> Any:
    days = lines.order_by().annotate(entry_day=entry_day).values_list("booked_on", "entry_day")
    return days.annotate(total=Sum("amount"))


def entries_by_day(bank_account: BankAccount, start: date, end: date) -> dict[date, Decimal]:
    """What the books moved on the account of the bank, by day."""
    rows = EntryLine.objects.filter(account=bank_account.account).of_years(start.year, end.year).order_by()
    sums = (
        rows.filter(entry__booked_on__gte=start, entry__booked_on__lte=end)
        .values("entry__booked_on")
        .annotate(debit=Sum("amount", filter=Q(side=Side.DEBIT)), credit=Sum("amount", filter=Q(side=Side.CREDIT)))
    )
    return {row["entry__booked_on"]: (row["debit"] or ZERO) - (row["credit"] or ZERO) for row in sums}


def unproven_lines(bank_account: BankAccount, since: date, start: date, end: date) -> list[BankLine]:
    """Lines of the days that came in a file without balances only. As a rule the statements of these days hold all of them."""
    on_statement = StatementLine.objects.filter(line=OuterRef("pk"), statement__closing__isnull=False)
    near = on_statement.filter(statement__opened_on__lte=end, statement__closed_on__gte=start)
    rows = bank_account.lines.told_once().filter(booked_on__gte=max(since, start), booked_on__lte=end)
    if not rows.filter(~Exists(near)).count():
        return []
    return list(rows.filter(~Exists(on_statement)).order_by("booked_on", "pk")[:100])
