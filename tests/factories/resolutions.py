"""Resolutions for tests, through the acts."""

from datetime import date
from typing import Any

from apps.bodies.enums import BodyKind
from apps.bodies.models import Body
from apps.organisation.domain.seeds import load_reference_data
from apps.organisation.enums import DecisionSubject
from apps.organisation.models import DecisionRule
from apps.resolutions.calculations import Counts
from apps.resolutions.domain.deciding import Meeting, record_decision
from apps.resolutions.domain.drafting import draft_resolution, propose
from apps.resolutions.models import Resolution
from tests.factories.texts import ORDINANCE

DAY = date(2026, 11, 20)


def ensure_rules() -> None:
    """The majority rules of the law, as the program brings them along."""
    if not DecisionRule.objects.exists():
        load_reference_data()


def make_body(code: str = "MV", **fields: Any) -> Body:
    defaults: dict[str, Any] = {
        "name": "Mitgliederversammlung" if code == "MV" else "Vorstand",
        "kind": BodyKind.ASSEMBLY if code == "MV" else BodyKind.BOARD,
        "valid_from": date(2015, 1, 1),
    }
    return Body.objects.get_or_create(code=code, defaults=defaults | fields)[0]


def make_draft(**fields: Any) -> Resolution:
    defaults: dict[str, Any] = {
        "kind": DecisionSubject.ASSEMBLY,
        "title": "Beitragsordnung 2027",
        "html": ORDINANCE,
        "reasoning": "Die Städte brauchen eine verlässliche Grundlage.",
        "by": None,
        "on": date(2026, 11, 2),
    }
    if "body" not in fields:
        defaults["body"] = make_body()
    return draft_resolution(**defaults | fields)


def make_proposed(**fields: Any) -> Resolution:
    draft = make_draft(**fields)
    return propose(draft, by=fields.get("by"), on=fields.get("on", date(2026, 11, 2)))


def make_decided(
    counts: Counts | None = None, *, day: date = DAY, meeting: Meeting | None = None, **fields: Any
) -> Resolution:
    """Decided as counted: 18 Ja, 4 Nein, 3 Enthaltungen of 25 present and 29 members unless told otherwise."""
    ensure_rules()
    counts = counts or Counts(18, 4, 3, present=25, members=29)
    return record_decision(
        make_proposed(**fields),
        counts=counts,
        announced=counts.yes > counts.no,
        meeting=meeting or Meeting(place="Augsburg", agenda_item="TOP 5", convened_on=date(2026, 10, 30)),
        explanation="Die Zahlen wurden nachgezählt.",
        by=fields.get("by"),
        on=day,
    )
