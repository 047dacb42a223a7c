"""The migrations, run for once as production runs them."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from apps.audit.triggers import missing_triggers
from apps.core.models import Job
from apps.portal.bench.scratch import scratch_database

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("bench")]


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite is migrated by `make demo`")
def test_an_empty_database_is_migrated_to_what_the_models_say(django_db_setup, django_db_blocker, monkeypatch):
    monkeypatch.setitem(connection.settings_dict["TEST"], "MIGRATE", True)
    with django_db_blocker.unblock(), scratch_database():
        tables = set(connection.introspection.table_names())
        expected = set(connection.introspection.django_table_names(only_existing=False, include_views=False))
        assert expected - tables == set()
        assert missing_triggers(connection) == []
        assert "documents_fulltext" in tables
        Job.objects.create(kind="probe", key="1", title="Probe")
        call_command("check", database=["default"], stdout=StringIO())
