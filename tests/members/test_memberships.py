from datetime import date

import pytest

from apps.audit.models import JournalEntry
from apps.core.transitions import WrongState
from apps.members.domain import memberships
from apps.members.domain.queries import member_cities, member_count
from apps.members.enums import MembershipState
from apps.organisation.models import LegalParameter
from tests.factories.members import make_city, make_member, make_membership

pytestmark = pytest.mark.django_db


def test_a_city_becomes_a_member_step_by_step(board_member) -> None:
    city = make_city("Köln")
    episode = memberships.apply(city, by=board_member, on=date(2027, 1, 10), council_decision="Rat, 12/2026")
    assert member_count(date(2027, 3, 1)) == 0
    episode = memberships.admit(
        episode, by=board_member, on=date(2027, 2, 1), starts_on=date(2027, 3, 1), basis="Vorstand 3/2027"
    )
    with pytest.raises(memberships.DateOutOfOrder):
        memberships.activate(episode, by=board_member, on=date(2027, 2, 28))
    episode = memberships.activate(episode, by=board_member, on=date(2027, 3, 1))
    assert episode.state == MembershipState.ACTIVE
    assert [member_count(day) for day in (date(2027, 2, 28), date(2027, 3, 1))] == [0, 1]
    assert list(JournalEntry.objects.order_by("sequence").values_list("verb", flat=True))[-3:] == [
        "members.membership_applied",
        "members.membership_admitted",
        "members.membership_activated",
    ]


def test_only_one_open_episode(board_member) -> None:
    city = make_member("Köln")
    with pytest.raises(memberships.MembershipAlreadyOpen):
        memberships.apply(city, by=board_member, on=date(2027, 1, 1))


@pytest.mark.parametrize(
    ("months", "rule", "received", "last_day"),
    [
        ("0", "ANY", date(2027, 4, 10), date(2027, 4, 10)),
        ("0", "YEAR_END", date(2027, 4, 10), date(2027, 12, 31)),
        ("3", "YEAR_END", date(2027, 10, 1), date(2028, 12, 31)),
        ("36", "ANY", date(2027, 4, 10), date(2029, 4, 10)),
    ],
)
def test_notice_ends_membership_by_the_rule_in_force(board_member, months, rule, received, last_day) -> None:
    for key, value in {"leave_notice_months": months, "leave_end_rule": rule}.items():
        LegalParameter.objects.create(
            key=key, title=key, valid_from=date(2027, 1, 1), value=value, source="Satzung § 5"
        )
    city = make_member("Köln")
    episode = memberships.give_notice(city.memberships.get(), by=board_member, on=received, reason="Haushalt")
    assert (episode.state, episode.ends_on) == (MembershipState.NOTICE_GIVEN, last_day)
    assert list(member_cities(last_day)) == [city]
    assert member_count(date(last_day.year + 1, 1, 1)) == 0


def test_ended_membership_still_counts_for_its_time(board_member) -> None:
    city = make_member("Köln")
    episode = memberships.give_notice(city.memberships.get(), by=board_member, on=date(2027, 4, 10))
    with pytest.raises(memberships.DateOutOfOrder):
        memberships.end(episode, by=board_member, on=date(2027, 4, 10))
    memberships.end(episode, by=board_member, on=date(2027, 4, 11))
    assert [member_count(day) for day in (date(2027, 4, 10), date(2027, 4, 11))] == [1, 0]
    again = memberships.apply(city, by=board_member, on=date(2028, 1, 1))
    assert again.pk != episode.pk


def test_new_episode_cannot_begin_inside_the_old_one(board_member) -> None:
    city = make_member("Köln")
    memberships.exclude(city.memberships.get(), by=board_member, on=date(2027, 6, 30), reason="Satzung § 6")
    again = memberships.apply(city, by=board_member, on=date(2027, 6, 30))
    with pytest.raises(memberships.DateOutOfOrder):
        memberships.admit(again, by=board_member, on=date(2027, 6, 30), starts_on=date(2027, 6, 30))
    memberships.admit(again, by=board_member, on=date(2027, 6, 30), starts_on=date(2027, 7, 1))


def test_notice_taken_back_in_time(board_member) -> None:
    episode = make_membership(make_city("Köln"))
    with pytest.raises(WrongState):
        memberships.end(episode, by=board_member, on=date(2027, 1, 1))
    memberships.give_notice(episode, by=board_member, on=date(2027, 4, 10))
    back = memberships.withdraw_notice(episode, by=board_member, on=date(2027, 4, 10), reason="Rat 3/2027")
    assert (back.state, back.ends_on, back.notice_received_on) == (MembershipState.ACTIVE, None, None)


def test_rejected_and_withdrawn_applications_leave_the_way_free(board_member) -> None:
    city = make_city("Köln")
    memberships.reject(
        memberships.apply(city, by=board_member, on=date(2027, 1, 1)), by=board_member, on=date(2027, 2, 1), reason="x"
    )
    memberships.withdraw_application(
        memberships.apply(city, by=board_member, on=date(2027, 3, 1)), by=board_member, on=date(2027, 3, 2)
    )
    memberships.apply(city, by=board_member, on=date(2027, 4, 1))
    assert list(city.memberships.order_by("pk").values_list("state", flat=True)) == ["rejected", "withdrawn", "applied"]
