from datetime import date

import pytest
from django.db import transaction

from apps.accounts.models import RoleAssignment, User
from apps.audit import bulk
from apps.audit.acts import act
from apps.audit.models import JournalEntry
from apps.audit.verbs import UnknownVerb

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
