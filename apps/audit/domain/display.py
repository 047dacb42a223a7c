"""Field values of history rows in the words of the screen: choices, amounts and names of related objects, read in bulk."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from djmoney.models.fields import CurrencyField, MoneyField

from apps.core.money import euros
from apps.core.tables import present

# Rows as `QuerySet.values()` gives them.
type Row = Mapping[str, Any]

LONGEST_TEXT = 400


@dataclass(frozen=True)
class Change:
    """One field: what it said before and what it says since."""

    label: str
    old: str
    new: str


def shown_fields(history_model: Any) -> list[Any]:
    """The fields people know: without the key and the technical companions of amounts."""
    return [
        field
        for field in history_model.tracked_fields
        if not field.primary_key and not isinstance(field, CurrencyField)
    ]


class Display:
    """Shows the rows it was given; names of related objects cost one query per related model."""

    def __init__(self, history_model: Any, rows: Iterable[Row]) -> None:
        self.model = history_model
        self.fields = shown_fields(history_model)
        self.personal = set(history_model.history_personal_fields)
        self.names = related_names(self.fields, list(rows))

    def value(self, field: Any, row: Row) -> str:
        value = row[field.attname]
        if value is None and field.name in self.personal and row["history_salt"] is None:
            return _("personenbezogene Angabe, gelöscht")
        if value is None or value == "":
            return "–"
        if isinstance(field, models.ForeignKey):
            return self.names[field.related_model].get(value, f"{field.related_model._meta.verbose_name} {value}")
        if field.flatchoices:
            return str(dict(field.flatchoices).get(value, value))
        if isinstance(field, MoneyField):
            value = euros(value)
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10_000:
            return str(value)
        return Truncator(str(present(value))).chars(LONGEST_TEXT)

    def facts(self, row: Row) -> list[tuple[str, str]]:
        """Every field of a row."""
        return [(field_label(field), self.value(field, row)) for field in self.fields]

    def changes(self, old: Row | None, new: Row) -> list[Change]:
        """The fields that differ; for the first row every field that says something."""
        if old is None:
            facts = [(field_label(field), self.value(field, new)) for field in self.fields]
            return [Change(label, "", value) for label, value in facts if value != "–"]
        return [
            Change(field_label(field), self.value(field, old), self.value(field, new))
            for field in self.fields
            if old[field.attname] != new[field.attname]
        ]


def field_label(field: Any) -> str:
    label = str(field.verbose_name)
    return label[:1].upper() + label[1:]


def related_names(fields: Iterable[Any], rows: list[Row]) -> dict[Any, dict[Any, str]]:
    wanted: dict[Any, set[Any]] = {}
    for field in fields:
        if isinstance(field, models.ForeignKey):
            keys = {row[field.attname] for row in rows} - {None}
            wanted.setdefault(field.related_model, set()).update(keys)
    return {model: _names(model, keys) for model, keys in wanted.items()}


def _names(model: Any, keys: set[Any]) -> dict[Any, str]:
    return {key: str(instance) for key, instance in instances(model, keys).items()}


def instances(model: Any, keys: set[Any]) -> dict[Any, Any]:
    """The objects by key, each with what it refers to: their names often speak of it."""
    if not keys:
        return {}
    related = [field.name for field in model._meta.fields if isinstance(field, models.ForeignKey)]
    objects = model._base_manager.select_related(*related) if related else model._base_manager
    found: dict[Any, Any] = objects.in_bulk(keys)
    return found
