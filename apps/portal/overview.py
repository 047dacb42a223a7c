"""Figures and lists of the start page, each only for those who may see them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.roles import Role, current_roles
from apps.banking.models import BankLine
from apps.budget.domain.deviations import Deviations, deviations
from apps.core.charts import bar_chart
from apps.core.registries import Found, Waiting
from apps.core.templatetags.formats import euro
from apps.documents.enums import Category
from apps.documents.models import Document
from apps.documents.rules import visible_documents
from apps.dues.models import Announcement
from apps.dues.rules import visible_announcements, visible_invoices
from apps.members.domain.queries import member_cities
from apps.members.models import City
from apps.members.rules import acting_city_ids, cities_of


@dataclass(frozen=True)
class Tile:
    label: str
    value: str
    hint: str = ""
    url: str = ""
    tone: str = ""


def tiles_for(user: Any, today: date) -> Iterator[Waiting]:
    """What is to be counted for each tile; tiles are shown at nought, too. What is overdue is already among the treasurer's duties."""
    if user.has_perm("dues.view_invoice"):
        invoices = visible_invoices(user)
        yield Waiting(invoices.open(), receivables, amount="outstanding")
        if Role.TREASURER not in current_roles(user):
            yield Waiting(invoices.overdue(today), overdue, amount="outstanding")
    if user.has_perm("banking.view_bankline"):
        yield Waiting(BankLine.objects.open(), lines_to_book)
    yield Waiting(member_cities(today), members)


def receivables(found: Found) -> Tile:
    hint = ngettext("%s Rechnung", "%s Rechnungen", found.count) % found.count
    url = f"{reverse('dues:invoices')}?stand=offen"
    return Tile(_("Offene Beitragsrechnungen"), euro(found.total), hint, url)


def overdue(found: Found) -> Tile | None:
    hint = ngettext("%s Rechnung", "%s Rechnungen", found.count) % found.count
    url = f"{reverse('dues:invoices')}?stand=overdue"
    return Tile(_("Davon überfällig"), euro(found.total), hint, url, "danger") if found.count else None


def lines_to_book(found: Found) -> Tile:
    tone = "warning" if found.count else ""
    return Tile(
        _("Bankumsätze zu verbuchen"), str(found.count), url=f"{reverse('banking:lines')}?stand=open", tone=tone
    )


def members(found: Found) -> Tile:
    return Tile(_("Mitgliedsstädte heute"), str(found.count), url=reverse("members:cities"))


@dataclass(frozen=True)
class OwnCity:
    """What a person looks for who acts for a city."""

    name: str
    links: list[tuple[str, str]]


def own_cities(user: Any, today: date) -> list[OwnCity]:
    """The cities this person acts for, each with its account and what was announced last; two queries."""
    cities = list(cities_of(user, today))
    announced = visible_announcements(user).standing().filter(city__in=cities).order_by("year") if cities else ()
    latest = {each.city_id: each for each in announced}
    return [OwnCity(str(city), list(links_of(city, latest.get(city.pk)))) for city in cities]


def links_of(city: City, announcement: Announcement | None) -> Iterator[tuple[str, str]]:
    yield _("Beitragskonto"), reverse("dues:account", args=[city.slug])
    if announcement:
        yield _("Beitragsvorankündigung %s") % announcement.year, announcement.get_absolute_url()
    yield _("Rechnungen"), reverse("dues:invoices")
    yield _("Kosten der Treffen"), reverse("budget:meetings")


@dataclass(frozen=True)
class BudgetPicture:
    """Plan against actual of a year; the plan's own page has the figures as a table."""

    title: str
    chart: SafeString
    url: str


def budget_standing(user: Any, today: date) -> Deviations | None:
    """This year's plan against actual, for those who see the dues; None without a plan."""
    return deviations(today) if user.has_perm("dues.view_overview") else None


def budget_picture(standing: Deviations) -> BudgetPicture:
    plan, comparison = standing.plan, standing.comparison
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
