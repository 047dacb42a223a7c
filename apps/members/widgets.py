"""How cells of a spreadsheet become cities and municipalities, with German sentences when they don't."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from import_export.widgets import Widget

from apps.core.lists import TextWidget, text_of
from apps.members.domain.queries import unknown_ags
from apps.members.models import City, Municipality


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
            raise ValueError(unknown_ags(ags))
        return found

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return value.ags if value else ""


class PostcodeWidget(TextWidget):
    """Five digits; a spreadsheet drops a nought in front."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        text = text_of(value)
        return text.zfill(5) if text.isdigit() else text
