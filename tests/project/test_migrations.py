"""An empty database is built from the models; replaying every migration comes to the same."""

import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from apps.audit.triggers import missing_triggers
from apps.core.models import Job
from apps.ledger.models import Account
from apps.portal.bench.scratch import scratch_database

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("bench")]

COLUMNS = """
    SELECT table_name, column_name, data_type, character_maximum_length, numeric_precision, numeric_scale, is_nullable,
           is_identity, generation_expression
    FROM information_schema.columns WHERE table_schema = 'public'
"""
CONSTRAINTS = """
    SELECT conrelid::regclass::text, contype::text, pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
"""
ELSEWHERE = {
    "django_migrations",  # not a model; in the first database nothing has been migrated
    "auth_group_permissions",  # Django's own: its migration takes a bigint, its model an integer
}
INDEXES = "SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'"


def shape() -> set[tuple[object, ...]]:
    """Every column, constraint and index of the database; an index without its name, which may come from an older column."""
    with connection.cursor() as cursor:
        found: set[tuple[object, ...]] = set()
        for query in (COLUMNS, CONSTRAINTS):
            cursor.execute(query)
            found |= set(cursor.fetchall())
        cursor.execute(INDEXES)
        return found | {(table, re.sub(r"INDEX \S+ ON", "INDEX ON", index)) for table, index in cursor.fetchall()}


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite can't say what its checks and indexes are")
def test_replaying_the_migrations_comes_to_what_the_models_say(django_db_setup, django_db_blocker, monkeypatch):
    with django_db_blocker.unblock():
        with scratch_database():
            built = shape()
        monkeypatch.setitem(connection.settings_dict["TEST"], "MIGRATE", True)
        with scratch_database():
            replayed = shape()
            assert missing_triggers(connection) == []
            Job.objects.create(kind="probe", key="1", title="Probe")
            call_command("check", database=["default"], stdout=StringIO())
    assert len(built) > 3000
    assert {row for row in built ^ replayed if row[0] not in ELSEWHERE} == set()


def test_an_empty_database_is_complete_after_migrate(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), scratch_database():
        with connection.constraint_checks_disabled(), connection.schema_editor() as editor:
            for table in connection.introspection.table_names():
                editor.execute(f"DROP TABLE IF EXISTS {editor.quote_name(table)}" + cascade())
        assert connection.introspection.table_names() == []
        call_command("migrate", verbosity=0)
        assert missing_triggers(connection) == []
        assert "documents_fulltext" in connection.introspection.table_names()
        assert Account.objects.exists()
        migrations = MigrationRecorder(connection).applied_migrations()
        assert ("dues", "0001_initial") in migrations
        call_command("migrate", check_unapplied=True, verbosity=0)
        call_command("migrate", verbosity=0)
        assert MigrationRecorder(connection).applied_migrations().keys() == migrations.keys()


def cascade() -> str:
    return " CASCADE" if connection.vendor == "postgresql" else ""
