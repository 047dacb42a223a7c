"""Plan, actual, commitments and forecast of a year, from the rows."""

from datetime import date
from decimal import Decimal

from django.db.models import Q, Sum
from django.utils import timezone

from apps.budget.calculations.plans import Amounts, Comparison, Estimate, Names, Place, PlannedAmount, Progress, compare
from apps.budget.models import BudgetLine, BudgetPlan, Commitment, LineForecast
from apps.core.money import round_cents
from apps.ledger.enums import AccountKind, Side
from apps.ledger.models import Account, CostCentre, EntryLine

RESULT_KINDS = [AccountKind.INCOME, AccountKind.EXPENSE]


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


def planned_lines(plan: BudgetPlan | None) -> list[PlannedAmount]:
    if plan is None:
        return []
    return [
        PlannedAmount(
            line.account.number,
            line.account.kind == AccountKind.INCOME,
            line.amount.amount,
            centre=centre_number(line),
            following=line.amount_next.amount,
            after_next=line.amount_after.amount,
            month=line.month,
            explanation=line.explanation,
        )
        for line in plan.lines.select_related("account", "cost_centre")
    ]


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
    accounts = Account.objects.result().values_list("number", "name", "kind")
    return Names(
        {number: (name, kind == AccountKind.INCOME) for number, name, kind in accounts},
        dict(CostCentre.objects.values_list("number", "name")),
    )


def compare_plan(plan: BudgetPlan, on: date | None = None) -> Comparison:
    """Every planned account and every account with postings of that year or the year before, as of a day (today)."""
    before = plan_in_force(plan.year - 1)
    actual = actual_by_year([plan.year - 1, plan.year])
    amounts = Amounts(
        actual=actual[plan.year],
        committed=committed_by_place(plan.year),
        planned_before={row.place: row.amount for row in planned_lines(before)},
        actual_before=actual[plan.year - 1],
        estimates=estimates(plan.year),
    )
    passed = progress(plan.year, on or timezone.localdate())
    return compare(planned_lines(plan), amounts, names(), passed, plan.reserve_cover.amount)


def plan_in_force(year: int) -> BudgetPlan | None:
    return BudgetPlan.objects.in_force().filter(year=year).first()
