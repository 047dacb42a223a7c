"""Before and after a migration: triggers step aside and come back, the shapes of the history tables are written down."""

from typing import Any

from django.db import connections

from apps.audit.calculations import canonical
from apps.audit.encoding import shape_of
from apps.audit.history import history_models
from apps.audit.models import HistoryShape
from apps.audit.triggers import drop_triggers, make_triggers


def step_aside(using: str, plan: list[Any] | None = None, **options: Any) -> None:
    if plan:
        drop_triggers(connections[using])


def come_back(using: str, **options: Any) -> None:
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    if HistoryShape._meta.db_table in tables:
        record_shapes(tables)
    make_triggers(connection)


def record_shapes(tables: set[str]) -> None:
    known = set(HistoryShape.objects.values_list("table", "digest"))
    shapes = [shape_of(model) for model in history_models() if model._meta.db_table in tables]
    HistoryShape.objects.bulk_create(
        HistoryShape(table=shape.label, digest=shape.digest, columns=canonical(shape.columns))
        for shape in shapes
        if (shape.label, shape.digest) not in known
    )
