"""Money on the accounts by month: what was booked, and what plan, commitments and open items let expect."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Self

from django.db.models import Q, Sum
from django.db.models.functions import ExtractMonth

from apps.budget.calculations.liquidity import Expected, Month, by_month
from apps.budget.calculations.plans import Figure, Place
from apps.budget.domain.queries import compare_plan, plan_in_force
from apps.budget.models import BudgetPlan, Commitment
from apps.core.money import round_cents
from apps.ledger.domain.queries import balance_until
from apps.ledger.enums import AccountKind, Side
from apps.ledger.expected import DueItem, due_items
from apps.ledger.models import Account, AccountQuerySet, AccountYear, EntryLine

DEBIT, CREDIT = Q(side=Side.DEBIT), Q(side=Side.CREDIT)


@dataclass(frozen=True)
class OpenItems:
    """What is booked and not yet paid: `dated` with its day, `undated` the rest (credit, unclear payments)."""

    dated: Sequence[DueItem] = ()
    undated: Decimal = Decimal(0)

    @classmethod
    def read(cls) -> Self:
        """All receivables less all liabilities, also of dues that are billed before their year begins."""
        settled = Account.objects.filter(Q(kind=AccountKind.LIABILITY) | Q(key__startswith="RECEIVABLE"))
        balance = round_cents(AccountYear.objects.filter(account__in=settled).balance())
        dated = due_items()
        return cls(dated, balance - sum((item.amount for item in dated), Decimal(0)))

    def overdue(self, on: date) -> list[DueItem]:
        return [item for item in self.dated if item.on < on]

    def due(self, year: int, on: date) -> list[DueItem]:
        """Due in the year, today or later."""
        return [item for item in self.dated if item.on.year == year and item.on >= on]

    def later(self, year: int) -> Decimal:
        return sum((item.amount for item in self.dated if item.on.year > year), Decimal(0))

    def expected(self, year: int, on: date) -> Iterator[Expected]:
        """Each in the month it is due; what is overdue or has no day in the current month."""
        for item in self.due(year, on):
            yield Expected(item.amount, item.on.month)
        if year == on.year:
            for amount in (*(item.amount for item in self.overdue(on)), self.undated):
                if amount:
                    yield Expected(amount, on.month)


@dataclass(frozen=True)
class Liquidity:
    """`rest` is what the plan lets expect beyond what is booked: it holds no money that is claimed or billed already."""

    year: int
    as_of: date
    months: list[Month]
    open_items: OpenItems
    rest: Sequence[Expected]
    has_plan: bool

    @property
    def lowest(self) -> Month:
        return min(self.months, key=lambda month: month.closing)

    @property
    def is_current(self) -> bool:
        return self.year == self.as_of.year

    @property
    def is_over(self) -> bool:
        return self.year < self.as_of.year

    @property
    def expected(self) -> Decimal:
        """What is still to come, less what is still to go."""
        coming = (*self.open_items.expected(self.year, self.as_of), *self.rest)
        return sum((each.amount for each in coming), Decimal(0))


def money_accounts() -> AccountQuerySet:
    """Bank accounts and cash: all that share a line of the annual statement with the main bank account."""
    return Account.objects.filter(statement_line__in=Account.objects.filter(key="BANK").values("statement_line"))


def booked_by_month(year: int) -> dict[int, tuple[Decimal, Decimal]]:
    """In and out per month; transfers between own accounts stand on both sides."""
    rows = (
        EntryLine.objects.filter(account__in=money_accounts())
        .of_years(year, year)
        .order_by()
        .annotate(month=ExtractMonth("entry__booked_on"))
        .values_list("month")
        .annotate(
            debit=Sum("amount", filter=DEBIT, default=Decimal(0)),
            credit=Sum("amount", filter=CREDIT, default=Decimal(0)),
        )
    )
    return {month: (round_cents(Decimal(debit)), round_cents(Decimal(credit))) for month, debit, credit in rows}


def commitments_by_place(year: int, first: int) -> dict[Place, list[Expected]]:
    found: dict[Place, list[Expected]] = defaultdict(list)
    rows = Commitment.objects.open().filter(year=year, due_on__isnull=False).with_remainder()
    for row in rows.select_related("account", "cost_centre"):
        month = row.due_on.month if row.due_on.year == year else (12 if row.due_on.year > year else first)
        if row.remainder:
            place = row.account.number, row.cost_centre.number if row.cost_centre else ""
            found[place].append(Expected(-round_cents(row.remainder), month))
    return found


def expected_of(figure: Figure, bound: list[Expected]) -> Iterator[Expected]:
    """What the forecast still leaves of a line: dated commitments in their month, the rest as planned."""
    rest = figure.forecast - figure.actual
    if figure.is_income:
        if rest > 0:
            yield Expected(rest, figure.month)
        return
    for each in bound:
        part = min(-each.amount, max(rest, Decimal(0)))
        rest -= part
        if part:
            yield Expected(-part, each.month)
    if rest > 0:
        yield Expected(-rest, figure.month)


def fold_bound(bound: dict[Place, list[Expected]], places: set[Place]) -> dict[Place, list[Expected]]:
    """Commitments on a cost centre without a line of its own belong to the line of the account, as in the comparison."""
    folded: dict[Place, list[Expected]] = defaultdict(list)
    for place, parts in bound.items():
        folded[place if place in places else (place[0], "")] += parts
    return folded


def rest_of_plan(plan: BudgetPlan, first: int, on: date) -> list[Expected]:
    """What the forecast leaves of each line beyond what is booked, paid or not."""
    figures = compare_plan(plan, on).figures
    bound = fold_bound(commitments_by_place(plan.year, first), {(figure.number, figure.centre) for figure in figures})
    parts = (expected_of(figure, bound.get((figure.number, figure.centre), [])) for figure in figures)
    return [each for part in parts for each in part]


def liquidity(year: int, on: date) -> Liquidity:
    """The year by month as of a day."""
    return look_ahead(year, on, OpenItems.read() if year >= on.year else OpenItems())


def look_ahead(year: int, on: date, items: OpenItems) -> Liquidity:
    """A coming year begins with what the year before is expected to leave."""
    if year > on.year:
        opening, first = look_ahead(year - 1, on, items).months[-1].closing, 1
    else:
        opening = round_cents(balance_until(money_accounts(), date(year - 1, 12, 31)))
        first = on.month if year == on.year else 13
    plan = plan_in_force(year)
    rest = rest_of_plan(plan, first, on) if plan and first <= 12 else []
    expected = [*items.expected(year, on), *rest]
    months = by_month(opening, booked_by_month(year), expected, first=first)
    return Liquidity(year, on, months, items, rest, plan is not None)
