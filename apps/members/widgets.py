"""How cells of a spreadsheet become values, with German sentences when they don't."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Choices
from django.utils.translation import gettext as _
from import_export.widgets import Widget

from apps.core.forms import parse_german
from apps.members.models import City, Municipality


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


class CityWidget(Widget):
    """A city by its name; all cities are read once per file."""

    def __init__(self) -> None:
        super().__init__()
        self.cities: dict[str, City] = {}

    def forget(self) -> None:
        self.cities = {city.name.lower(): city for city in City.objects.select_related("municipality")}

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> City:
        found = self.cities.get(text_of(value).lower())
        if found is None:
            raise ValueError(_("Die Stadt „%s“ gibt es hier nicht.") % text_of(value))
        return found

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return value.name if value else ""


class MunicipalityWidget(Widget):
    """A municipality by its key, empty for a Bezirk; those of a file are read at once."""

    def __init__(self) -> None:
        super().__init__()
        self.known: dict[str, Municipality] = {}

    def forget(self, keys: Iterable[Any]) -> None:
        wanted = {text_of(key).zfill(8) for key in keys if text_of(key)}
        self.known = {place.ags: place for place in Municipality.objects.filter(ags__in=wanted)}

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Municipality | None:
        ags = text_of(value)
        if not ags:
            return None
        found = self.known.get(ags.zfill(8))
        if found is None:
            raise ValueError(_("Den Gemeindeschlüssel „%s“ gibt es im Gemeindeverzeichnis nicht.") % ags)
        return found

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return value.ags if value else ""
