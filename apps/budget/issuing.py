"""Print a budget and file it."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.budget.enums import PlanState
from apps.budget.models import BudgetPlan
from apps.budget.prints import budget_print, cost_print
from apps.documents.domain.filing import file_document
from apps.documents.enums import Access, Category
from apps.documents.models import Document
from apps.organisation.domain.queries import letterhead
from apps.pdf.render import render_pdf


def print_plan(plan: BudgetPlan, *, by: User, on: date) -> Document:
    """Render plan against actual as PDF and file it: open to the cities once adopted, else to treasurer, board and auditors."""
    shown = budget_print(plan, on=on)
    content = render_pdf(
        "pdf/budget_plan.html",
        {"print": shown, "subtitle": shown.subtitle, "facts": shown.facts, "letterhead": letterhead(on)},
        title=shown.title,
        created=timezone.now(),
    )
    was_adopted = plan.state in {PlanState.ADOPTED, PlanState.SUPERSEDED}
    return file_document(
        content=content,
        filename=f"haushaltsplan-{plan.year}-{plan.version}-{on:%Y-%m-%d}.pdf",
        title=_("%(plan)s, Stand %(on)s") % {"plan": plan, "on": f"{on:%d.%m.%Y}"},
        category=Category.BUDGET,
        access=Access.MEMBERS if was_adopted else Access.TREASURY,
        origin="budget.plan",
        subject=plan,
        by=by,
        on=on,
    )


def print_costs(year: int, *, by: User, on: date) -> Document:
    """Render the costs of a year of the network as PDF and file it for treasurer, board and auditors."""
    shown = cost_print(year, on=on)
    content = render_pdf(
        "pdf/network_costs.html",
        {"print": shown, "facts": shown.facts, "letterhead": letterhead(on)},
        title=shown.title,
        created=timezone.now(),
    )
    return file_document(
        content=content,
        filename=f"kostenuebersicht-netzwerkjahr-{year}-{on:%Y-%m-%d}.pdf",
        title=_("%(title)s, Stand %(on)s") % {"title": shown.title, "on": f"{on:%d.%m.%Y}"},
        category=Category.BUDGET,
        access=Access.TREASURY,
        origin="budget.network_costs",
        by=by,
        on=on,
    )
