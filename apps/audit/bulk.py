"""Writes of many rows at once, with their history: `INSERT … SELECT` in the database, never row by row."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import batched, chain
from typing import Any

from django.db import connection, models, transaction

from apps.audit.acts import Act, act, current_act
from apps.audit.encoding import column_sql, personal_columns, sign_values
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


def delete(queryset: models.QuerySet[Any]) -> int:
    """Delete the rows with history; return how many that were. What still refers to them must be gone."""
    model: Any = queryset.model
    with _recording() as present:
        pks = list(queryset.order_by("pk").values_list("pk", flat=True))
        _write_history(model, pks, "-", present)
        for chunk in batched(pks, CHUNK):
            model._base_manager.filter(pk__in=chunk)._raw_delete(queryset.db)
        return len(pks)


def _write_history(model: Any, pks: list[Any], history_type: str, present: Act) -> None:
    """One history row for each of the rows as they stand in the table now."""
    if not pks:
        return
    history_model = model.history.model
    present.tables.add(history_model)
    for chunk in batched(pks, CHUNK):
        _copy_rows(model, history_model, chunk, history_type, present)


def _copy_rows(model: Any, history_model: Any, pks: Sequence[Any], history_type: str, present: Act) -> None:
    quote = connection.ops.quote_name
    field = history_model._meta.get_field
    given = {
        "history_date": connection.ops.adapt_datetimefield_value(present.at),
        "history_type": history_type,
        "history_user_id": field("history_user").get_db_prep_save(present.actor_id, connection),
        "history_act": present.id,
    }
    columns = [field.column for field in history_model.tracked_fields]
    signed = ["history_salt", "history_personal_mac"] if personal_columns(history_model) else []
    names = ", ".join(map(quote, [*columns, *given, *signed]))
    values = ", ".join([*(f"kept.{quote(column)}" for column in columns), *["%s"] * len(given), *signed])
    key = f"kept.{quote(model._meta.pk.column)}"
    keys, parameters = _signed_keys(model, history_model, pks) if signed else _plain_keys(model, pks)
    sql = (
        f"WITH {keys} INSERT INTO {quote(history_model._meta.db_table)} ({names}) "  # noqa: S608
        f"SELECT {values} FROM {quote(model._meta.db_table)} AS kept JOIN wanted ON wanted.key = {key} ORDER BY {key}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*parameters, *given.values()])


def _plain_keys(model: Any, pks: Sequence[Any]) -> tuple[str, list[Any]]:
    return f"wanted(key) AS (VALUES {', '.join(['(%s)'] * len(pks))})", _prepared(model, pks)


def _signed_keys(model: Any, history_model: Any, pks: Sequence[Any]) -> tuple[str, list[Any]]:
    """The keys of rows with personal data, each with its salt and MAC; only the personal columns pass through here."""
    personal = personal_columns(history_model)
    fields = {field.column: field for field in model._meta.concrete_fields}
    key, table = connection.ops.quote_name(model._meta.pk.column), connection.ops.quote_name(model._meta.db_table)
    expressions = ", ".join([key, *(column_sql(fields[name]) for name in personal)]).replace("%", "%%")
    places = ", ".join(["%s"] * len(pks))
    sql = f"SELECT {expressions} FROM {table} WHERE {key} IN ({places})"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, _prepared(model, pks))
        signed = [(key, *sign_values(history_model, values)) for key, *values in cursor.fetchall()]
    values = ", ".join(["(%s, %s, %s)"] * len(signed))
    return f"wanted(key, history_salt, history_personal_mac) AS (VALUES {values})", list(chain.from_iterable(signed))


def _prepared(model: Any, pks: Sequence[Any]) -> list[Any]:
    return [model._meta.pk.get_db_prep_value(pk, connection) for pk in pks]
