from datetime import timedelta

import pytest
from django.apps import apps
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from apps.accounts.models import RoleAssignment, User
from apps.audit import triggers
from apps.audit.models import JournalEntry
from apps.audit.triggers import drop_triggers, make_triggers, missing_triggers

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return User.objects.create(email="ada@example.org", first_name="Ada")


def execute(sql, *params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def refused(sql):
    with pytest.raises(IntegrityError, match="nur angefügt"), transaction.atomic():
        execute(sql)
    return True


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_journalentry SET verb = 'core.savee'",
        "UPDATE audit_journalentry SET data = ''",
        "UPDATE audit_journalentry SET data_key = NULL, data = '', reason = '', verb = ''",
        "DELETE FROM audit_journalentry",
        "UPDATE accounts_historicaluser SET first_name = 'Ida'",
        "UPDATE accounts_historicaluser SET is_active = NOT is_active",
        "UPDATE accounts_historicaluser SET history_salt = NULL",
        "DELETE FROM accounts_historicaluser",
        "UPDATE accounts_historicalroleassignment SET role = 'board'",
    ],
)
def test_history_and_journal_refuse_sql(treasurer, ada, sql):
    treasurer.assignments.get().save()
    assert refused(sql)


def test_replace_and_truncate_are_refused(ada):
    if connection.vendor == "postgresql":
        connection.check_constraints()
        assert refused("TRUNCATE audit_journalentry CASCADE")
    else:
        assert refused("REPLACE INTO accounts_historicaluser SELECT * FROM accounts_historicaluser")


def test_personal_columns_can_be_emptied_with_their_key(ada):
    execute("UPDATE accounts_historicaluser SET history_salt = NULL, email = NULL, first_name = NULL, last_name = NULL")
    assert ada.history.values_list("email", "history_salt").get() == (None, None)


def test_the_check_names_unprotected_tables_and_migrate_mends_them(ada, settings):
    settings.MIGRATION_MODULES = dict.fromkeys(app.label for app in apps.get_app_configs())  # as the database was made
    assert not run_checks(tags=["database"], databases=["default"])
    drop_triggers(connection)
    [warning] = run_checks(tags=["database"], databases=["default"])
    assert "accounts_historicaluser" in warning.msg
    call_command("migrate", verbosity=0)
    assert not missing_triggers(connection)
    assert refused(f"DELETE FROM {JournalEntry._meta.db_table}")


@pytest.fixture
def final_roles():
    """As an app declares it: roles of auditors are final but for their end."""
    before = list(triggers._protections)
    triggers.protect(RoleAssignment, when="OLD.role = 'auditor'", except_columns=("valid_until",))
    make_triggers(connection)
    yield
    triggers._protections[:] = before
    make_triggers(connection)


@pytest.mark.django_db
def test_an_app_protects_its_final_rows(final_roles, auditor, treasurer):
    final, free = auditor.assignments.get(), treasurer.assignments.get()
    for sql in ("UPDATE accounts_roleassignment SET valid_from = '2020-01-01'", "DELETE FROM accounts_roleassignment"):
        with pytest.raises(IntegrityError, match="endgültig"), transaction.atomic():
            execute(f"{sql} WHERE id = {final.pk}")
        execute(f"{sql} WHERE id = {free.pk}")
    final.valid_until = final.valid_from + timedelta(days=1)
    final.save()
    final.refresh_from_db()
    assert final.valid_until
