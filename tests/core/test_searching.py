"""Words anywhere in the columns of very long lists are found by an index, where the database has one."""

import pytest
from django.apps import apps
from django.db import connection

from apps.core import searching
from apps.ledger.models import Entry

pytestmark = pytest.mark.django_db


def has_words() -> bool:
    """Whether this server lets us have the extension."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM pg_extension WHERE extname = 'pg_trgm'")
        return bool(cursor.fetchone()[0])


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite reads the whole table")
def test_postgresql_looks_into_the_index():
    """The expression of the index is the one Django compares with; else the database would not use it."""
    if not has_words():
        pytest.skip("no pg_trgm on this server")
    models = {model._meta.db_table: model for model in apps.get_models()}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plans = {
        f"{table}_{column}_words": models[table]
        .objects.filter(**{f"{column}__icontains": "Müller"})
        .order_by()
        .explain()
        for table, columns in searching.searched.items()
        for column in columns
    }
    assert len(plans) >= 9
    assert {name for name, plan in plans.items() if name not in plan} == set()


def test_a_server_that_refuses_the_extension_is_no_obstacle(monkeypatch):
    monkeypatch.setattr(searching, "EXTENSION", "CREATE EXTENSION there_is_none")
    searching.install_indexes()
    assert list(Entry.objects.filter(text__icontains="Müller")) == []
