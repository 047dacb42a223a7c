"""A plan of 2027: a draft, and the same adopted on 20.11.2026."""

from datetime import date
from decimal import Decimal

import pytest

from apps.accounts.models import User
from apps.budget.domain.planning import Planned, adopt_plan, draft_plan, propose_plan, set_amounts
from apps.budget.models import BudgetPlan
from tests.factories.ledger import account
from tests.factories.resolutions import make_decided

DAY = date(2026, 11, 2)


@pytest.fixture
def plan(treasurer: User) -> BudgetPlan:
    plan = draft_plan(2027, by=treasurer, on=DAY)
    amounts = {account("DUES"): Planned(Decimal("142307.34")), account("ROOM"): Planned(Decimal(12000), "zwei Treffen")}
    return set_amounts(plan, amounts, note="", by=treasurer)


@pytest.fixture
def adopted(plan: BudgetPlan, treasurer: User) -> BudgetPlan:
    return adopt_plan(propose_plan(plan, by=treasurer, on=DAY), make_decided(kind="budget"), by=treasurer)
