"""Use of funds by year of inflow (§ 55 AO) and the room for the free reserve (§ 62 AO), from the books."""

from collections.abc import Sequence, Set
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
from apps.closing.domain.cash import CashYear, cash_year, cash_years, last_numbers
from apps.closing.domain.chart import Chart
from apps.closing.enums import Direction, ReserveKind
from apps.closing.models import ReserveMovement
from apps.ledger.enums import AccountKind, Sphere
from apps.ledger.models import AccountYear
from apps.organisation.domain.queries import decimal_parameter, fraction_parameter, tax_status_on
from apps.organisation.enums import TaxStatus

ZERO = Decimal("0.00")
OPENING_KEYS = {"OPENING", "RESULT_CARRY"}


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


def funds_years(until: int) -> list[FundsYear]:
    """What came in and was used, year by year.

    Buying an asset is the use, its depreciation no second one (§ 55 (1) Nr. 5 Satz 2 AO): in the cash view depreciation and
    what is left at a disposal stand against the account of the asset. Money that was there when the books began counts as
    inflow of the year before.
    """
    chart, last, first = Chart.read(), last_numbers(), first_year(until)
    cash = cash_years(range(first, until + 1), chart, last)
    brought = {year: brought_in(cash[year], chart) for year in cash}
    years = [
        FundsYear(
            year,
            total(cash[year], chart.of_kind(AccountKind.INCOME))
            + moved(year, Direction.DISSOLVE)
            + brought.get(year + 1, ZERO),
            formed(year) - total(cash[year], chart.of_kind(AccountKind.EXPENSE) | chart.assets_in_use.keys()),
        )
        for year in cash
    ]
    return [FundsYear(first - 1, brought[first], ZERO), *years] if brought[first] else years


def total(cash: CashYear, accounts: Set[str]) -> Decimal:
    return sum((amount for (_sphere, number), amount in cash.sums.items() if number in accounts), ZERO)


def brought_in(cash: CashYear, chart: Chart) -> Decimal:
    """Money booked against the opening balance or the capital brought forward; what was given as capital is not bound (§ 62 (3) AO)."""
    return total(cash, {number for number, account in chart.accounts.items() if account.key in OPENING_KEYS})


def funds_statement(year: int) -> FundsStatement:
    """Funds by year of inflow, aged first in first out; limits as they were in force at the end of the year."""
    end, sums = date(year, 12, 31), sphere_sums(year)
    years = funds_years(year)
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
