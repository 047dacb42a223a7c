"""An examination of 2027 in progress, for the world that the tables of addresses are measured on."""

from datetime import date
from typing import Any

from apps.accounts.domain.people import invite_person
from apps.accounts.roles import Role
from apps.examination.domain.examining import add_finding, appoint_auditors, ask
from apps.examination.domain.sampling import draw_sample
from apps.examination.models import Examination
from tests.factories.resolutions import make_decided


def appoint(world: Any, year: int, today: date) -> Examination:
    """The auditor of the world and a second one, who is nobody else in it."""
    second = invite_person(
        email=f"pruefung{year}@example.org",
        first_name="Kim",
        last_name="Zweite",
        roles=[Role.AUDITOR],
        by=None,
        on=date(2026, 1, 1),
    )
    return appoint_auditors(
        year,
        [(world.people["auditor"], None), (second, None)],
        resolution=make_decided(kind="election", title=f"Kassenprüfung {year}"),
        by=world.people["board"],
        on=today,
    )


def examine(world: Any, today: date) -> None:
    auditor = world.people["auditor"]
    examination = draw_sample(appoint(world, 2027, today), size=2, seed="Würfel", by=auditor)
    item = examination.items.first()
    question = ask(examination, "Wer hat den Beleg freigegeben?", by=auditor, on=today)
    finding = add_finding(examination, weight="note", text="Belege sind vollständig.", by=auditor)
    world.places |= {
        "examination": {"year": 2027},
        "examined_item": {"year": 2027, "number": item.entry.number},
        "question": {"pk": question.pk},
        "finding": {"pk": finding.pk},
    }
