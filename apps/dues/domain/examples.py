"""What a schedule would mean for every member city: shown while it is being drafted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from apps.dues import calculations
from apps.dues.calculations import Case, Inversion, Terms
from apps.dues.domain.assessment import by_name
from apps.members.domain.queries import member_cities, population_figures


@dataclass(frozen=True)
class ExampleRow:
    city: str
    population: int
    amount: Decimal


@dataclass(frozen=True)
class Example:
    """Fees of a full year with the newest figures, their sum, and boundaries at which a bigger city pays less."""

    rows: Sequence[ExampleRow]
    inversions: Sequence[Inversion]

    @property
    def total(self) -> Decimal:
        return sum((row.amount for row in self.rows), start=Decimal("0.00"))


def example_of(terms: Terms, *, on: date) -> Example:
    """Compute the fee of a whole year for all members on that day."""
    cities = sorted(member_cities(on), key=by_name)
    figures = population_figures(cities, published_by=on)
    known = [city for city in cities if city.pk in figures]
    cases = [Case(figures[city.pk].value, on.year, date(on.year, 1, 1)) for city in known]
    fees = calculations.fees(terms, cases)
    rows = [
        ExampleRow(city.name, case.population, fee.amount) for city, case, fee in zip(known, cases, fees, strict=True)
    ]
    return Example(rows, calculations.inversions(terms))
