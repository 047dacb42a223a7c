"""Lists as they stand in a spreadsheet: the common manner of all of them, and how cells become values."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Any

from django.db.models import Choices
from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import ModelResource
from import_export.widgets import Widget

from apps.core.forms import parse_german


def text_of(value: Any) -> str:
    """The text of a cell; whole numbers of a spreadsheet without their decimals."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


class TextWidget(Widget):
    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        return text_of(value)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return str(value or "")


class ChoiceWidget(Widget):
    """A choice by its German label or its short sign."""

    def __init__(self, choices: type[Choices], default: str = "") -> None:
        super().__init__()
        self.choices, self.default = choices, default
        self.known = {str(label).lower(): value for value, label in choices.choices}
        self.known |= {str(value).lower(): value for value in choices.values}

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        text = text_of(value).lower()
        if not text and self.default:
            return self.default
        if text not in self.known:
            raise ValueError(
                _("„%(value)s“ ist nicht bekannt. Möglich sind: %(known)s.")
                % {"value": text_of(value), "known": ", ".join(str(label) for label in self.choices.labels)}
            )
        return self.known[text]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return str(self.choices(value).label) if value else ""


class DayWidget(Widget):
    """31.12.2024, 2024-12-31 or a date cell."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> date | None:
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date) or value is None or not str(value).strip():
            return value or None
        german = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", str(value).strip())
        try:
            if german:
                return date(int(german[3]), int(german[2]), int(german[1]))
            return date.fromisoformat(str(value).strip()[:10])
        except ValueError:
            raise ValueError(_("„%s“ ist kein Datum, zum Beispiel 31.12.2024.") % value) from None

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return f"{value:%d.%m.%Y}" if value else ""


class NumberWidget(Widget):
    """A whole number, also written 1.024.621."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> int | None:
        if not text_of(value):
            return None
        try:
            number = parse_german(text_of(value))
        except ValueError:
            number = None
        if number is None or number != number.to_integral_value() or number < 0:
            raise ValueError(_("„%s“ ist keine ganze Zahl, zum Beispiel 1.024.621.") % value)
        return int(number)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return value


def text(attribute: str, column: Any) -> Field:
    return Field(attribute=attribute, column_name=str(column), widget=TextWidget(), default="")


class KnownRows(BaseInstanceLoader):
    """All rows of the table, read once per file and found by the resource's `key_of_row`."""

    def __init__(self, resource: Any, dataset: Any = None) -> None:
        super().__init__(resource, dataset)
        self.known = {resource.key_of(instance): instance for instance in resource.get_queryset()}
        self.seen: set[Any] = set()

    def get_instance(self, row: Any) -> Any:
        key = self.resource.key_of_row(row)
        if key in self.seen:
            raise ValueError(_("Dieser Eintrag steht schon weiter oben in der Liste."))
        self.seen.add(key)
        return self.known.get(key)


class ListResource(ModelResource):
    """Common manner: rows are found by what a person would say, unchanged rows are left alone, models check themselves."""

    verb: str
    acting: Callable[..., AbstractContextManager[Any]]  # apps.audit.acts.act, of which this floor knows nothing
    title: Any
    hint: Any = ""
    required: tuple[str, ...]

    class Meta:
        skip_unchanged = True
        report_skipped = True
        clean_model_instances = True
        use_transactions = False
        store_instance = True
        skip_html_diff = True
        instance_loader_class = KnownRows
        import_id_fields = ()

    def get_instance(self, instance_loader: Any, row: Any) -> Any:
        return instance_loader.get_instance(row)

    def key_of(self, instance: Any) -> Any:
        raise LookupError(type(self).__name__)

    def key_of_row(self, row: Any) -> Any:
        raise LookupError(type(self).__name__)

    def name_of(self, instance: Any) -> str:
        return str(instance)
