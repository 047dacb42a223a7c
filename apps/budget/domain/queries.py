"""Plan against actual from the postings."""

from decimal import Decimal

from django.db.models import Q, Sum

from apps.budget.calculations import Comparison, PlannedAmount, compare
from apps.budget.models import BudgetPlan
from apps.ledger.enums import AccountKind, Side
from apps.ledger.models import EntryLine

RESULT_KINDS = [AccountKind.INCOME, AccountKind.EXPENSE]


def actual_by_account(year: int) -> dict[str, tuple[str, bool, Decimal]]:
    """Posted amounts of a year per account of income or expense, positive on the account's own side; one query."""
    sums = (
        EntryLine.objects.filter(account__kind__in=RESULT_KINDS, entry__year=year)
        .order_by()
        .values_list("account__number", "account__name", "account__kind")
        .annotate(
            debit=Sum("amount", filter=Q(side=Side.DEBIT), default=0),
            credit=Sum("amount", filter=Q(side=Side.CREDIT), default=0),
        )
    )
    return {
        number: (
            name,
            kind == AccountKind.INCOME,
            Decimal(credit - debit if kind == AccountKind.INCOME else debit - credit),
        )
        for number, name, kind, debit, credit in sums
    }


def compare_plan(plan: BudgetPlan) -> Comparison:
    """Every planned account and every account with postings of that year; two queries."""
    planned = [
        PlannedAmount(
            line.account.number,
            line.account.name,
            line.account.kind == AccountKind.INCOME,
            line.amount.amount,
            line.explanation,
        )
        for line in plan.lines.select_related("account")
    ]
    return compare(planned, actual_by_account(plan.year))


def plan_in_force(year: int) -> BudgetPlan | None:
    return BudgetPlan.objects.in_force().filter(year=year).first()
