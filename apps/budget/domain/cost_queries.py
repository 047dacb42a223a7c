"""What the network's years cost, with and without a legal form."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from apps.budget.calculations.costs import Cost, CostOverview, overview
from apps.budget.domain.queries import actual_by_year
from apps.budget.enums import CostCategory, CostKind
from apps.budget.models import BorneCost, MeetingCity, NetworkMeeting
from apps.core.money import round_cents
from apps.ledger.enums import AccountKind, CostCentreKind
from apps.ledger.models import Account, CostCentre
from apps.members.domain.queries import population_figures
from apps.members.models import City


def meetings_of(year: int) -> list[NetworkMeeting]:
    return list(NetworkMeeting.objects.filter(starts_on__year=year).select_related("host").order_by("starts_on"))


def cost_of(rows: Iterable[BorneCost]) -> list[Cost]:
    return [Cost(row.city.name, row.category, row.kind == CostKind.CASH, row.amount) for row in rows]


def cost_overview(year: int) -> CostOverview:
    """Costs of all meetings of a year; their cities are those that took part or bore something."""
    rows = list(BorneCost.objects.filter(meeting__starts_on__year=year).select_related("city"))
    meetings = meetings_of(year)
    cities = {city.pk: city for city in City.objects.filter(pk__in=participating(year) | {row.city_id for row in rows})}
    figures = population_figures(cities.values(), published_by=date(year, 12, 31))
    populations = {city.name: figures[pk].value if pk in figures else None for pk, city in cities.items()}
    return overview(
        cost_of(rows),
        categories=CostCategory.values,
        populations=populations,
        participant_days=sum(meeting.participant_days for meeting in meetings),
    )


def participating(year: int) -> set[int]:
    return set(MeetingCity.objects.filter(meeting__starts_on__year=year).values_list("city_id", flat=True))


@dataclass(frozen=True)
class NetworkYear:
    """A year of the network: what cities bore, and what the association spent."""

    year: int
    cash: Decimal
    in_kind: Decimal
    association: Decimal

    @property
    def total(self) -> Decimal:
        return self.cash + self.in_kind + self.association


def network_years() -> list[NetworkYear]:
    """All years with costs of either kind, oldest first; three queries."""
    borne: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    sums = BorneCost.objects.order_by().values_list("meeting__starts_on__year", "kind").annotate(total=Sum("gross"))
    for year, kind, total in sums:
        borne[year][kind] = round_cents(Decimal(total))
    spent = association_expenses()
    return [
        NetworkYear(year, borne[year][CostKind.CASH], borne[year][CostKind.IN_KIND], spent.get(year, Decimal(0)))
        for year in sorted(borne.keys() | spent.keys())
    ]


def association_expenses() -> dict[int, Decimal]:
    """Expenses in the books per year."""
    accounts = set(Account.objects.filter(kind=AccountKind.EXPENSE).values_list("number", flat=True))
    found: dict[int, Decimal] = {}
    for year, amounts in actual_by_year(None).items():
        total = sum((amount for (number, _centre), amount in amounts.items() if number in accounts), Decimal(0))
        if total:
            found[year] = total
    return found


@dataclass(frozen=True)
class CentreExpense:
    """What the association spent for one meeting, that is on its cost centre."""

    centre: CostCentre
    amount: Decimal


def meeting_expenses(year: int) -> list[CentreExpense]:
    """Expenses of the association on cost centres of meetings in the year."""
    accounts = set(Account.objects.filter(kind=AccountKind.EXPENSE).values_list("number", flat=True))
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for (number, centre), amount in actual_by_year([year])[year].items():
        if number in accounts:
            sums[centre] += amount
    centres = CostCentre.objects.filter(kind=CostCentreKind.MEETING, number__in=sums)
    return [CentreExpense(centre, sums[centre.number]) for centre in centres if sums[centre.number]]


HINT = _(
    "Stellt eine Stadt anderen Städten ihre Kosten in Rechnung, kann das unter § 2b UStG fallen. "
    "Eine Kostenteilung gehört in eine öffentlich-rechtliche Vereinbarung; bitte fragen Sie die Steuerabteilung."
)
