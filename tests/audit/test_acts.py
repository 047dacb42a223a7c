from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import RoleAssignment, User
from apps.audit import bulk
from apps.audit.acts import Act, act
from apps.audit.domain.verification import verify
from apps.audit.models import JournalEntry
from apps.audit.verbs import UnknownVerb
from apps.core.money import euros

pytestmark = pytest.mark.django_db


def make_user(name="ada"):
    return User.objects.create(email=f"{name}@example.org", first_name=name.title(), last_name="Lovelace")


def test_a_save_outside_of_any_act_gets_an_entry_of_its_own():
    user = make_user()
    entry = JournalEntry.objects.get()
    assert (entry.sequence, entry.verb, entry.subject_type, entry.subject_id) == (
        1,
        "core.saved",
        "accounts.user",
        str(user.pk),
    )
    assert user.history.get().history_act == entry.act


def test_thousands_of_acts_in_one_millisecond_keep_numbers_of_their_own():
    with time_machine.travel(datetime(2027, 3, 1, tzinfo=UTC), tick=False):
        numbers = [Act("core.saved", None, None, "", {}).id for _act in range(20_000)]
    assert numbers == sorted(set(numbers))


def test_unknown_verbs_are_refused():
    with pytest.raises(UnknownVerb), transaction.atomic(), act("nobody.knows", by=None):
        pass
    assert not JournalEntry.objects.exists()


def columns(row):
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.attname not in {"id", "history_id", "history_act", "history_salt", "history_personal_mac"}
    }


@pytest.mark.parametrize("model", [RoleAssignment, User])
def test_bulk_histories_equal_single_saves_column_by_column(model):
    user = make_user()
    start = {"valid_from": date(2027, 1, 1)}

    def build(role):
        return RoleAssignment(user=user, role=role, **start) if model is RoleAssignment else User(email=role)

    with transaction.atomic(), act("core.saved", by=user):
        single, other = build("board"), build("office")
        single.save()
        [bulky] = bulk.create(model, [other])
        field, value = ("valid_until", date(2028, 1, 1)) if model is RoleAssignment else ("first_name", "Augusta")
        setattr(single, field, value)
        single.save()
        bulk.change(model.objects.filter(pk=bulky.pk), **{field: value})
        for each in (single, bulky):
            setattr(each, field, None if model is RoleAssignment else "Byron")
        single.save()
        assert bulk.update(model, [bulky], [field]) == 1
    assert [row.history_type for row in single.history.all()] == ["~", "~", "+"]
    rename = {"role": "board", "email": "board", "date_joined": None}
    for one, many in zip(single.history.all(), bulky.history.all(), strict=True):
        assert columns(one) | rename == columns(many) | rename


def test_a_failed_act_takes_its_writes_with_it_even_if_the_caller_goes_on():
    with transaction.atomic():
        with pytest.raises(ZeroDivisionError), act("core.saved", by=None):
            make_user().pk / 0
        make_user("ida")
    assert User.history.count() == JournalEntry.objects.count() == 1
    assert verify().breaks == []


def test_an_act_needs_a_transaction(transactional_db):
    with pytest.raises(RuntimeError, match="needs a transaction"), act("core.saved", by=None):
        pass


def test_an_act_inside_an_act_makes_its_own_entry():
    with transaction.atomic(), act("core.saved", by=None, reason="außen") as outer:
        make_user("eva")
        with act("core.saved", by=None, reason="innen") as inner:
            make_user("ida")
        outer.subject = make_user("ada")
    assert list(JournalEntry.objects.order_by("sequence").values_list("reason", "subject_label")) == [
        ("innen", ""),
        ("außen", "Ada Lovelace"),
    ]
    assert User.history.filter(history_act=outer.id).count() == 2
    assert User.history.get(history_act=inner.id).history_change_reason == "innen"
    assert verify().breaks == []


def test_a_save_of_excluded_fields_only_is_no_history():
    user = make_user()
    user.last_login = timezone.now()
    user.save(update_fields=["last_login"])
    assert user.history.count() == JournalEntry.objects.count() == 1


def test_people_who_acted_cannot_be_deleted():
    user = make_user()
    with transaction.atomic(), act("core.saved", by=user):
        pass
    with pytest.raises(ProtectedError):
        user.delete()


def test_data_of_every_kind_is_kept_as_text():
    data = {"amount": euros("12.50"), "on": date(2027, 3, 1), "rate": Decimal("0.85"), "who": {2, 1}, "label": _("Ja")}
    with transaction.atomic(), act("core.saved", by=None, data=data):
        pass
    assert JournalEntry.objects.get().data == (
        '{"amount":"12.50 EUR","label":"Ja","on":"2027-03-01","rate":"0.85","who":[1,2]}'
    )
