"""What can be sent. Apps above name their kinds here, so that the outbox has a text for them without knowing them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

COMMON: dict[str, Any] = {
    "stadt": _("Name der Stadt"),
    "organisation": _("Name der Organisation"),
    "gegenstand": _("Bezeichnung des Dokuments"),
}


@dataclass(frozen=True)
class Kind:
    """A kind of sending with the text it has until somebody writes another; `placeholders` names what it may quote."""

    key: str
    label: Any
    subject: Any
    body: Any
    placeholders: Mapping[str, Any] = field(default_factory=dict)

    @property
    def known(self) -> dict[str, Any]:
        return {**COMMON, **self.placeholders}


kinds: dict[str, Kind] = {}


def register_kind(
    key: str, label: Any, *, subject: Any, body: Any, placeholders: Mapping[str, Any] | None = None
) -> None:
    """Name a kind in `AppConfig.ready()`: `register_kind("dues.invoice", _("Beitragsrechnung"), subject=…, body=…)`."""
    kinds[key] = Kind(key, label, subject, body, dict(placeholders or {}))


def kind_label(key: str) -> str:
    return str(kinds[key].label) if key in kinds else key


def kind_choices(user: Any = None) -> list[tuple[str, str]]:
    return sorted(((key, str(kind.label)) for key, kind in kinds.items()), key=lambda pair: pair[1])
