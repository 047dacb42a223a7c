from datetime import date

import pytest

from apps.members.domain import cities, people, queries
from apps.members.enums import AddressKind, Land
from tests.factories.members import make_city, make_delegate, make_delegation, make_figure, make_member

pytestmark = pytest.mark.django_db
DAY = date(2027, 1, 15)


def test_newest_figure_published_by_the_cut_off(django_assert_num_queries) -> None:
    koeln = make_member("Köln", population=1_024_621)
    old = make_figure(
        koeln,
        reference_date=date(2022, 12, 31),
        census_base="Zensus 2011",
        value=1_084_831,
        published_on=date(2023, 11, 30),
    )
    bezirk = make_city("Berlin-Mitte", municipality=None, land=Land.BE)
    own = make_figure(bezirk, value=397_134)
    bare = make_city("Neustadt")
    with django_assert_num_queries(1):
        found = queries.population_figures([koeln, bezirk, bare], published_by=DAY)
    assert {city: figure.value for city, figure in found.items()} == {koeln.pk: 1_024_621, bezirk.pk: own.value}
    assert queries.population_figures([koeln], published_by=date(2025, 7, 28)) == {koeln.pk: old}
    assert queries.population_figures([koeln], published_by=DAY, reference_date=date(2022, 12, 31)) == {koeln.pk: old}


def test_of_two_census_bases_the_later_publication_counts() -> None:
    koeln = make_member("Köln", population=1_024_621)
    revised = make_figure(koeln, census_base="Zensus 2031", value=1_000_000, published_on=date(2026, 1, 1))
    assert queries.population_figures([koeln], published_by=DAY) == {koeln.pk: revised}


def test_a_figure_is_recorded_once_and_not_overwritten() -> None:
    koeln = make_member("Köln", population=1_024_621)
    assert make_figure(koeln, value=1_024_621).pk == make_figure(koeln, value=1_024_621).pk
    with pytest.raises(cities.FigureAlreadyRecorded):
        make_figure(koeln, value=5)


def test_invoice_address_falls_back_to_the_postal_one() -> None:
    koeln, bonn = make_member("Köln"), make_member("Bonn")
    cities.set_address(
        bonn,
        kind=AddressKind.INVOICE,
        organisation="Stadt Bonn",
        unit="Kämmerei",
        postcode="53103",
        town="Bonn",
        by=None,
        on=date(2020, 1, 1),
    )
    found = queries.addresses([koeln, bonn], AddressKind.INVOICE, DAY)
    assert found[koeln.pk].lines == ["Stadt Köln", "Rathausplatz 1", "50667 Köln"]
    assert found[bonn.pk].lines == ["Stadt Bonn", "Kämmerei", "53103 Bonn"]
    assert queries.addresses([bonn], AddressKind.INVOICE, date(2019, 12, 31))[bonn.pk].kind == AddressKind.POSTAL


def test_a_new_address_ends_the_one_before() -> None:
    koeln = make_member("Köln")
    lines = {"organisation": "Stadt Köln", "street": "Neuer Platz 2", "postcode": "50667", "town": "Köln"}
    cities.set_address(koeln, kind=AddressKind.POSTAL, by=None, on=DAY, **lines)
    assert [a.street for a in koeln.addresses.order_by("valid_from")] == ["Rathausplatz 1", "Neuer Platz 2"]
    assert queries.addresses([koeln], "postal", date(2027, 1, 14))[koeln.pk].street == "Rathausplatz 1"
    assert queries.addresses([koeln], "postal", DAY)[koeln.pk].street == "Neuer Platz 2"
    cities.set_address(koeln, kind=AddressKind.POSTAL, by=None, on=DAY, **lines | {"street": "Neuer Platz 3"})
    assert koeln.addresses.count() == 2
    with pytest.raises(cities.AddressStartsTooEarly):
        cities.set_address(koeln, kind=AddressKind.POSTAL, by=None, on=date(2026, 1, 1), **lines)


def test_delegates_come_in_order_and_within_their_dates(board_member) -> None:
    koeln = make_member("Köln")
    deputy = make_delegation(koeln, board_member, kind="deputy")
    delegate = make_delegate(koeln)
    first, second = queries.delegates([koeln], DAY)[koeln.pk]
    assert (first.user, second) == (delegate, deputy)
    people.end_delegation(first, by=None, on=DAY)
    assert queries.delegates([koeln], DAY) == {koeln.pk: [deputy]}
    assert len(queries.delegates([koeln], date(2027, 1, 14))[koeln.pk]) == 2
    with pytest.raises(people.AlreadyDelegated):
        make_delegation(koeln, board_member, kind="deputy")
