from datetime import date

import pytest

from apps.members.domain import memberships, people
from apps.members.models import Membership
from apps.members.offers import member_duties, search_cities, search_contacts
from tests.factories.members import make_city, make_delegate, make_delegation, make_member, make_membership
from tests.waiting import resolve

pytestmark = pytest.mark.django_db
TODAY = date(2027, 3, 1)


def test_search_finds_cities_for_all_and_contacts_for_those_who_may(office, member_user) -> None:
    koeln = make_member("Köln")
    people.add_contact(koeln, by=None, on=date(2020, 1, 1), name="Ada Geheim")
    assert [hit.title for hit in search_cities(member_user, "köl")] == ["Köln"]
    seen = [len(list(search_contacts(user, "geheim"))) for user in (office, member_user, make_delegate(koeln))]
    assert seen == [1, 0, 1]


def test_duties_of_those_who_keep_the_members(office, board_member, treasurer) -> None:
    memberships.apply(make_city("Bonn"), by=None, on=date(2027, 2, 1))
    kiel = make_city("Kiel")
    memberships.admit(memberships.apply(kiel, by=None, on=TODAY), by=None, on=TODAY, starts_on=date(2027, 4, 1))
    essen = make_city("Essen", with_address=False)
    make_delegation(essen, board_member, until=date(2027, 4, 1))
    make_membership(essen)
    assert {duty.title for duty in resolve(member_duties(office, TODAY))} == {
        "Über den Antrag von Bonn entscheiden",
        "Essen: Postanschrift fehlt",
        "Essen: Eine Entsendung läuft aus",
    }
    titles = {duty.title for duty in resolve(member_duties(office, date(2027, 4, 1)))}
    assert "Mitgliedschaft wirksam werden lassen: Kiel" in titles
    assert {"Essen: Postanschrift fehlt", "Essen: entsandte Person fehlt"} <= titles
    assert resolve(member_duties(treasurer, TODAY)) == []


def test_without_a_city_the_office_is_asked_for_the_first(office, treasurer) -> None:
    assert [duty.title for duty in resolve(member_duties(office, TODAY))] == [
        "Die ersten Städte aufnehmen oder einlesen"
    ]
    assert resolve(member_duties(treasurer, TODAY)) == []


def test_a_duty_leads_to_a_list_that_shows_its_cities(client_for, office) -> None:
    for name in ("Bonn", "Kiel"):
        memberships.apply(make_city(name), by=None, on=TODAY)
    make_member("Essen")
    client = client_for(office)

    def cities_behind(title: str) -> list[str]:
        duty = next(duty for duty in resolve(member_duties(office, TODAY)) if duty.title == title)
        return [str(city) for city in client.get(duty.url).context["table"].rows]

    assert cities_behind("Über den Antrag von Bonn und 1 weitere entscheiden") == ["Bonn", "Kiel"]
    memberships.reject(Membership.objects.get(city__name="Bonn"), by=None, on=TODAY, reason="zu klein")
    assert cities_behind("Über den Antrag von Kiel entscheiden") == ["Kiel"]


def test_duties_need_the_same_queries_for_any_number(office, django_assert_max_num_queries) -> None:
    for number in range(3):
        make_member(f"Stadt {number}")
    with django_assert_max_num_queries(2):
        resolve(member_duties(office, TODAY))
