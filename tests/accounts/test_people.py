"""Invitation, first password, roles and locks, through the pages."""

import re
from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.domain.people import assign_role, end_role, invite_person, lock_person
from apps.accounts.models import RoleAssignment, User
from apps.accounts.roles import Role, current_roles
from apps.audit.models import JournalEntry
from apps.core.errors import DomainError

pytestmark = pytest.mark.django_db
PASSWORD = "Drei-Brücken-am-Fluss"


@pytest.fixture
def invite(client_for, admin_user, django_capture_on_commit_callbacks):
    def send(**changes):
        form = {"email": "Neu@Stadt.example", "first_name": "Neu", "last_name": "Ling", "roles": ["member"]} | changes
        with django_capture_on_commit_callbacks(execute=True):
            return client_for(admin_user).post(reverse("accounts:invite"), form)

    return send


def link_of(message: mail.EmailMessage) -> str:
    return re.search(r"https?://[^/]+(/konto/einladung/\S+)", message.body)[1]


def sign_in(email: str, password: str = PASSWORD) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": email, "password": password})
    return client


def test_invited_person_sets_a_password_once_and_signs_in(invite) -> None:
    assert invite().status_code == 302
    person = User.objects.get(email="neu@stadt.example")
    assert current_roles(person) == {"member"}
    assert [message.to for message in mail.outbox] == [["neu@stadt.example"]]

    visitor, link = Client(), link_of(mail.outbox[0])
    words = {"password": PASSWORD, "repeated": PASSWORD}
    assert visitor.get(link).status_code == 200
    assert visitor.post(link, words).url == reverse("account_login")
    assert visitor.post(link, words).status_code == 410
    assert sign_in("neu@stadt.example").session["_auth_user_id"] == str(person.pk)
    verbs = JournalEntry.objects.order_by("sequence").values_list("verb", flat=True)
    assert [verb for verb in verbs if verb.startswith("accounts.")] == [
        "accounts.person_invited",
        "accounts.invitation_accepted",
    ]


def invite_administrator(*words: str) -> str:
    out = StringIO()
    call_command("invite_administrator", *words, stdout=out)
    return re.search(r"https?://[^/]+(/konto/einladung/\S+)", out.getvalue())[1]


def test_first_administrator_of_an_empty_database_comes_in_by_the_printed_link() -> None:
    invite_administrator("Ada@Verein.example", "Ada", "Muster")
    link = invite_administrator("ada@verein.example", "Ada", "Muster")
    person = User.objects.get()
    assert (str(person), person.email, current_roles(person)) == ("Ada Muster", "ada@verein.example", {"admin"})
    with pytest.raises(CommandError, match="Es gibt schon eine Administration"):
        invite_administrator("bea@verein.example", "Bea", "Muster")

    assert Client().post(link, {"password": PASSWORD, "repeated": PASSWORD}).url == reverse("account_login")
    with pytest.raises(CommandError, match="die Einladung schon angenommen"):
        invite_administrator("ada@verein.example", "Ada", "Muster")
    assert sign_in("ada@verein.example").get(reverse("accounts:invite")).status_code == 200
    assert User.objects.count() == 1


@pytest.mark.parametrize("words", [("kurz", "kurz"), (PASSWORD, "Vier-Brücken-am-Fluss")])
def test_weak_or_unequal_passwords_are_refused(invite, words) -> None:
    invite()
    answer = Client().post(link_of(mail.outbox[0]), {"password": words[0], "repeated": words[1]})
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert not User.objects.get(email="neu@stadt.example").has_usable_password()


def test_second_invitation_to_one_address_is_refused_at_the_field(invite) -> None:
    invite()
    answer = invite(email="NEU@stadt.example")
    assert answer.context["form"].errors["email"] == ["Für diese E-Mail-Adresse gibt es bereits einen Zugang."]
    assert User.objects.filter(email__iexact="neu@stadt.example").count() == 1
    assert len(mail.outbox) == 1


def test_role_ends_today_and_stays_in_the_past(admin_user) -> None:
    today = timezone.localdate()
    past = today.replace(year=today.year - 1)
    person = invite_person(email="a@b.example", first_name="A", last_name="B", roles=[], by=admin_user, on=today)
    assignment = assign_role(person, Role.AUDITOR, by=admin_user, on=past)
    with pytest.raises(DomainError, match="bereits"):
        assign_role(person, Role.AUDITOR, by=admin_user, on=today)
    end_role(assignment, by=admin_user, on=today, reason="Amtszeit vorbei")
    assert current_roles(User.objects.get(pk=person.pk)) == frozenset()
    assert RoleAssignment.objects.valid_on(past).filter(user=person).count() == 1


def test_last_administration_can_neither_go_nor_be_locked(admin_user) -> None:
    today = timezone.localdate()
    with pytest.raises(DomainError, match="letzte Person"):
        lock_person(admin_user, by=admin_user, on=today, reason="Versehen")
    with pytest.raises(DomainError, match="letzte Person"):
        end_role(admin_user.assignments.get(), by=admin_user, on=today, reason="Versehen")
    assert User.objects.get(pk=admin_user.pk).is_active


def test_locked_person_cannot_sign_in(client_for, admin_user, user_with) -> None:
    person = user_with(Role.TREASURER, password=PASSWORD)
    assert "_auth_user_id" in sign_in(person.email).session
    client_for(admin_user).post(reverse("accounts:lock", args=[person.pk]), {"reason": "Ausgeschieden"})
    assert "_auth_user_id" not in sign_in(person.email).session


def test_guessing_locks_the_account_out_for_a_while(user_with) -> None:
    person = user_with(Role.TREASURER, password=PASSWORD)
    for _attempt in range(6):
        sign_in(person.email, "falsch")
    assert "_auth_user_id" not in sign_in(person.email).session


def test_nobody_signs_up_alone() -> None:
    form = {"email": "x@y.example", "password1": PASSWORD, "password2": PASSWORD}
    Client().post(reverse("account_signup"), form)
    assert not User.objects.filter(email="x@y.example").exists()


def test_people_list_takes_as_many_queries_for_many_as_for_one(
    client_for, admin_user, user_with, django_assert_num_queries
) -> None:
    client = client_for(admin_user)
    url = reverse("accounts:people")
    client.get(url)
    with django_assert_num_queries(8):
        client.get(url)
    for _more in range(5):
        user_with(Role.MEMBER, Role.BOARD)
    with django_assert_num_queries(8):
        client.get(url)
