"""Figures and lists of the start page, each only for those who may see them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from apps.banking.models import BankLine
from apps.budget.domain.queries import compare_plan, plan_in_force
from apps.core.charts import bar_chart
from apps.core.templatetags.formats import euro
from apps.documents.enums import Category
from apps.documents.models import Document
from apps.documents.rules import visible_documents
from apps.dues.domain.queries import open_totals
from apps.dues.rules import visible_invoices
from apps.members.domain.queries import member_count
from apps.members.rules import acting_city_ids


@dataclass(frozen=True)
class Tile:
    label: str
    value: str
    hint: str = ""
    url: str = ""
    tone: str = ""


def tiles_for(user: Any, today: date) -> Iterator[Tile]:
    """At most one query each."""
    if user.has_perm("dues.view_invoice"):
        yield from receivable_tiles(user, today)
    if user.has_perm("banking.view_bankline"):
        waiting = BankLine.objects.open().count()
        yield Tile(
            _("Bankumsätze zu verbuchen"),
            str(waiting),
            url=f"{reverse('banking:lines')}?stand=open",
            tone="warning" if waiting else "",
        )
    yield Tile(_("Mitgliedsstädte heute"), str(member_count(today)), url=reverse("members:cities"))


def receivable_tiles(user: Any, today: date) -> Iterator[Tile]:
    totals = open_totals(visible_invoices(user), today)
    invoices = reverse("dues:invoices")
    yield Tile(
        _("Offene Beitragsrechnungen"),
        euro(totals["open_sum"]),
        hint=_("%s Rechnungen") % totals["open_count"],
        url=f"{invoices}?stand=open",
    )
    if totals["overdue_count"]:
        yield Tile(
            _("Davon überfällig"),
            euro(totals["overdue_sum"]),
            hint=_("%s Rechnungen") % totals["overdue_count"],
            url=f"{invoices}?stand=overdue",
            tone="danger",
        )


@dataclass(frozen=True)
class BudgetPicture:
    """Plan against actual of a year; the plan's own page has the figures as a table."""

    title: str
    chart: SafeString
    url: str


def budget_picture(user: Any, today: date) -> BudgetPicture | None:
    if not user.has_perm("dues.view_overview"):
        return None
    plan = plan_in_force(today.year)
    if plan is None:
        return None
    comparison = compare_plan(plan)
    title = _("Haushalt %s: Plan und Ist") % plan.year
    rows = [
        (_("Einnahmen"), (comparison.income.planned, comparison.income.actual)),
        (_("Ausgaben"), (comparison.expenses.planned, comparison.expenses.actual)),
    ]
    return BudgetPicture(title, bar_chart(title, rows, [_("Plan"), _("Ist")]), plan.get_absolute_url())


def newest_documents(user: Any) -> list[Document]:
    """Invoices of other cities would push everything else out of the list."""
    others = Q(category=Category.INVOICE) & ~Q(city__in=acting_city_ids(user))
    return list(visible_documents(user).exclude(others)[:6])
