from datetime import date

import pytest

from apps.members.calculations import is_eligible
from apps.members.domain.imports import import_cities, read_cities
from apps.members.domain.queries import addresses, population_figures
from apps.members.models import City, Municipality

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 1)


def test_the_29_cities_with_their_official_figures() -> None:
    cities = import_cities(read_cities(), by=None, on=date(2015, 1, 1))
    figures = population_figures(cities, published_by=DAY)
    assert (len(cities), sum(figure.value for figure in figures.values())) == (29, 18_760_454)
    assert City.objects.get(name="Hamburg").official_name == "Freie und Hansestadt Hamburg"
    assert addresses(cities, "postal", DAY)[City.objects.get(name="Köln").pk].lines == [
        "Stadt Köln",
        "Rathausplatz 1",
        "50667 Köln",
    ]
    again = import_cities(read_cities(), by=None, on=date(2015, 1, 1))
    assert [city.pk for city in again] == [city.pk for city in cities]
    assert (City.objects.count(), Municipality.objects.count()) == (29, 29)


def test_one_city_drops_out_under_the_figures_of_2022() -> None:
    cities = import_cities(read_cities(), by=None, on=date(2015, 1, 1))
    older = population_figures(cities, published_by=DAY, reference_date=date(2022, 12, 31))
    below = [city.name for city in cities if not is_eligible(older[city.pk].value, 250_000, ">")]
    assert below == ["Kiel"]
