"""What the start page and the search learn."""

from datetime import date

import pytest

from apps.resolutions.domain.consequences import add_follow_up
from apps.resolutions.offers import resolution_duties, search_resolutions
from tests.factories.resolutions import DAY, make_decided, make_draft, make_proposed
from tests.waiting import resolve

pytestmark = pytest.mark.django_db


def test_the_start_page_names_what_waits(board_member, office, treasurer):
    make_draft(title="Entwurf")
    make_proposed(title="Antrag")
    add_follow_up(make_decided(), task="Briefe", responsible=office, due_on=date(2027, 1, 15), by=None, on=DAY)
    assert [(duty.title, duty.tone) for duty in resolve(resolution_duties(board_member, date(2027, 1, 16)))] == [
        ("Beschluss umsetzen: Briefe", "danger"),
        ("Abstimmung festhalten: Antrag", "warning"),
        ("Entwurf fertigstellen: Entwurf", "info"),
    ]
    assert [duty.tone for duty in resolve(resolution_duties(office, date(2027, 1, 5)))] == ["warning"]
    assert resolve(resolution_duties(treasurer, DAY)) == []


def test_the_search_finds_words_of_the_text_within_what_one_may_see(board_member, member_user):
    make_draft(title="Entwurf")
    make_decided(title="Angenommen")
    assert [hit.title for hit in search_resolutions(board_member, "einwohner cent")] == ["Angenommen", "Entwurf"]
    assert [(hit.title, hit.detail) for hit in search_resolutions(member_user, "MV-2026")] == [
        ("Angenommen", "MV-2026-001, Mitgliederversammlung")
    ]
