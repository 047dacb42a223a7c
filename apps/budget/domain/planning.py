"""From draft to adopted budget."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit import bulk
from apps.audit.acts import act
from apps.budget.domain.queries import actual_by_year, compare_plan, cover_accounts, reserve_for
from apps.budget.enums import PlanState, Start
from apps.budget.models import BudgetLine, BudgetPlan
from apps.core.errors import DomainError
from apps.core.money import euros
from apps.core.templatetags.formats import euro
from apps.core.transitions import guard_transition
from apps.ledger.models import Account, CostCentre
from apps.organisation.enums import DecisionSubject
from apps.resolutions.domain.subjects import guard_subject
from apps.resolutions.models import Resolution


class PlanInTheMaking(DomainError):
    """For this year a draft exists already."""


class PlanNotEditable(DomainError):
    """Only a draft can be edited."""


class PlanEmpty(DomainError):
    """There is nothing to decide on."""


class PlanNotCovered(DomainError):
    """Neither income nor reserves cover the planned expenses."""


class CoverIncomplete(DomainError):
    """Money is taken from a reserve that is not named, is not one, or does not hold as much."""


@dataclass(frozen=True)
class Planned:
    """What is planned in one place; `following` and `after_next` look two years ahead."""

    amount: Decimal
    explanation: str = ""
    following: Decimal = Decimal(0)
    after_next: Decimal = Decimal(0)
    month: int | None = None

    @property
    def is_empty(self) -> bool:
        return not (self.amount or self.following or self.after_next or self.explanation)


@dataclass(frozen=True)
class Cover:
    """What the plan takes from which reserve, so that it is covered."""

    amount: Decimal = Decimal(0)
    account: Account | None = None


type Place = Account | tuple[Account, CostCentre | None]


def locked(plan: BudgetPlan) -> BudgetPlan:
    return BudgetPlan.objects.select_for_update().get(pk=plan.pk)


@transaction.atomic
def draft_plan(year: int, *, by: User | None, on: date, start: Start = Start.PLAN) -> BudgetPlan:
    """Begin the budget of a year; with one in force it becomes its supplementary budget (Nachtrag), which refers to it."""
    plans = list(BudgetPlan.objects.select_for_update().filter(year=year))
    if any(plan.state in {PlanState.DRAFT, PlanState.PROPOSED} for plan in plans):
        raise PlanInTheMaking(
            _("Für %s gibt es schon einen Entwurf. Bitte arbeiten Sie dort weiter.") % year, field="year"
        )
    in_force = next((plan for plan in plans if plan.state == PlanState.ADOPTED), None)
    version = max((plan.version for plan in plans), default=0) + 1
    with act("budget.plan_drafted", by=by, data={"year": year, "on": on, "start": start}) as entry:
        plan = entry.subject = BudgetPlan.objects.create(
            year=year,
            version=version,
            supplements=in_force,
            supplement=in_force.supplement + 1 if in_force else 0,
            reserve_cover=in_force.reserve_cover if in_force else euros(0),
            reserve_account=in_force.reserve_account if in_force else None,
        )
        bulk.create(BudgetLine, list(first_lines(plan, start)))
    return plan


def first_lines(plan: BudgetPlan, start: Start) -> Iterator[BudgetLine]:
    """The lines a draft begins with."""
    if start == Start.ACTUAL:
        yield from lines_from_postings(plan)
        return
    years = {Start.PLAN: [plan.year, plan.year - 1], Start.OUTLOOK: [plan.year - 1], Start.EMPTY: []}[start]
    model = BudgetPlan.objects.in_force().filter(year__in=years).order_by("-year").first()
    for line in model.lines.all() if model else []:
        line.pk, line.plan, line.is_final = None, plan, False
        if start == Start.OUTLOOK:
            line.amount, line.amount_next, line.amount_after = line.amount_next, line.amount_after, euros(0)
        yield line


def lines_from_postings(plan: BudgetPlan) -> Iterator[BudgetLine]:
    """One line for each account and cost centre with a positive balance in the year before."""
    accounts, centres = Account.objects.in_bulk(field_name="number"), CostCentre.objects.in_bulk(field_name="number")
    for (number, centre), amount in actual_by_year([plan.year - 1])[plan.year - 1].items():
        if amount > 0:
            yield BudgetLine(plan=plan, account=accounts[number], cost_centre=centres.get(centre), amount=euros(amount))


@transaction.atomic
def set_amounts(
    plan: BudgetPlan,
    amounts: Mapping[Account, Planned] | Mapping[Place, Planned],
    *,
    note: str,
    by: User | None,
    cover: Cover | None = None,
) -> BudgetPlan:
    """Replace the amounts of a draft; places with zero and no explanation are left out."""
    plan = locked(plan)
    if not plan.is_draft:
        raise PlanNotEditable(_("%s ist kein Entwurf mehr und kann nicht geändert werden.") % plan)
    wanted = {keys(place): planned for place, planned in amounts.items() if not planned.is_empty}
    present = {(line.account_id, line.cost_centre_id): line for line in plan.lines.all()}
    with act("budget.amounts_set", plan, by=by):
        for place, line in present.items():
            if place not in wanted:
                line.delete()
            elif fill(line, wanted[place]):
                line.save()
        new = [
            BudgetLine(plan=plan, account_id=place[0], cost_centre_id=place[1])
            for place in wanted
            if place not in present
        ]
        for line in new:
            fill(line, wanted[line.account_id, line.cost_centre_id])
        bulk.create(BudgetLine, new)
        change_head(plan, note, cover)
    return plan


def keys(place: Place) -> tuple[int, int | None]:
    account, centre = (place, None) if isinstance(place, Account) else place
    return account.pk, centre.pk if centre else None


def fill(line: BudgetLine, planned: Planned) -> bool:
    """Write what is planned into the line; return whether that changed anything."""
    values = {
        "amount": euros(planned.amount),
        "amount_next": euros(planned.following),
        "amount_after": euros(planned.after_next),
        "month": planned.month,
        "explanation": planned.explanation,
    }
    changed = {name: value for name, value in values.items() if getattr(line, name) != value}
    for name, value in changed.items():
        setattr(line, name, value)
    return bool(changed)


def change_head(plan: BudgetPlan, note: str, cover: Cover | None) -> None:
    """Preliminary note and cover; without a cover the one there stays."""
    cover = cover or Cover(plan.reserve_cover.amount, plan.reserve_account)
    if cover.amount and (cover.account is None or not cover_accounts().filter(pk=cover.account.pk).exists()):
        raise CoverIncomplete(_("Bitte nennen Sie die Rücklage, aus der entnommen wird."), field="reserve_account")
    account = cover.account if cover.amount else None
    if (plan.note, plan.reserve_cover.amount, plan.reserve_account) != (note, cover.amount, account):
        plan.note, plan.reserve_cover, plan.reserve_account = note, euros(cover.amount), account
        guard_cover(plan)
        plan.save(update_fields=["note", "reserve_cover", "reserve_account"])


@transaction.atomic
def propose_plan(plan: BudgetPlan, *, by: User | None, on: date) -> BudgetPlan:
    """Put the draft before the body that decides; from now on the amounts stand still."""
    plan = locked(plan)
    guard_transition(plan, PlanState.PROPOSED)
    if not plan.lines.exists():
        raise PlanEmpty(_("%s enthält noch keinen Ansatz.") % plan)
    guard_covered(plan, on)
    with act("budget.plan_proposed", plan, by=by, data={"on": on}):
        plan.state = PlanState.PROPOSED
        plan.save(update_fields=["state"])
    return plan


def guard_covered(plan: BudgetPlan, on: date) -> None:
    """A budget is balanced or covered by reserves (domain rule 6.11)."""
    guard_cover(plan)
    uncovered = compare_plan(plan, on).uncovered
    if uncovered:
        raise PlanNotCovered(
            _(
                "Der Plan ist nicht gedeckt: Einnahmen und Entnahmen aus Rücklagen reichen um %s nicht für die Ausgaben. "
                "Bitte ändern Sie Ansätze oder tragen Sie eine Entnahme aus Rücklagen ein."
            )
            % euro(uncovered)
        )


def guard_cover(plan: BudgetPlan) -> None:
    """A reserve covers at most what it holds and no other plan takes (domain rule 6.11)."""
    if not plan.reserve_cover.amount or plan.reserve_account is None:
        return
    present = reserve_for(plan, plan.reserve_account)
    if plan.reserve_cover.amount > present:
        raise CoverIncomplete(
            _("In „%(reserve)s“ stehen dafür nur %(present)s. Mehr kann der Plan nicht entnehmen.")
            % {"reserve": plan.reserve_account.name, "present": euro(max(Decimal(0), present))},
            field="reserve_cover",
        )


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
def adopt_plan(plan: BudgetPlan, resolution: Resolution, *, by: User | None, is_sure: bool = False) -> BudgetPlan:
    """Put the plan in force by the resolution that adopted it; a plan of the same year in force is replaced.

    The assembly adopts the budget (domain rule 6.11; the statutes may name another body). Its amounts are final
    from here on, also for the database. A resolution about budgets; of a general subject only if somebody is sure.
    """
    plan = locked(plan)
    guard_transition(plan, PlanState.ADOPTED)
    guard_subject(resolution, DecisionSubject.BUDGET, is_sure=is_sure)
    guard_cover(plan)
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
