"""Rows that nobody changes or deletes: triggers on both databases, refused even to plain SQL.

An app declares its final rows in `AppConfig.ready()`:

    protect(Invoice, when="OLD.state = 'issued'", except_columns=("paid_on",))

The triggers are made anew after every migration (SQLite drops them silently when it remakes a table). A trigger's name holds a
digest of its definition, so that comparing names finds a missing trigger as well as a weakened one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.audit.calculations import text_hash
from apps.audit.encoding import personal_columns
from apps.audit.history import history_models
from apps.audit.models import Anchor, HistoryShape, JournalEntry

PREFIX = "keep_"
FINAL = _("%(name)s: Dieser Datensatz ist endgültig. Er kann nicht mehr geändert oder gelöscht werden.")
APPEND_ONLY = _("%(name)s: Hier wird nur angefügt. Kein Eintrag kann geändert oder gelöscht werden.")
REFUSE = """CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'restrict_violation'; END $body$"""


@dataclass(frozen=True)
class Protection:
    """Rows of `model` for which `when` holds: never deleted, and changed only as `allowed` says (SQL over OLD and NEW)."""

    model: type[models.Model]
    when: str
    allowed: str
    message: str | Promise

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    @property
    def text(self) -> str:
        return str(self.message).replace("'", "’") % {"name": self.model._meta.verbose_name}


@dataclass(frozen=True)
class Trigger:
    table: str
    name: str
    sql: str


_protections: list[Protection] = []


def protect(
    model: type[models.Model],
    *,
    when: str = "1 = 1",
    except_columns: Sequence[str] = (),
    message: str | Promise = "",
) -> None:
    """Refuse DELETE of rows for which `when` holds, and UPDATE unless only `except_columns` (names of fields) change.

    `when` is SQL over `OLD` that both databases understand, e.g. "OLD.state = 'issued'" or "OLD.posted_at IS NOT NULL"; a
    boolean stands alone: "OLD.is_final". The database then answers with an IntegrityError that holds the message.
    """
    free = {_column(model, name) for name in except_columns}
    kept = [column for column in _columns(model) if column not in free]
    _protections.append(Protection(model, when, unchanged(kept), message or FINAL))


def _columns(model: type[models.Model]) -> list[str]:
    return [str(field.column) for field in model._meta.concrete_fields if not field.generated]


def _column(model: type[models.Model], name: str) -> str:
    field: Any = model._meta.get_field(name)
    return str(field.column)


def unchanged(columns: Sequence[str]) -> str:
    """The condition that none of the columns changes; each database fills in its word for "the same or both empty"."""
    return " AND ".join(f'OLD."{column}" {{same}} NEW."{column}"' for column in columns)


def _erasable(model: type[models.Model], *, key: str, emptied: dict[str, str]) -> Protection:
    """Append-only, but for one thing: emptying the personal columns together with their key, for good."""
    kept = [column for column in _columns(model) if column not in {key, *emptied}]
    erased = " AND ".join(
        f'NEW."{column}" IS NULL' if not value else f'NEW."{column}" = {value}' for column, value in emptied.items()
    )
    allowed = f'{unchanged(kept)} AND OLD."{key}" IS NOT NULL AND NEW."{key}" IS NULL AND {erased}'
    return Protection(model, "1 = 1", allowed, APPEND_ONLY)


def protections() -> Iterator[Protection]:
    """Everything that is kept: history, journal, anchors, and what the apps declared."""
    for model in history_models():
        if columns := personal_columns(model):
            yield _erasable(model, key="history_salt", emptied=dict.fromkeys(columns, ""))
        else:
            yield Protection(model, "1 = 1", "1 = 0", APPEND_ONLY)
    yield _erasable(JournalEntry, key="data_key", emptied=dict.fromkeys(("subject_label", "reason", "data"), "''"))
    yield Protection(Anchor, "1 = 1", "1 = 0", APPEND_ONLY)
    yield Protection(HistoryShape, "1 = 1", "1 = 0", APPEND_ONLY)
    yield from _protections


def expected_triggers(connection: Any) -> dict[str, Trigger]:
    """Every trigger that must stand in this database, by name; tables that don't exist yet are left out."""
    tables = set(connection.introspection.table_names())
    build = _postgresql if connection.vendor == "postgresql" else _sqlite
    return {
        trigger.name: trigger
        for protection in protections()
        if protection.table in tables
        for trigger in build(protection)
    }


def _trigger(protection: Protection, operation: str, definition: str) -> Trigger:
    name = f"{PREFIX}{text_hash(definition)[:8]}_{operation}_{protection.table}"[:63]
    return Trigger(protection.table, name, f'CREATE TRIGGER "{name}" {definition}')


def _sqlite(protection: Protection) -> Iterator[Trigger]:
    table = f'"{protection.table}"'
    refuse = f"BEGIN SELECT RAISE(ABORT, '{protection.text}'); END"
    allowed = protection.allowed.format(same="IS")
    key = f'"{protection.model._meta.pk.column}"'
    # REPLACE deletes the old row without asking the trigger of DELETE
    replaced = f"SELECT 1 FROM {table} AS OLD WHERE OLD.{key} = NEW.{key} AND ({protection.when})"  # noqa: S608
    for operation, condition in (
        ("update", f"({protection.when}) AND NOT ({allowed})"),
        ("delete", protection.when),
        ("insert", f"EXISTS ({replaced})"),
    ):
        yield _trigger(
            protection, operation, f"BEFORE {operation.upper()} ON {table} FOR EACH ROW WHEN {condition} {refuse}"
        )


def _postgresql(protection: Protection) -> Iterator[Trigger]:
    table = f'"{protection.table}"'
    refuse = f"EXECUTE FUNCTION audit_refuse('{protection.text}')"
    allowed = protection.allowed.format(same="IS NOT DISTINCT FROM")
    for operation, condition in (
        ("update", f"({protection.when}) AND NOT ({allowed})"),
        ("delete", protection.when),
    ):
        yield _trigger(
            protection, operation, f"BEFORE {operation.upper()} ON {table} FOR EACH ROW WHEN ({condition}) {refuse}"
        )
    yield _trigger(protection, "truncate", f"BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {refuse}")


def standing_triggers(connection: Any) -> dict[str, str]:
    """The table of every trigger of ours that stands in this database and is switched on, by the trigger's name."""
    if connection.vendor == "postgresql":
        sql = """SELECT tgname, relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
                 WHERE tgname LIKE %s AND tgenabled IN ('O', 'A') AND pg_table_is_visible(pg_class.oid)"""
    else:
        sql = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s"
    with connection.cursor() as cursor:
        cursor.execute(sql, [f"{PREFIX}%"])
        return dict(cursor.fetchall())


def missing_triggers(connection: Any) -> list[Trigger]:
    standing = standing_triggers(connection)
    return [trigger for name, trigger in expected_triggers(connection).items() if name not in standing]


def make_triggers(connection: Any) -> None:
    """Make what is missing, drop what no longer belongs here."""
    expected, standing = expected_triggers(connection), standing_triggers(connection)
    drop_triggers(connection, {name: table for name, table in standing.items() if name not in expected})
    missing = [trigger for name, trigger in expected.items() if name not in standing]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and missing:
            cursor.execute(REFUSE)
        for trigger in missing:
            if connection.vendor == "postgresql":
                cursor.execute(f'DROP TRIGGER IF EXISTS "{trigger.name}" ON "{trigger.table}"')
            cursor.execute(trigger.sql)


def drop_triggers(connection: Any, names: dict[str, str] | None = None) -> None:
    names = standing_triggers(connection) if names is None else names
    with connection.cursor() as cursor:
        for name, table in names.items():
            on = f' ON "{table}"' if connection.vendor == "postgresql" else ""
            cursor.execute(f'DROP TRIGGER "{name}"{on}')
