from datetime import date

import pytest

from apps.bodies.domain import bodies, queries, terms
from apps.bodies.enums import BodyKind
from apps.bodies.offers import body_duties, search_bodies
from tests.factories.bodies import make_body, make_office, make_term
from tests.factories.members import make_delegate, make_member
from tests.factories.organisation import make_association
from tests.waiting import resolve

pytestmark = pytest.mark.django_db
START, END = date(2026, 6, 1), date(2028, 6, 1)


def test_who_is_on_the_board_on_a_day(board_member) -> None:
    board = make_body(BodyKind.BOARD)
    chair = make_office(board)
    make_term(make_body(BodyKind.ASSEMBLY))
    first = terms.appoint(board, by=None, on=START, until=END, user=board_member, office=chair)
    second = terms.appoint(board, by=None, on=date(2027, 1, 1), person_name="Bo Muster")
    assert list(queries.board_members(date(2026, 5, 31))) == []
    assert list(queries.board_members(START)) == [first]
    assert set(queries.board_members(date(2028, 5, 31))) == {first, second}
    assert list(queries.board_members(END)) == [second]
    assert list(queries.office_holders(START)) == [first]


def test_a_seat_is_given_once_and_may_be_given_again_later(board_member) -> None:
    board = make_body(BodyKind.BOARD)
    chair = make_office(board)
    terms.appoint(board, by=None, on=START, until=END, user=board_member, office=chair)
    with pytest.raises(terms.AlreadySeated):
        terms.appoint(board, by=None, on=date(2028, 5, 31), user=board_member, office=chair)
    with pytest.raises(terms.AlreadySeated):
        terms.appoint(board, by=None, on=date(2026, 1, 1), until=date(2026, 6, 2), user=board_member, office=chair)
    terms.appoint(board, by=None, on=END, user=board_member, office=chair)
    assert board.terms.count() == 2


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({}, terms.PersonUnclear),
        ({"person_name": "Bo", "until": START}, terms.TermWrong),
        ({"person_name": "Bo", "on": date(2019, 12, 31)}, terms.BodyNotInOffice),
    ],
)
def test_seats_that_cannot_be(given, error) -> None:
    board = make_body(BodyKind.BOARD)
    with pytest.raises(error):
        terms.appoint(board, **{"by": None, "on": START} | given)


def test_an_office_of_another_body_is_refused() -> None:
    office = make_office(make_body(BodyKind.ASSEMBLY))
    with pytest.raises(terms.BodyNotInOffice):
        terms.appoint(make_body(BodyKind.BOARD), by=None, on=START, person_name="Bo", office=office)


def test_resignation_ends_the_term_and_keeps_it(board_member) -> None:
    term = make_term(make_body(BodyKind.BOARD), on=START, until=END)
    ended = terms.end_term(term, by=board_member, on=date(2027, 3, 1), reason="Rücktritt")
    assert (ended.valid_until, ended.end_reason) == (date(2027, 3, 1), "Rücktritt")
    with pytest.raises(terms.TermWrong):
        terms.end_term(term, by=board_member, on=date(2027, 4, 1))
    with pytest.raises(terms.TermWrong):
        terms.end_term(make_term(term.body, on=START, person_name="Bo"), by=board_member, on=START)


def test_board_seats_without_a_delegation_of_a_member_are_warned_about(board_member) -> None:
    board, koeln, bonn = make_body(BodyKind.BOARD), make_member("Köln"), make_member("Bonn")
    delegate = make_delegate(koeln)
    assert terms.board_warnings(board, delegate, koeln, START) == []
    assert terms.board_warnings(board, delegate, None, START) == []
    assert len(terms.board_warnings(board, delegate, bonn, START)) == 1
    assert len(terms.board_warnings(board, board_member, None, START)) == 1
    assert terms.board_warnings(make_body(), board_member, None, START) == []


def test_a_body_is_dissolved_when_its_seats_are_empty(board_member) -> None:
    group = make_body(BodyKind.WORKING_GROUP)
    term = make_term(group)
    with pytest.raises(bodies.BodyStillSits):
        bodies.dissolve_body(group, by=board_member, on=END)
    terms.end_term(term, by=board_member, on=END)
    bodies.dissolve_body(group, by=board_member, on=END)
    assert list(queries.bodies_on(END)) == []
    assert list(queries.bodies_on(date(2028, 5, 31))) == [group]
    with pytest.raises(bodies.CodeTaken):
        make_body(BodyKind.WORKING_GROUP, name="Neu")


def test_without_a_body_the_first_duty_is_to_set_one_up(board_member, treasurer) -> None:
    assert [duty.title for duty in resolve(body_duties(board_member, START))] == [
        "Mitgliederversammlung und Vorstand einrichten"
    ]
    assert resolve(body_duties(treasurer, START)) == []


def test_duties_remind_of_the_register_and_of_the_end(board_member) -> None:
    make_association(on=date(2026, 3, 2))
    board = make_body(BodyKind.BOARD)
    term = make_term(board, on=START, until=END, office=make_office(board, represents=True))
    assert [duty.title for duty in resolve(body_duties(board_member, date(2028, 5, 1)))] == [
        "Ein Vorstandsmitglied ist in das Vereinsregister einzutragen",
        "Eine Amtszeit im Vorstand endet",
    ]
    terms.register_term(term, by=board_member, on=date(2026, 7, 1))
    assert resolve(body_duties(board_member, date(2027, 1, 1))) == []
    assert [hit.title for hit in search_bodies(board_member, "beispiel")] == ["Ada Beispiel, Vorsitz"]
