"""Plan, actual, commitments and forecast of a year, from the rows."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum, Value
from django.utils import timezone

from apps.budget.calculations.plans import Amounts, Comparison, Estimate, Names, Place, PlannedAmount, Progress, compare
from apps.budget.models import BudgetLine, BudgetPlan, Commitment, LineForecast
from apps.core.money import round_cents
from apps.ledger.enums import AccountKind, Side
from apps.ledger.models import Account, AccountYear, CostCentre, EntryLine

RESULT_KINDS = [AccountKind.INCOME, AccountKind.EXPENSE]
CARRIED = "RESULT_CARRY"


def actual_by_year(years: list[int] | None) -> dict[int, dict[Place, Decimal]]:
    """Posted amounts per year (None: all), account of income or expense, and cost centre; one query.

    Positive on the account's own side.
    """
    lines = EntryLine.objects.filter(account__kind__in=RESULT_KINDS)
    if years is not None:
        lines = lines.filter(entry__year__in=years)
    sums = (
        lines.order_by()
        .values_list("entry__year", "account__number", "cost_centre__number", "account__kind")
        .annotate(
            debit=Sum("amount", filter=Q(side=Side.DEBIT), default=0),
            credit=Sum("amount", filter=Q(side=Side.CREDIT), default=0),
        )
    )
    found: dict[int, dict[Place, Decimal]] = {year: {} for year in years or ()}
    for year, number, centre, kind, debit, credit in sums:
        found.setdefault(year, {})[number, centre or ""] = round_cents(
            Decimal(credit - debit if kind == AccountKind.INCOME else debit - credit)
        )
    return found


def committed_by_place(year: int) -> dict[Place, Decimal]:
    """What open commitments of the year still bind."""
    found: dict[Place, Decimal] = {}
    commitments = Commitment.objects.open().filter(year=year).with_remainder()
    for commitment in commitments.select_related("account", "cost_centre"):
        place = (commitment.account.number, centre_number(commitment))
        found[place] = found.get(place, Decimal(0)) + round_cents(commitment.remainder)
    return found


def centre_number(row: BudgetLine | Commitment | LineForecast) -> str:
    return row.cost_centre.number if row.cost_centre else ""


def planned_in_force(years: Iterable[int]) -> dict[int, list[BudgetLine]]:
    """The lines of the plan in force in each of these years, with their plan, in one query."""
    found: dict[int, list[BudgetLine]] = {year: [] for year in years}
    for line in with_places(BudgetLine.objects.filter(plan__in=BudgetPlan.objects.in_force().filter(year__in=found))):
        found[line.plan.year].append(line)
    return found


def with_places(lines: QuerySet[BudgetLine]) -> QuerySet[BudgetLine]:
    return lines.select_related("plan", "account", "cost_centre")


def planned(line: BudgetLine) -> PlannedAmount:
    return PlannedAmount(
        line.account.number,
        line.account.kind == AccountKind.INCOME,
        line.amount.amount,
        centre=centre_number(line),
        following=line.amount_next.amount,
        after_next=line.amount_after.amount,
        month=line.month,
        explanation=line.explanation,
    )


def estimates(year: int) -> dict[Place, Estimate]:
    rows = LineForecast.objects.filter(year=year).select_related("account", "cost_centre")
    return {
        (row.account.number, centre_number(row)): Estimate(
            row.rule, row.figure.amount if row.figure else Decimal(0), row.reason
        )
        for row in rows
    }


def progress(year: int, on: date) -> Progress:
    days = (date(year + 1, 1, 1) - date(year, 1, 1)).days
    return Progress(days, max(0, min(days, (on - date(year, 1, 1)).days + 1)))


def names() -> Names:
    """Of all accounts of the result and of all cost centres, in one query."""
    accounts = Account.objects.result().order_by().values_list("number", "name", "kind")
    centres = CostCentre.objects.order_by().values_list("number", "name", Value(""))
    rows = list(accounts.union(centres, all=True))
    return Names(
        {number: (name, kind == AccountKind.INCOME) for number, name, kind in rows if kind},
        {number: name for number, name, kind in rows if not kind},
    )


def compare_plan(plan: BudgetPlan, on: date | None = None) -> Comparison:
    """Every planned account and every account with postings of that year or the year before, as of a day (today).

    A supplementary budget stands beside the plan that it supplements.
    """
    supplemented = with_places(plan.supplements.lines.all()) if plan.supplements else ()
    lines_before = planned_in_force([plan.year - 1])[plan.year - 1]
    return compare_lines(plan, with_places(plan.lines.all()), lines_before, on, supplemented=supplemented)


def compare_lines(
    plan: BudgetPlan,
    lines: Iterable[BudgetLine],
    lines_before: Iterable[BudgetLine],
    on: date | None = None,
    *,
    supplemented: Iterable[BudgetLine] = (),
) -> Comparison:
    """Like `compare_plan`, with the lines of the plan and of the plan of the year before at hand; four queries."""
    actual = actual_by_year([plan.year - 1, plan.year])
    amounts = Amounts(
        actual=actual[plan.year],
        committed=committed_by_place(plan.year),
        supplemented={row.place: row.amount for row in map(planned, supplemented)},
        planned_before={row.place: row.amount for row in map(planned, lines_before)},
        actual_before=actual[plan.year - 1],
        estimates=estimates(plan.year),
    )
    passed = progress(plan.year, on or timezone.localdate())
    return compare(map(planned, lines), amounts, names(), passed, plan.reserve_cover.amount)


def plan_in_force(year: int) -> BudgetPlan | None:
    return BudgetPlan.objects.in_force().filter(year=year).first()


def reserve_for(plan: BudgetPlan, account: Account) -> Decimal:
    """What a plan may take from the account: its balance, less what other plans since the year before take and is not booked yet.

    The capital brought forward holds the results of the years before the plan, which no entry carries over: what a
    plan takes from it is booked as the loss of its year. What was withdrawn for the plan that this one replaces is
    there for this one too.
    """
    held = AccountYear.objects.filter(account=account)
    balance, taken = held.balance(), dict(held.values_list("year", "debit"))
    if account.key == CARRIED:
        results = AccountYear.objects.before(plan.year).filter(account__kind__in=RESULT_KINDS)
        balance += results.balance()
        taken = {plan.year - 1: max(Decimal(0), results.filter(year=plan.year - 1).balance())}
    in_force = BudgetPlan.objects.in_force().filter(reserve_account=account, year__gte=plan.year - 1)
    covers = dict(in_force.values_list("year", "reserve_cover"))
    withdrawn = min(covers.pop(plan.year, Decimal(0)), taken.get(plan.year, Decimal(0)))
    waiting = (max(Decimal(0), cover - taken.get(year, Decimal(0))) for year, cover in covers.items())
    return round_cents(withdrawn - balance - sum(waiting, Decimal(0)))


def cover_accounts() -> QuerySet[Account]:
    """What may cover a deficit: reserves and results carried forward, not the technical account of opening balances."""
    return Account.objects.filter(kind=AccountKind.EQUITY).exclude(key="OPENING")
