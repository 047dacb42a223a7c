from datetime import date, timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import RoleAssignment, User
from apps.accounts.roles import Role
from apps.audit import bulk
from apps.audit.acts import act
from apps.audit.domain.anchors import make_anchor
from apps.audit.domain.duties import verification_duties
from apps.audit.domain.erasure import erase_personal_data
from apps.audit.domain.verification import record_verification, verify
from apps.audit.models import JournalEntry
from apps.audit.templatetags.audit import history_url
from tests.waiting import resolve

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(admin_user):
    user = User.objects.create(email="ada@example.org", first_name="Ada", last_name="Lovelace")
    with transaction.atomic(), act("core.saved", user, by=admin_user, reason="Heirat", data={"n": 1}):
        user.last_name = "King"
        user.save()
    return user


def text_of(response):
    return " ".join(response.content.decode().split())


def test_the_history_shows_who_when_why_and_old_to_new(ada, admin_user, client_for, django_assert_max_num_queries):
    client = client_for(admin_user)
    with django_assert_max_num_queries(12):
        text = text_of(client.get(history_url(ada)))
    assert "Heirat" in text
    assert str(admin_user) in text
    assert 'data-label="Vorher">Lovelace</td>' in text
    assert 'data-label="Nachher"><strong>King</strong></td>' in text


def test_choices_and_related_objects_are_shown_by_name(ada, admin_user, client_for):
    [role] = bulk.create(RoleAssignment, [RoleAssignment(user=ada, role=Role.TREASURER, valid_from=date(2027, 1, 1))])
    text = text_of(client_for(admin_user).get(history_url(role)))
    for shown in ("Schatzmeister:in", "Ada King", "01.01.2027"):
        assert f"<strong>{shown}</strong>" in text


def test_the_state_on_a_day(ada, admin_user, client_for):
    client, today = client_for(admin_user), timezone.localdate()
    before = text_of(client.get(history_url(ada), {"am": today - timedelta(days=1)}))
    assert "An diesem Tag gab es diesen Datensatz noch nicht." in before
    assert "<dd>King</dd>" in text_of(client.get(history_url(ada), {"am": today}))


def test_a_deleted_object_keeps_its_history(ada, admin_user, client_for):
    role = RoleAssignment.objects.create(user=ada, role=Role.BOARD, valid_from=date(2027, 1, 1))
    url = history_url(role)
    role.delete()
    response = client_for(admin_user).get(url, {"am": timezone.localdate()})
    assert "gelöscht" in text_of(response)


def test_erased_values_are_named_as_such(ada, admin_user, client_for):
    erase_personal_data([ada], by=admin_user)
    text = text_of(client_for(admin_user).get(history_url(ada)))
    assert "Lovelace" not in text
    assert "personenbezogene Angabe, gelöscht" in text


def test_what_you_may_not_see_has_no_history(ada, member_user, client_for):
    client = client_for(member_user)
    entry = JournalEntry.objects.first()
    for url in (history_url(ada), reverse("audit:journal"), reverse("audit:verifications"), entry.get_absolute_url()):
        assert client.get(url).status_code == 404


@pytest.mark.parametrize("path", ["accounts/nothing/1/", "accounts/user/99999/", "accounts/user/x/", "auth/group/1/"])
def test_unknown_objects_are_not_found(admin_user, client_for, path):
    assert client_for(admin_user).get(f"/verlauf/{path}").status_code == 404


def test_the_journal_finds_by_word_verb_person_and_period(ada, auditor, admin_user, client_for):
    client, url = client_for(auditor), reverse("audit:journal")
    for query, count in (
        ({}, JournalEntry.objects.count()),
        ({"suche": "heirat"}, 1),
        ({"suche": "Beispiel heirat"}, 1),
        ({"suche": "quux"}, 0),
        ({"vorgang": "audit.erased"}, 0),
        ({"person": admin_user.pk}, 1),
        ({"person": "none"}, JournalEntry.objects.filter(actor=None).count()),
        ({"zeitraum": "1"}, JournalEntry.objects.count()),
    ):
        assert len(client.get(url, query).context["rows"]) == count, query


def test_the_number_of_queries_does_not_grow_with_the_rows(ada, auditor, client_for, django_assert_num_queries):
    client, url = client_for(auditor), reverse("audit:journal")
    client.get(url)
    for rows in (3, 30):
        for _number in range(rows):
            ada.save()
        with django_assert_num_queries(10):
            client.get(url)


def test_the_journal_is_exported(ada, auditor, client_for):
    content = client_for(auditor).get(reverse("audit:journal"), {"export": "csv", "suche": "heirat"}).content.decode()
    assert "Heirat" in content


def test_an_entry_shows_what_it_wrote(ada, admin_user, auditor, client_for):
    url = JournalEntry.objects.get(reason="Heirat").get_absolute_url()
    assert 'data-label="Vorher">Lovelace</td>' in text_of(client_for(admin_user).get(url))
    reduced = text_of(client_for(auditor).get(url))
    assert "Personen: 1" in reduced
    assert "Lovelace" not in reduced


def test_verifications_and_anchors_are_listed(ada, auditor, client_for):
    record_verification(verify())
    make_anchor(medium="Kassenprüfbericht 2027")
    client = client_for(auditor)
    assert "Alles stimmt überein" in text_of(client.get(reverse("audit:journal")))
    text = text_of(client.get(reverse("audit:verifications")))
    assert "stimmt überein" in text
    assert "Kassenprüfbericht 2027" in text


def test_a_break_and_a_missed_week_wait_on_the_start_page(ada, auditor, member_user):
    today = timezone.localdate()
    assert resolve(verification_duties(auditor, today)) == []
    report = verify()
    record_verification(report)
    assert resolve(verification_duties(auditor, today + timedelta(days=7))) == []
    assert [duty.tone for duty in resolve(verification_duties(auditor, today + timedelta(days=8)))] == ["warning"]
    report.breaks.append("Eintrag 3 fehlt.")
    record_verification(report)
    [duty] = resolve(verification_duties(auditor, today))
    assert (duty.tone, duty.detail) == ("danger", "Eintrag 3 fehlt.")
    assert list(verification_duties(member_user, today)) == []


def test_before_the_first_check_the_journal_says_when_it_is_checked(auditor, client_for):
    page = client_for(auditor).get(reverse("audit:journal")).content.decode()
    assert ("wurde noch nie geprüft" in page, "jede Nacht von selbst" in page) == (True, True)
