"""Texts for tests, through the acts."""

from datetime import date
from typing import Any

from apps.texts.domain.writing import begin_text
from apps.texts.enums import TextKind
from apps.texts.models import Text

ORDINANCE = (
    "<h2>§ 1 Beitragspflicht</h2><p>Jede Mitgliedsstadt zahlt einen <strong>jährlichen Beitrag</strong>.</p>"
    "<h2>§ 2 Höhe</h2><p>Der Beitrag beträgt 0,85 Cent je Einwohner:in.</p>"
    "<ul><li>mindestens 250 €</li><li>höchstens 15.000 €</li></ul>"
)


def make_text(**fields: Any) -> Text:
    defaults: dict[str, Any] = {
        "title": "Beitragsordnung",
        "kind": TextKind.RESOLUTION,
        "html": ORDINANCE,
        "by": None,
        "on": date(2026, 11, 2),
    }
    return begin_text(**defaults | fields)
