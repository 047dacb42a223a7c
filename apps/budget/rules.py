"""Who may see, draft and adopt budgets."""

from typing import Any

import rules
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from apps.accounts.models import User
from apps.accounts.roles import Role, has_role, is_signed_in
from apps.budget.enums import PlanState
from apps.budget.models import BudgetPlan

sees_drafts = has_role(Role.TREASURER, Role.BOARD, Role.AUDITOR)


@rules.predicate
def was_adopted(user: Any, plan: Any = None) -> bool:
    return plan is None or plan.state in {PlanState.ADOPTED, PlanState.SUPERSEDED}


rules.add_perm("budget.view_budgetplan", sees_drafts | (is_signed_in & was_adopted))
rules.add_perm("budget.change_budgetplan", has_role(Role.TREASURER))
rules.add_perm("budget.adopt_budgetplan", has_role(Role.TREASURER, Role.BOARD))


def visible_plans(user: User) -> QuerySet[BudgetPlan]:
    plans = BudgetPlan.objects.select_related("resolution")
    return plans if sees_drafts(user) else plans.adopted_once()


def get_plan(user: User, year: int, version: int) -> BudgetPlan:
    return get_object_or_404(visible_plans(user), year=year, version=version)
