"""How a row of a history table becomes a hash: the database gives canonical text, the same on SQLite and PostgreSQL."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model
from django.utils.functional import Promise
from djmoney.money import Money

from apps.audit.calculations import canonical, keyed_mac, new_salt, row_hash, text_hash

type Encoder = Callable[[Any], Any]

# How many rows a cursor brings at a time.
CHUNK = 2000

# What the database says for a column of a kind; other kinds come as they are.
_SQLITE = {
    "BinaryField": "lower(hex({column}))",
    "BooleanField": "CAST({column} AS integer)",
    "DateField": "CAST({column} AS text)",
    "DateTimeField": "substr({column} || '.000000', 1, 26)",
    "DecimalField": "printf('%.{places}f', {column})",
    "TimeField": "substr({column} || '.000000', 1, 15)",
}
_POSTGRESQL = {
    "BinaryField": "encode({column}, 'hex')",
    "BooleanField": "{column}::integer",
    "DateField": "to_char({column}, 'YYYY-MM-DD')",
    "DateTimeField": "to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')",
    "DecimalField": "{column}::numeric(100, {places})::text",
    "DurationField": "(extract(epoch FROM {column}) * 1000000)::bigint",
    "GenericIPAddressField": "host({column})",
    "TimeField": "to_char({column}, 'HH24:MI:SS.US')",
    "UUIDField": "replace({column}::text, '-', '')",
}
# What is left to do with the database's answer.
_AFTER: dict[str, Encoder] = {
    "FloatField": lambda value: repr(float(value)),
    "JSONField": lambda value: canonical(json.loads(value)),
}
# The same text from a value of Python.
_PYTHON: dict[str, Encoder] = {
    "BinaryField": lambda value: bytes(value).hex(),
    "BooleanField": int,
    "DateField": date.isoformat,
    "DateTimeField": lambda value: moment_text(value),
    "DurationField": lambda value: value // timedelta(microseconds=1),
    "FloatField": repr,
    "JSONField": canonical,
    "TimeField": lambda value: value.isoformat("microseconds"),
    "UUIDField": lambda value: value.hex,
}


def moment_text(value: datetime) -> str:
    """UTC with microseconds."""
    return value.astimezone(UTC).isoformat(" ", "microseconds")[:26]


def _target(field: Any) -> Any:
    return getattr(field, "target_field", field)


def column_sql(field: Any) -> str:
    """The expression that gives the canonical text of a column."""
    target = _target(field)
    quoted = connection.ops.quote_name(field.column)
    pattern = (_POSTGRESQL if connection.vendor == "postgresql" else _SQLITE).get(
        target.get_internal_type(), "{column}"
    )
    text = pattern.format(column=quoted, places=getattr(target, "decimal_places", 0))
    if text.startswith("printf"):
        return f"CASE WHEN {quoted} IS NOT NULL THEN {text} END"
    return text


def python_value(field: Any, value: Any) -> Any:
    """The canonical text of a value that a model instance holds and that hasn't been to the database yet."""
    target = _target(field)
    value = target.to_python(value)
    if value is None:
        return None
    kind = target.get_internal_type()
    if kind == "DecimalField":
        return format(value, f".{target.decimal_places}f")
    encode = _PYTHON.get(kind)
    return encode(value) if encode else value


@dataclass(frozen=True)
class Shape:
    """The columns of a history table that row hashes cover; rows are read as (history_id, history_act, columns, personal, salt).

    Entries name the shape by its digest, so that columns added later break nothing.
    """

    model: type[Model]
    label: str
    columns: tuple[str, ...]
    personal: tuple[str, ...]
    digest: str
    select: str
    steps: tuple[tuple[int, Encoder], ...]
    personal_steps: tuple[tuple[int, Encoder], ...]

    def select_act(self, act: int) -> str:
        """The rows of one act in the order they were written."""
        return f"{self.select} WHERE history_act = {act:d} ORDER BY history_id"

    def hash(self, row: Sequence[Any]) -> bytes:
        return row_hash(self.hashed(row))

    def hashed(self, row: Sequence[Any]) -> list[Any]:
        """What the hash of a row covers: its number, its act, and the canonical values of the columns in their order."""
        values = list(row[: 2 + len(self.columns)])
        for index, encode in self.steps:
            if (value := values[index]) is not None:
                values[index] = encode(value)
        return values

    def is_erased(self, row: Sequence[Any]) -> bool:
        return bool(self.personal) and row[-1] is None

    def personal_matches(self, row: Sequence[Any]) -> bool:
        """Whether the personal columns still give the MAC of the row; an erased row must be empty."""
        if not self.personal:
            return True
        values = list(row[2 + len(self.columns) : -1])
        if row[-1] is None:
            return not any(value is not None for value in values)
        for index, encode in self.personal_steps:
            if (value := values[index]) is not None:
                values[index] = encode(value)
        stored: str = row[2 + self.columns.index("history_personal_mac")]
        return keyed_mac(row[-1], canonical(values)) == stored


def _steps(fields: list[Any], start: int) -> tuple[tuple[int, Encoder], ...]:
    kinds = [_AFTER.get(_target(field).get_internal_type()) for field in fields]
    return tuple((index, encode) for index, encode in enumerate(kinds, start) if encode)


@cache
def shape_of(model: type[Model], columns: tuple[str, ...] | None = None) -> Shape:
    """The shape of a history model today, or with the columns an older entry names."""
    fields: dict[str, Any] = {field.column: field for field in model._meta.concrete_fields if field.column}
    personal = personal_columns(model)
    if columns is None:
        columns = tuple(sorted(fields.keys() - {*personal, "history_id", "history_act", "history_salt"}))
    label = model._meta.label_lower
    read = [*columns, *personal, *(["history_salt"] if personal else [])]
    expressions = ["history_id", "history_act", *(column_sql(fields[name]) for name in read)]
    return Shape(
        model=model,
        label=label,
        columns=columns,
        personal=personal,
        digest=shape_digest(label, columns),
        select=f"SELECT {', '.join(expressions)} FROM {connection.ops.quote_name(model._meta.db_table)}",  # noqa: S608
        steps=_steps([fields[name] for name in columns], 2),
        personal_steps=_steps([fields[name] for name in personal], 0),
    )


def shape_digest(label: str, columns: tuple[str, ...]) -> str:
    return text_hash(canonical([label, columns]))[:12]


def personal_columns(model: type[Model]) -> tuple[str, ...]:
    """The columns of a history model that hold personal data, sorted."""
    names = getattr(model, "history_personal_fields", ())
    found: Any = [model._meta.get_field(name) for name in names]
    return tuple(sorted(field.column for field in found))


def personal_mac(model: type[Model], salt: str, values: dict[str, Any]) -> str:
    """The MAC over the personal columns; `values` by column, canonical."""
    return keyed_mac(salt, canonical([values[name] for name in personal_columns(model)]))


def sign_values(model: type[Model], values: Sequence[Any]) -> tuple[str, str]:
    """A new salt, and the MAC over the values of the personal columns as the database gave them."""
    salt, plain = new_salt(), list(values)
    for index, encode in shape_of(model).personal_steps:
        if plain[index] is not None:
            plain[index] = encode(plain[index])
    return salt, keyed_mac(salt, canonical(plain))


def read_rows(sql: str) -> Iterator[Sequence[Any]]:
    """The few rows of an act."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        yield from cursor.fetchall()


def stream_rows(sql: str) -> Iterator[Sequence[Any]]:
    """A whole table in chunks, on PostgreSQL through a cursor of the server."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql)
        while chunk := cursor.fetchmany(CHUNK):
            yield from chunk


def data_text(data: dict[str, Any]) -> str:
    """Canonical JSON of what an act leaves in the journal."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True, default=_plain) if data else ""


def _plain(value: Any) -> Any:
    match value:
        case Money():
            return f"{value.amount} {value.currency}"
        case datetime():
            return moment_text(value)
        case date() | time():
            return value.isoformat()
        case Model():
            return value.pk
        case Enum():
            return value.value
        case Decimal() | UUID() | Promise():
            return str(value)
        case set() | frozenset():
            return sorted(value)
    return list(value)
