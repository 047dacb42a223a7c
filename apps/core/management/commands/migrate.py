"""`migrate` that builds an empty database from the models, as one would after all migrations, and then goes on as usual."""

from typing import Any

from django.apps import apps
from django.core.management.commands import migrate
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

LEFT_TO_DJANGO = (
    "app_label",
    "migration_name",
    "plan",
    "check_unapplied",
    "fake",
    "fake_initial",
    "run_syncdb",
    "prune",
)


class Command(migrate.Command):
    """Django replays every migration on an empty database, and for each renders all models anew: over a minute for our 200 tables.

    The result is what the models say; `tests/project/test_migrations.py` compares both. Data that comes with the
    program, triggers and the full-text index are made by receivers of `post_migrate` either way.
    """

    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        if not any(options.get(name) for name in LEFT_TO_DJANGO) and not connection.introspection.table_names():
            self.verbosity = options["verbosity"]
            self.build_from_models(connection)
        super().handle(*args, **options)

    def build_from_models(self, connection: BaseDatabaseWrapper) -> None:
        """Create all tables and record all migrations as applied; either all of it happens or nothing."""
        with connection.constraint_checks_disabled(), transaction.atomic(using=connection.alias):
            self.sync_apps(connection, {config.label for config in apps.get_app_configs()})
            recorder = MigrationRecorder(connection)
            recorder.ensure_schema()
            for app, name in MigrationLoader(connection).graph.nodes:
                recorder.record_applied(app, name)
