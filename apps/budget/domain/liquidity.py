"""Money on the accounts by month: what was booked, and what plan, commitments and open items let expect."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, Sum
from django.db.models.functions import ExtractMonth

from apps.budget.calculations.liquidity import Expected, Month, by_month
from apps.budget.calculations.plans import Figure, Place
from apps.budget.domain.queries import compare_plan, plan_in_force
from apps.budget.models import Commitment
from apps.core.money import round_cents
from apps.ledger.domain.queries import balance_until
from apps.ledger.enums import AccountKind, Side
from apps.ledger.models import Account, AccountQuerySet, EntryLine

DEBIT, CREDIT = Q(side=Side.DEBIT), Q(side=Side.CREDIT)


@dataclass(frozen=True)
class Liquidity:
    year: int
    as_of: date
    months: list[Month]
    open_items: Decimal
    has_plan: bool

    @property
    def lowest(self) -> Month:
        return min(self.months, key=lambda month: month.closing)


def money_accounts() -> AccountQuerySet:
    """Bank accounts and cash: all that share a line of the annual statement with the main bank account."""
    return Account.objects.filter(statement_line__in=Account.objects.filter(key="BANK").values("statement_line"))


def booked_by_month(year: int, on: date) -> dict[int, tuple[Decimal, Decimal]]:
    """In and out per month; transfers between own accounts stand on both sides."""
    rows = (
        EntryLine.objects.filter(account__in=money_accounts())
        .of_years(year, year)
        .filter(entry__booked_on__lte=on)
        .order_by()
        .annotate(month=ExtractMonth("entry__booked_on"))
        .values_list("month")
        .annotate(
            debit=Sum("amount", filter=DEBIT, default=Decimal(0)),
            credit=Sum("amount", filter=CREDIT, default=Decimal(0)),
        )
    )
    return {month: (round_cents(Decimal(debit)), round_cents(Decimal(credit))) for month, debit, credit in rows}


def open_items(on: date) -> Decimal:
    """Receivables less liabilities on that day: booked as income or expense, but not yet paid."""
    settled = Account.objects.filter(Q(kind=AccountKind.LIABILITY) | Q(key__startswith="RECEIVABLE"))
    return round_cents(balance_until(settled, on))


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


def liquidity(year: int, on: date) -> Liquidity:
    """The year by month as of a day; a coming year begins with what the year before is expected to leave."""
    if year > on.year:
        before = liquidity(year - 1, on)
        opening, waiting, first = before.months[-1].closing, Decimal(0), 1
    else:
        opening = round_cents(balance_until(money_accounts(), date(year - 1, 12, 31)))
        first = on.month if year == on.year else 13
        waiting = open_items(on) if year == on.year else Decimal(0)
    plan = plan_in_force(year)
    expected = [Expected(waiting, first)] if waiting else []
    if plan and first <= 12:
        figures = compare_plan(plan, on).figures
        bound = fold_bound(commitments_by_place(year, first), {(figure.number, figure.centre) for figure in figures})
        for figure in figures:
            expected += expected_of(figure, bound.get((figure.number, figure.centre), []))
    return Liquidity(
        year, on, by_month(opening, booked_by_month(year, on), expected, first=first), waiting, plan is not None
    )
