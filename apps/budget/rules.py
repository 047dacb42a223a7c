"""Who may see, draft and adopt budgets, and who enters costs."""

from datetime import date
from typing import Any

import rules
from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from apps.accounts.models import User
from apps.accounts.roles import Role, has_role, is_signed_in
from apps.budget.enums import PlanState
from apps.budget.models import BorneCost, BudgetPlan, Commitment, NetworkMeeting
from apps.budget.models.commitments import CommitmentQuerySet
from apps.members.models import City
from apps.members.rules import acting_city_ids, cities_of

sees_drafts = has_role(Role.TREASURER, Role.BOARD, Role.AUDITOR)
plans = has_role(Role.TREASURER)


@rules.predicate
def was_adopted(user: Any, plan: Any = None) -> bool:
    return plan is None or plan.state in {PlanState.ADOPTED, PlanState.SUPERSEDED}


@rules.predicate
def bore_costs(user: Any, obj: Any = None) -> bool:
    """A person of a city sees the meetings her city hosts and the costs it bore; without an object the list of them."""
    mine = acting_city_ids(user)
    if obj is None:
        return bool(mine)
    if isinstance(obj, NetworkMeeting):
        return obj.host_id in mine
    return obj.city_id in mine


rules.add_perm("budget.view_budgetplan", sees_drafts | (is_signed_in & was_adopted))
rules.add_perm("budget.change_budgetplan", plans)
rules.add_perm("budget.adopt_budgetplan", has_role(Role.TREASURER, Role.BOARD))
rules.add_perm("budget.view_lineforecast", sees_drafts)
rules.add_perm("budget.view_commitment", sees_drafts)
rules.add_perm("budget.change_commitment", plans)
rules.add_perm("budget.view_liquidity", sees_drafts)
rules.add_perm("budget.view_costs", sees_drafts)
rules.add_perm("budget.view_networkmeeting", sees_drafts | bore_costs)
rules.add_perm("budget.change_networkmeeting", plans)
rules.add_perm("budget.view_bornecost", sees_drafts | bore_costs)
rules.add_perm("budget.change_bornecost", plans | bore_costs)


def visible_plans(user: User) -> QuerySet[BudgetPlan]:
    plans = BudgetPlan.objects.select_related("resolution", "supplements", "reserve_account")
    return plans if sees_drafts(user) else plans.adopted_once()


def get_plan(user: User, year: int, version: int) -> BudgetPlan:
    return get_object_or_404(visible_plans(user), year=year, version=version)


def visible_commitments(user: User) -> CommitmentQuerySet:
    return Commitment.objects.all() if user.has_perm("budget.view_commitment") else Commitment.objects.none()


def get_commitment(user: User, pk: int) -> Commitment:
    commitments = visible_commitments(user).select_related("account", "cost_centre").with_remainder()
    return get_object_or_404(commitments, pk=pk)


def visible_meetings(user: User) -> QuerySet[NetworkMeeting]:
    """All for those who see the books; a city sees the meetings it hosts."""
    meetings = NetworkMeeting.objects.select_related("host")
    return meetings if sees_drafts(user) else meetings.filter(host__in=acting_city_ids(user))


def get_meeting(user: User, pk: int) -> NetworkMeeting:
    return get_object_or_404(visible_meetings(user), pk=pk)


def visible_costs(user: User) -> QuerySet[BorneCost]:
    costs = BorneCost.objects.select_related("meeting", "city", "evidence")
    return costs if sees_drafts(user) else costs.filter(city__in=acting_city_ids(user))


def get_cost(user: User, pk: int) -> BorneCost:
    return get_object_or_404(visible_costs(user), pk=pk)


def cities_for_costs(user: User, meeting: NetworkMeeting, on: date) -> QuerySet[City]:
    """The treasurer enters for every city that took part, a lead city for itself."""
    if plans(user):
        return City.objects.filter(Q(pk=meeting.host_id) | Q(pk__in=meeting.cities.values("city"))).order_by("name")
    return cities_of(user, on).filter(pk=meeting.host_id)
