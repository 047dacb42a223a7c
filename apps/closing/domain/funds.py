"""Use of funds by year of inflow (§ 55 AO) and the room for the free reserve (§ 62 AO), from the books."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from apps.closing.calculations.cashflow import Part
from apps.closing.calculations.funds import (
    FreeReserveYear,
    FundsYear,
    Vintage,
    age_funds,
    free_reserve_limit,
    free_reserve_years,
    is_exempt,
)
from apps.closing.domain.cash import cash_year
from apps.closing.domain.chart import Chart
from apps.closing.enums import Direction, ReserveKind
from apps.closing.models import ReserveMovement
from apps.ledger.enums import AccountKind, Sphere
from apps.ledger.models import AccountYear
from apps.organisation.domain.queries import decimal_parameter, fraction_parameter, tax_status_on
from apps.organisation.enums import TaxStatus

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class SphereSums:
    """Money of a year in one sphere."""

    income: Decimal
    expense: Decimal

    @property
    def surplus(self) -> Decimal:
        return self.income - self.expense


@dataclass(frozen=True)
class FundsStatement:
    """The statement of the use of funds of a year (Mittelverwendungsrechnung)."""

    year: int
    income: Decimal
    limit: Decimal
    vintages: Sequence[Vintage]
    years: Sequence[FundsYear]
    free: Sequence[FreeReserveYear]
    other_funds: Decimal
    asset_surplus: Decimal

    @property
    def is_exempt(self) -> bool:
        return is_exempt(self.income, self.limit)

    @property
    def opening(self) -> Decimal:
        """Funds not yet used at the beginning of the year."""
        return sum((each.inflow - each.use for each in self.years[:-1]), ZERO)

    @property
    def closing(self) -> Decimal:
        return self.opening + self.years[-1].inflow - self.years[-1].use

    @property
    def late(self) -> list[Vintage]:
        """Funds whose last day was the end of this year, or earlier."""
        return [vintage for vintage in self.vintages if vintage.is_late_on(date(self.year + 1, 1, 1))]


def is_charitable(year: int) -> bool:
    return tax_status_on(date(year, 12, 31)) == TaxStatus.CHARITABLE


def first_year(until: int) -> int:
    """The first year with entries in which the association was tax-privileged."""
    years = AccountYear.objects.before(until + 1).order_by("year").values_list("year", flat=True).distinct()
    return next((year for year in years if is_charitable(year)), until)


def sphere_sums(year: int) -> dict[str, SphereSums]:
    """Income and expense per sphere in the cash view."""
    chart = Chart.read()
    incomes = chart.of_kind(AccountKind.INCOME)
    found = {sphere: [ZERO, ZERO] for sphere in Sphere.values}
    for (sphere, number), amount in cash_year(year, chart).sums.items():
        if chart.parts[number] is Part.RESULT:
            side = 0 if number in incomes else 1
            found[sphere][side] += amount if side == 0 else -amount
    return {sphere: SphereSums(*sums) for sphere, sums in found.items()}


def other_funds(sums: dict[str, SphereSums]) -> Decimal:
    """Base of the tenth: gross income of the ideal sphere and the surpluses of the operations (AEAO zu § 62, Nr. 10)."""
    gross = sums[Sphere.IDEAL].income + sums[Sphere.UNALLOCATED].income
    return gross + max(ZERO, sums[Sphere.PURPOSE].surplus) + max(ZERO, sums[Sphere.BUSINESS].surplus)


def formed(year: int, kind: ReserveKind | None = None) -> Decimal:
    return moved(year, Direction.FORM, kind)


def moved(year: int, direction: Direction, kind: ReserveKind | None = None) -> Decimal:
    movements = ReserveMovement.objects.filter(year=year, direction=direction)
    if kind:
        movements = movements.filter(kind=kind)
    return sum((movement.amount.amount for movement in movements), ZERO)


def free_reserve(year: int) -> list[FreeReserveYear]:
    """Limit, formed and caught-up room of the free reserve, year by year up to `year`."""
    rows = []
    for each in range(first_year(year), year + 1):
        sums, end = sphere_sums(each), date(each, 12, 31)
        limit = free_reserve_limit(
            asset_surplus=sums[Sphere.ASSETS].surplus,
            other_funds=other_funds(sums),
            asset_share=fraction_parameter("ao_62_assets_share", end),
            other_share=fraction_parameter("ao_62_other_share", end),
        )
        rows.append((each, limit, formed(each, ReserveKind.FREE)))
    catch_up = int(decimal_parameter("ao_62_catch_up_years", date(year, 12, 31)))
    return free_reserve_years(rows, catch_up=catch_up)


def funds_year(year: int) -> FundsYear:
    sums = sphere_sums(year).values()
    return FundsYear(
        year,
        sum((each.income for each in sums), ZERO) + moved(year, Direction.DISSOLVE),
        sum((each.expense for each in sums), ZERO) + formed(year),
    )


def funds_statement(year: int) -> FundsStatement:
    """Funds by year of inflow, aged first in first out; limits as they were in force at the end of the year."""
    end, sums = date(year, 12, 31), sphere_sums(year)
    years = [funds_year(each) for each in range(first_year(year), year + 1)]
    return FundsStatement(
        year=year,
        income=sum((each.income for each in sums.values()), ZERO),
        limit=decimal_parameter("ao_55_limit", end),
        vintages=age_funds(years, period=int(decimal_parameter("ao_55_years", end))),
        years=years,
        free=free_reserve(year),
        other_funds=other_funds(sums),
        asset_surplus=sums[Sphere.ASSETS].surplus,
    )
