"""Use of funds by year of inflow (§ 55 AO) and the room for the free reserve (§ 62 AO), from the books."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

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
from apps.closing.domain.cash import CashYear, cash_years, last_numbers
from apps.closing.domain.chart import Chart
from apps.closing.enums import Direction, ReserveKind
from apps.closing.models import ReserveMovement
from apps.ledger.enums import AccountKind, Sphere
from apps.ledger.models import AccountYear
from apps.organisation.domain.queries import decimal_parameter, parameters, tax_status_on
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


@dataclass(frozen=True)
class FundsBooks:
    """What the use of funds is told from, read once: the years from the first tax-privileged one on, and one more."""

    until: int

    @cached_property
    def chart(self) -> Chart:
        return Chart.read()

    @cached_property
    def years(self) -> range:
        return range(first_year(self.until), self.until + 1)

    @cached_property
    def cash(self) -> dict[int, CashYear]:
        return cash_years([*self.years, self.until + 1], self.chart, last_numbers())

    @cached_property
    def movements(self) -> list[ReserveMovement]:
        return list(ReserveMovement.objects.filter(year__lte=self.until))

    def moved(self, year: int, direction: Direction, kind: ReserveKind | None = None) -> Decimal:
        """Reserves formed or dissolved in a year."""
        found = (each for each in self.movements if (each.year, each.direction) == (year, direction))
        return sum((each.amount.amount for each in found if kind is None or each.kind == kind), ZERO)

    def sphere_sums(self, year: int) -> dict[str, SphereSums]:
        """Income and expense per sphere in the cash view."""
        incomes = self.chart.of_kind(AccountKind.INCOME)
        found = {sphere: [ZERO, ZERO] for sphere in Sphere.values}
        for (sphere, number), amount in self.cash[year].sums.items():
            if self.chart.parts[number] is Part.RESULT:
                side = 0 if number in incomes else 1
                found[sphere][side] += amount if side == 0 else -amount
        return {sphere: SphereSums(*sums) for sphere, sums in found.items()}


def other_funds(sums: dict[str, SphereSums]) -> Decimal:
    """Base of the tenth: gross income of the ideal sphere and the surpluses of the operations (AEAO zu § 62, Nr. 10)."""
    gross = sums[Sphere.IDEAL].income + sums[Sphere.UNALLOCATED].income
    return gross + max(ZERO, sums[Sphere.PURPOSE].surplus) + max(ZERO, sums[Sphere.BUSINESS].surplus)


def free_reserve(books: FundsBooks) -> list[FreeReserveYear]:
    """Limit, formed and caught-up room of the free reserve, year by year."""
    ends = {year: date(year, 12, 31) for year in books.years}
    shares = [parameters(key, list(ends.values())) for key in ("ao_62_assets_share", "ao_62_other_share")]
    rows = []
    for year, end in ends.items():
        sums, (asset_share, other_share) = books.sphere_sums(year), (Fraction(str(share[end])) for share in shares)
        limit = free_reserve_limit(
            asset_surplus=sums[Sphere.ASSETS].surplus,
            other_funds=other_funds(sums),
            asset_share=asset_share,
            other_share=other_share,
        )
        rows.append((year, limit, books.moved(year, Direction.FORM, ReserveKind.FREE)))
    catch_up = int(decimal_parameter("ao_62_catch_up_years", ends[books.until]))
    return free_reserve_years(rows, catch_up=catch_up)


def funds_years(books: FundsBooks) -> list[FundsYear]:
    """What came in and was used, year by year.

    Buying an asset is the use, its depreciation no second one (§ 55 (1) Nr. 5 Satz 2 AO): in the cash view depreciation and
    what is left at a disposal stand against the account of the asset. Money that was there when the books began counts as
    inflow of the year before.
    """
    chart, cash, first = books.chart, books.cash, books.years.start
    used = chart.of_kind(AccountKind.EXPENSE) | chart.assets_in_use.keys()
    brought = {year: brought_in(cash[year], chart) for year in cash}
    years = [
        FundsYear(
            year,
            total(cash[year], chart.of_kind(AccountKind.INCOME))
            + books.moved(year, Direction.DISSOLVE)
            + brought[year + 1],
            books.moved(year, Direction.FORM) - total(cash[year], used),
        )
        for year in books.years
    ]
    return [FundsYear(first - 1, brought[first], ZERO), *years] if brought[first] else years


def total(cash: CashYear, accounts: Set[str]) -> Decimal:
    return sum((amount for (_sphere, number), amount in cash.sums.items() if number in accounts), ZERO)


def brought_in(cash: CashYear, chart: Chart) -> Decimal:
    """Money booked against the opening balance or the capital brought forward; what was given as capital is not bound (§ 62 (3) AO)."""
    return total(cash, {number for number, account in chart.accounts.items() if account.key in OPENING_KEYS})


def funds_statement(year: int) -> FundsStatement:
    """Funds by year of inflow, aged first in first out; limits as they were in force at the end of the year."""
    books, end = FundsBooks(year), date(year, 12, 31)
    sums, years = books.sphere_sums(year), funds_years(books)
    return FundsStatement(
        year=year,
        income=sum((each.income for each in sums.values()), ZERO),
        limit=decimal_parameter("ao_55_limit", end),
        vintages=age_funds(years, period=int(decimal_parameter("ao_55_years", end))),
        years=years,
        free=free_reserve(books),
        other_funds=other_funds(sums),
        asset_surplus=sums[Sphere.ASSETS].surplus,
    )
