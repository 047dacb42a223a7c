"""How a row of a history table becomes hashes: the same bytes on SQLite and PostgreSQL, from the values as the driver gives them."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Field, Model
from django.utils.functional import Promise
from djmoney.money import Money

from apps.audit.calculations import canonical, keyed_mac, row_hash, text_hash

Encoder = Callable[[Any], Any]

# How many rows a cursor brings at a time.
CHUNK = 2000


def moment_text(value: datetime) -> str:
    """UTC with microseconds; SQLite gives UTC without a zone."""
    utc = value if value.tzinfo is None else value.astimezone(UTC)
    return utc.isoformat(" ", "microseconds")[:26]


def _binary_text(value: Any) -> str:
    return bytes(value).hex()


def _duration(value: Any) -> int:
    return value // timedelta(microseconds=1) if isinstance(value, timedelta) else value


def _decimal_encoder(field: Any) -> Encoder:
    pattern = f"%.{field.decimal_places}f"
    places = f".{field.decimal_places}f"
    return lambda value: pattern % value if type(value) is float else format(value, places)


_ENCODERS: dict[str, Encoder] = {
    "BinaryField": _binary_text,
    "BooleanField": bool,
    "DateField": date.isoformat,
    "DateTimeField": moment_text,
    "DurationField": _duration,
    "FloatField": lambda value: repr(float(value)),
    "GenericIPAddressField": str,
    "JSONField": lambda value: canonical(json.loads(value)),
    "TimeField": lambda value: value.isoformat("microseconds"),
    "UUIDField": lambda value: value.hex if isinstance(value, UUID) else value.replace("-", ""),
}


def column_encoder(field: Field) -> Encoder | None:
    """The function that makes a driver's value of this field canonical; None where it already is."""
    target = getattr(field, "target_field", field)
    kind = target.get_internal_type()
    return _decimal_encoder(target) if kind == "DecimalField" else _ENCODERS.get(kind)


def python_value(field: Field, value: Any) -> Any:
    """The canonical form of a value that a model instance holds and that hasn't been to the database yet."""
    target = getattr(field, "target_field", field)
    value = target.to_python(value)
    if value is None:
        return None
    if target.get_internal_type() == "JSONField":
        return canonical(value)
    encode = column_encoder(field)
    return encode(value) if encode else value


@dataclass(frozen=True)
class Shape:
    """The columns of a history table that row hashes cover. Entries name the shape by its digest, so that columns added later break nothing."""

    model: type[Model]
    label: str
    columns: tuple[str, ...]
    personal: tuple[str, ...]
    digest: str
    steps: tuple[tuple[int, Encoder], ...]
    personal_steps: tuple[tuple[int, Encoder], ...]

    @property
    def select(self) -> str:
        quote = connection.ops.quote_name
        salt = ("history_salt",) if self.personal else ()
        names = ("history_id", "history_act", *self.columns, *self.personal, *salt)
        return f"SELECT {', '.join(map(quote, names))} FROM {quote(self.model._meta.db_table)}"  # noqa: S608

    def hash(self, row: tuple) -> bytes:
        values = list(row[2 : 2 + len(self.columns)])
        for index, encode in self.steps:
            if (value := values[index]) is not None:
                values[index] = encode(value)
        return row_hash([row[0], row[1], *values])

    def is_erased(self, row: tuple) -> bool:
        return bool(self.personal) and row[-1] is None

    def personal_matches(self, row: tuple) -> bool:
        """Whether the personal columns still give the MAC of the row; an erased row must be empty."""
        if not self.personal:
            return True
        values = list(row[2 + len(self.columns) : -1])
        if row[-1] is None:
            return not any(value is not None for value in values)
        for index, encode in self.personal_steps:
            if (value := values[index]) is not None:
                values[index] = encode(value)
        return keyed_mac(row[-1], canonical(values)) == row[2 + self.columns.index("history_personal_mac")]


def _steps(fields: list[Field]) -> tuple[tuple[int, Encoder], ...]:
    return tuple((index, encode) for index, field in enumerate(fields) if (encode := column_encoder(field)))


@cache
def shape_of(model: type[Model], columns: tuple[str, ...] | None = None) -> Shape:
    """The shape of a history model today, or with the columns an older entry names."""
    fields = {field.column: field for field in model._meta.concrete_fields}
    personal = personal_columns(model)
    if columns is None:
        columns = tuple(sorted(fields.keys() - {*personal, "history_id", "history_act", "history_salt"}))
    label = model._meta.label_lower
    return Shape(
        model,
        label,
        columns,
        personal,
        shape_digest(label, columns),
        _steps([fields[name] for name in columns]),
        _steps([fields[name] for name in personal]),
    )


def shape_digest(label: str, columns: tuple[str, ...]) -> str:
    return text_hash(canonical([label, columns]))[:12]


def personal_columns(model: type[Model]) -> tuple[str, ...]:
    """The columns of a history model that hold personal data, sorted."""
    names = getattr(model, "history_personal_fields", ())
    return tuple(sorted(model._meta.get_field(name).column for name in names))


def personal_mac(model: type[Model], salt: str, values: dict[str, Any]) -> str:
    """The MAC over the personal columns; `values` by column, canonical."""
    return keyed_mac(salt, canonical([values[name] for name in personal_columns(model)]))


def read_rows(sql: str, params: tuple = ()) -> Iterator[tuple]:
    """The rows as the driver gives them, in chunks; on PostgreSQL through a server-side cursor if a lot is read."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
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
