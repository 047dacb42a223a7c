from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from apps.accounts.models import RoleAssignment, User
from apps.accounts.roles import Role
from apps.audit import bulk
from apps.audit.acts import act
from apps.audit.domain.anchors import make_anchor
from apps.audit.domain.erasure import erase_personal_data
from apps.audit.domain.verification import verify
from apps.audit.models import HistoryShape, JournalEntry, JournalHead, Verification
from tests.conftest import triggers_asleep

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    """Four acts: person, three roles at once, two changes."""
    user = User.objects.create(email="ada@example.org", first_name="Ada", last_name="Lovelace")
    with transaction.atomic(), act("core.saved", user, by=user, reason="Wahl", data={"roles": 3}):
        roles = [Role.BOARD, Role.OFFICE, Role.AUDITOR]
        bulk.create(RoleAssignment, [RoleAssignment(user=user, role=role, valid_from="2027-01-01") for role in roles])
    user.first_name = "Augusta"
    user.save()
    user.is_active = False
    user.save()
    return user


def tamper(sql):
    with triggers_asleep(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_everything_is_walked_over(ada, breaks):
    make_anchor(medium="Probe")
    report = verify()
    assert report.breaks == []
    assert (report.entries, report.rows, report.anchors) == (4, 6, 1)
    assert report.hash == JournalHead.objects.get().hash == JournalEntry.objects.get(pk=4).hash


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        (
            "UPDATE audit_journalentry SET verb = 'core.savee' WHERE sequence = 3",
            ["Eintrag 3 (core.savee) wurde verändert."],
        ),
        (
            "UPDATE audit_journalentry SET subject_id = '99' WHERE sequence = 1",
            ["Eintrag 1 (Datensatz geändert) wurde verändert."],
        ),
        (
            "UPDATE audit_journalentry SET reason = 'Whal' WHERE sequence = 2",
            ["Die Angaben von Eintrag 2 wurden verändert."],
        ),
        (
            "UPDATE audit_journalentry SET data = '{}' WHERE sequence = 2",
            ["Die Angaben von Eintrag 2 wurden verändert."],
        ),
        (
            "UPDATE audit_journalentry SET subject_label = '', data = '', reason = '', data_key = NULL WHERE sequence = 2",
            ["Die Angaben von Eintrag 2 wurden ohne Löschvermerk entfernt."],
        ),
        ("UPDATE audit_journalhead SET sequence = 3", ["Das verzeichnete Ende passt nicht zum letzten Eintrag 4."]),
    ],
)
def test_a_changed_entry_is_named(ada, breaks, sql, found):
    tamper(sql)
    assert breaks() == found


def test_reordered_entries_are_named(ada, breaks):
    tamper("UPDATE audit_journalentry SET sequence = 99 WHERE sequence = 3")
    tamper("UPDATE audit_journalentry SET sequence = 3 WHERE sequence = 4")
    tamper("UPDATE audit_journalentry SET sequence = 4 WHERE sequence = 99")
    assert "Eintrag 3 schließt nicht an seinen Vorgänger an." in breaks()


def test_a_deleted_entry_leaves_a_gap_and_rows_without_entry(ada, breaks):
    row = RoleAssignment.history.first()
    tamper("DELETE FROM audit_journalentry WHERE sequence = 2")
    found = breaks()
    assert found[0] == "Eintrag 2 fehlt."
    assert (
        f"accounts.historicalroleassignment, Zeile {row.history_id} (Rolle einer Person {row.id}) gehört zu keinem Eintrag"
        in found[-1]
    )
    assert len(found) == 4


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE accounts_historicalroleassignment SET role = 'admin' WHERE history_id = {}",
        "UPDATE accounts_historicalroleassignment SET valid_until = '2027-05-05' WHERE history_id = {}",
        "UPDATE accounts_historicalroleassignment SET history_date = '2026-01-01 00:00:00' WHERE history_id = {}",
        "UPDATE accounts_historicalroleassignment SET history_user_id = NULL WHERE history_id = {}",
    ],
)
def test_a_changed_history_row_is_named(ada, breaks, sql):
    row = RoleAssignment.history.all()[1]
    tamper(sql.format(row.history_id))
    assert breaks() == [
        f"accounts.historicalroleassignment, Zeile {row.history_id} (Rolle einer Person {row.id}) wurde verändert (Eintrag 2)."
    ]


def test_changed_personal_data_is_named(ada, breaks):
    row = ada.history.last()
    tamper(f"UPDATE accounts_historicaluser SET first_name = 'Ida' WHERE history_id = {row.history_id}")
    assert breaks() == [
        f"accounts.historicaluser, Zeile {row.history_id} (Person {ada.pk}): Die Personendaten wurden verändert."
    ]


def test_personal_data_removed_without_an_act_is_named(ada, breaks):
    row = ada.history.last()
    tamper(
        "UPDATE accounts_historicaluser SET first_name = NULL, last_name = NULL, email = NULL, history_salt = NULL "
        f"WHERE history_id = {row.history_id}"
    )
    assert breaks() == [
        f"accounts.historicaluser, Zeile {row.history_id} (Person {ada.pk}): Die Personendaten wurden ohne Löschvermerk entfernt."
    ]


def test_a_deleted_history_row_is_named(ada, breaks):
    row = RoleAssignment.history.all()[1]
    tamper(f"DELETE FROM accounts_historicalroleassignment WHERE history_id = {row.history_id}")
    assert breaks() == ["Eintrag 2: In accounts.historicalroleassignment fehlen 1 von 3 Zeilen."]


@pytest.mark.parametrize(("act_id", "count"), [("history_act", 2), ("history_act + 1", 1)])
def test_an_inserted_history_row_is_named(ada, breaks, act_id, count):
    tamper(
        "INSERT INTO accounts_historicalroleassignment (id, user_id, role, valid_from, history_date, history_type, history_act)"
        f" SELECT id, user_id, 'admin', valid_from, history_date, history_type, {act_id}"
        " FROM accounts_historicalroleassignment ORDER BY history_id LIMIT 1"
    )
    row = RoleAssignment.history.first()
    found = breaks()
    assert f"accounts.historicalroleassignment, Zeile {row.history_id} (Rolle einer Person {row.id})" in found[0]
    assert "eingefügt" in found[0]
    assert len(found) == count


def cut_off(sequence):
    """The best forger: the last entry, its rows and the head go together."""
    entry = JournalEntry.objects.get(pk=sequence)
    tamper(f"DELETE FROM accounts_historicaluser WHERE history_act = {entry.act}")
    tamper(f"DELETE FROM audit_journalentry WHERE sequence = {sequence}")
    tamper(f"UPDATE audit_journalhead SET sequence = {sequence - 1}, hash = '{entry.previous_hash}'")


def test_a_cut_off_end_is_found_by_the_head(ada, breaks):
    tamper("DELETE FROM audit_journalentry WHERE sequence > 2")
    assert breaks()[0] == "Das Ende fehlt: Die Einträge 3 bis 4 fehlen."


def test_a_cut_off_end_is_found_by_the_anchor_in_the_file(ada, breaks, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        make_anchor(medium="Auszug 1")
    cut_off(4)
    tamper("DELETE FROM audit_anchor")
    assert breaks() == [
        "Anker in Zeile 1 der Ankerdatei reicht bis Eintrag 4; dieser fehlt, das Ende wurde abgeschnitten."
    ]


def test_a_cut_off_end_is_found_by_the_anchor_in_the_table(ada, breaks):
    anchor = make_anchor(medium="Auszug 1")
    cut_off(4)
    assert breaks() == [
        f"Anker {anchor.pk} (Auszug 1) reicht bis Eintrag 4; dieser fehlt, das Ende wurde abgeschnitten."
    ]


def test_erasure_keeps_the_chain_and_leaves_no_trace(ada, breaks):
    assert len(everything_containing("Lovelace")) == 2
    User.objects.filter(pk=ada.pk).update(email="p1@example.invalid", first_name="", last_name="")
    ada.refresh_from_db()
    erased = erase_personal_data([ada], by=None)
    assert (erased.rows, erased.entries) == (3, 4)
    assert everything_containing("Lovelace") == everything_containing("ada@") == everything_containing("Ada") == []
    assert breaks() == []
    assert (verify().erased_rows, verify().erased_entries) == (3, 4)
    tamper("UPDATE accounts_historicaluser SET is_active = NOT is_active")
    assert len(breaks()) == 3


def everything_containing(text):
    """Names of the tables of the whole database that hold the text somewhere."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table == "accounts_user":
                continue
            cursor.execute(f"SELECT * FROM {table}")
            if any(text in str(value) for row in cursor.fetchall() for value in row):
                found.append(table)
    return sorted(found)


def test_entries_older_than_a_column_stay_verifiable(ada, breaks):
    """As after a migration that added a column: the entry names the shape it covered."""
    from apps.audit import encoding
    from apps.audit.calculations import canonical

    model = User.history.model
    newest = encoding.shape_of(model)
    older = encoding.shape_of(model, tuple(name for name in newest.columns if name != "is_superuser"))
    HistoryShape.objects.create(table=older.label, digest=older.digest, columns=canonical(older.columns))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("apps.audit.acts.shape_of", lambda model: older)
        ada.save()
    assert breaks() == []
    tamper(
        "UPDATE accounts_historicaluser SET is_active = NOT is_active WHERE history_id = (SELECT max(history_id) FROM accounts_historicaluser)"
    )
    assert len(breaks()) == 1


def test_the_command_says_what_it_covered(ada, django_capture_on_commit_callbacks):
    out = StringIO()
    with django_capture_on_commit_callbacks(execute=True):
        call_command("verify_audit", "--anchor", stdout=out)
    lines = out.getvalue().splitlines()
    assert "Einträge im Protokoll: 4" in lines
    assert f"Prüfwert des letzten Eintrags: {JournalHead.objects.get().hash}" in lines
    assert lines[-2:] == ["Anker gesetzt bei Eintrag 4.", "Alles stimmt überein."]
    assert Verification.objects.get().is_intact


def test_the_command_fails_and_names_the_place(ada):
    tamper("UPDATE audit_journalentry SET verb = 'x' WHERE sequence = 3")
    err = StringIO()
    with pytest.raises(CommandError, match="1 Abweichungen"):
        call_command("verify_audit", stdout=StringIO(), stderr=err)
    assert "Eintrag 3 (x) wurde verändert." in err.getvalue()
    assert not Verification.objects.get().is_intact
