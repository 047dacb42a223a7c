"""Writes of many rows at once, with their history: `INSERT … SELECT` in the database, never row by row."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import batched
from typing import Any

from django.db import connection, models, transaction

from apps.audit.acts import Act, act, current_act
from apps.audit.encoding import personal_columns
from apps.audit.history import history_row
from apps.audit.verbs import SAVED

# Keys per statement; SQLite takes 32,766 parameters.
CHUNK = 5000
BATCH = 500


@contextmanager
def _recording() -> Iterator[Act]:
    with transaction.atomic():
        present = current_act()
        if present:
            yield present
            return
        with act(SAVED, by=None) as own:
            yield own


def create[M: models.Model](model: type[M], objs: Iterable[M], batch_size: int | None = None) -> list[M]:
    """Insert the objects with their history; they get their keys."""
    with _recording() as present:
        created = model._default_manager.bulk_create(objs, batch_size=batch_size)
        _write_history(model, [obj.pk for obj in created], "+", present)
        return created


def update[M: models.Model](model: type[M], objs: Iterable[M], fields: Sequence[str], batch_size: int = BATCH) -> int:
    """Write the named fields of the objects with their history; return how many rows that were."""
    objs = list(objs)
    with _recording() as present:
        count = model._default_manager.bulk_update(objs, fields, batch_size=batch_size)
        _write_history(model, [obj.pk for obj in objs], "~", present)
        return count


def change(queryset: models.QuerySet[Any], **values: Any) -> int:
    """`queryset.update(**values)` with history; return how many rows that were."""
    model: Any = queryset.model
    with _recording() as present:
        locked = queryset.order_by("pk").select_for_update(
            of=("self",) if connection.features.has_select_for_update_of else ()
        )
        pks = list(locked.values_list("pk", flat=True))
        for chunk in batched(pks, CHUNK):
            model._base_manager.filter(pk__in=chunk).update(**values)
        _write_history(model, pks, "~", present)
        return len(pks)


def _write_history(model: Any, pks: list[Any], history_type: str, present: Act) -> None:
    """One history row for each of the rows as they stand in the table now."""
    if not pks:
        return
    history_model = model.history.model
    present.tables.add(history_model)
    copy = _copy_signed if personal_columns(history_model) else _copy_in_database
    for chunk in batched(pks, CHUNK):
        copy(model, history_model, chunk, history_type, present)


def _copy_signed(model: Any, history_model: Any, pks: Sequence[Any], history_type: str, present: Act) -> None:
    """Rows with personal data get a salt each, so they pass through here."""
    rows = model._base_manager.filter(pk__in=pks).order_by("pk")
    history_model.objects.bulk_create(
        (history_row(history_model, row, history_type, present) for row in rows.iterator(BATCH)), batch_size=BATCH
    )


def _copy_in_database(model: Any, history_model: Any, pks: Sequence[Any], history_type: str, present: Act) -> None:
    quote = connection.ops.quote_name
    columns = [field.column for field in history_model.tracked_fields]
    field = history_model._meta.get_field
    given = {
        "history_date": connection.ops.adapt_datetimefield_value(present.at),
        "history_type": history_type,
        "history_user_id": field("history_user").get_db_prep_save(present.actor_id, connection),
        "history_act": present.id,
    }
    names = ", ".join(map(quote, [*columns, *given]))
    source = ", ".join([*map(quote, columns), *["%s"] * len(given)])
    key = quote(model._meta.pk.column)
    prepared = [model._meta.pk.get_db_prep_value(pk, connection) for pk in pks]
    sql = (
        f"INSERT INTO {quote(history_model._meta.db_table)} ({names}) "  # noqa: S608
        f"SELECT {source} FROM {quote(model._meta.db_table)} "
        f"WHERE {key} IN ({', '.join(['%s'] * len(pks))}) ORDER BY {key}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*given.values(), *prepared])
