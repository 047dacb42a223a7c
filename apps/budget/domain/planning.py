"""From draft to adopted budget."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit import bulk
from apps.audit.acts import act
from apps.budget.enums import PlanState
from apps.budget.models import BudgetLine, BudgetPlan
from apps.core.errors import DomainError
from apps.core.money import euros
from apps.core.transitions import guard_transition
from apps.ledger.models import Account
from apps.resolutions.models import Resolution


class PlanInTheMaking(DomainError):
    """For this year a draft exists already."""


class PlanNotEditable(DomainError):
    """Only a draft can be edited."""


class PlanEmpty(DomainError):
    """There is nothing to decide on."""


class ResolutionNotAdopted(DomainError):
    """A budget is adopted by an adopted resolution."""


@dataclass(frozen=True)
class Planned:
    amount: Decimal
    explanation: str = ""


def locked(plan: BudgetPlan) -> BudgetPlan:
    return BudgetPlan.objects.select_for_update().get(pk=plan.pk)


@transaction.atomic
def draft_plan(year: int, *, by: User | None, on: date) -> BudgetPlan:
    """Begin the budget of a year; with one in force it becomes its supplementary budget.

    The draft starts with the amounts of the plan in force, else of the year before.
    """
    plans = list(BudgetPlan.objects.select_for_update().filter(year=year))
    if any(plan.state in {PlanState.DRAFT, PlanState.PROPOSED} for plan in plans):
        raise PlanInTheMaking(
            _("Für %s gibt es schon einen Entwurf. Bitte arbeiten Sie dort weiter.") % year, field="year"
        )
    model = (
        BudgetPlan.objects.in_force()
        .filter(year__in=[year, year - 1])
        .order_by("-year")
        .prefetch_related("lines")
        .first()
    )
    version = max((plan.version for plan in plans), default=0) + 1
    with act("budget.plan_drafted", by=by, data={"year": year, "on": on}) as entry:
        plan = entry.subject = BudgetPlan.objects.create(year=year, version=version)
        if model:
            bulk.create(
                BudgetLine,
                [
                    BudgetLine(plan=plan, account_id=line.account_id, amount=line.amount, explanation=line.explanation)
                    for line in model.lines.all()
                ],
            )
    return plan


@transaction.atomic
def set_amounts(plan: BudgetPlan, amounts: Mapping[Account, Planned], *, note: str, by: User | None) -> BudgetPlan:
    """Replace the amounts of a draft; accounts with zero and no explanation are left out."""
    plan = locked(plan)
    if not plan.is_draft:
        raise PlanNotEditable(_("%s ist kein Entwurf mehr und kann nicht geändert werden.") % plan)
    wanted = {account.pk: planned for account, planned in amounts.items() if planned.amount or planned.explanation}
    present = {line.account_id: line for line in plan.lines.all()}
    with act("budget.amounts_set", plan, by=by):
        for account_id, line in present.items():
            if account_id not in wanted:
                line.delete()
                continue
            planned = wanted[account_id]
            if (line.amount.amount, line.explanation) != (planned.amount, planned.explanation):
                line.amount, line.explanation = euros(planned.amount), planned.explanation
                line.save(update_fields=["amount", "explanation"])
        bulk.create(
            BudgetLine,
            [
                BudgetLine(
                    plan=plan, account_id=account_id, amount=euros(planned.amount), explanation=planned.explanation
                )
                for account_id, planned in wanted.items()
                if account_id not in present
            ],
        )
        if plan.note != note:
            plan.note = note
            plan.save(update_fields=["note"])
    return plan


@transaction.atomic
def propose_plan(plan: BudgetPlan, *, by: User | None, on: date) -> BudgetPlan:
    """Put the draft before the body that decides; from now on the amounts stand still."""
    plan = locked(plan)
    guard_transition(plan, PlanState.PROPOSED)
    if not plan.lines.exists():
        raise PlanEmpty(_("%s enthält noch keinen Ansatz.") % plan)
    with act("budget.plan_proposed", plan, by=by, data={"on": on}):
        plan.state = PlanState.PROPOSED
        plan.save(update_fields=["state"])
    return plan


@transaction.atomic
def return_plan(plan: BudgetPlan, *, by: User | None, reason: str) -> BudgetPlan:
    """Take the proposal back to edit it."""
    plan = locked(plan)
    guard_transition(plan, PlanState.DRAFT)
    with act("budget.plan_returned", plan, by=by, reason=reason):
        plan.state = PlanState.DRAFT
        plan.save(update_fields=["state"])
    return plan


@transaction.atomic
def adopt_plan(plan: BudgetPlan, resolution: Resolution, *, by: User | None) -> BudgetPlan:
    """Put the plan in force by the resolution that adopted it; a plan of the same year in force is replaced.

    The assembly adopts the budget (domain rule R-6.11; the statutes may name another body). Its amounts are final
    from here on, also for the database.
    """
    plan = locked(plan)
    guard_transition(plan, PlanState.ADOPTED)
    if not resolution.is_adopted or resolution.decided_on is None:
        raise ResolutionNotAdopted(
            _("„%s“ ist noch nicht gefasst. Ein Haushaltsplan tritt nur durch einen angenommenen Beschluss in Kraft.")
            % resolution,
            field="resolution",
        )
    earlier = BudgetPlan.objects.select_for_update().in_force().filter(year=plan.year).first()
    with act("budget.plan_adopted", plan, by=by, data={"resolution": resolution.reference}):
        if earlier:
            earlier.state = PlanState.SUPERSEDED
            earlier.save(update_fields=["state"])
        plan.state, plan.resolution, plan.adopted_on = PlanState.ADOPTED, resolution, resolution.decided_on
        plan.save(update_fields=["state", "resolution", "adopted_on"])
        bulk.change(plan.lines.all(), is_final=True)
    return plan


@transaction.atomic
def withdraw_plan(plan: BudgetPlan, *, by: User | None, reason: str) -> BudgetPlan:
    """Give a draft or proposal up."""
    plan = locked(plan)
    guard_transition(plan, PlanState.WITHDRAWN)
    with act("budget.plan_withdrawn", plan, by=by, reason=reason):
        plan.state = PlanState.WITHDRAWN
        plan.save(update_fields=["state"])
    return plan
