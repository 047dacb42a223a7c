"""Bodies and the people in them, built through the acts."""

from datetime import date
from typing import Any

from apps.bodies.domain.bodies import create_office, set_up_body
from apps.bodies.domain.terms import appoint
from apps.bodies.enums import BodyKind
from apps.bodies.models import Body, Office, Term

SINCE = date(2020, 1, 1)
NAMES = {
    BodyKind.ASSEMBLY: ("Mitgliederversammlung", "MV"),
    BodyKind.BOARD: ("Vorstand", "VS"),
    BodyKind.NETWORK: ("Netzwerktreffen", "NT"),
    BodyKind.WORKING_GROUP: ("Fachgruppe Bildungsmonitoring", "FG"),
}


def make_body(kind: BodyKind | str = BodyKind.ASSEMBLY, **fields: Any) -> Body:
    name, code = NAMES[BodyKind(kind)]
    return set_up_body(**{"name": name, "code": code, "kind": kind, "by": None, "on": SINCE} | fields)


def make_office(body: Body, name: str = "Vorsitz", **fields: Any) -> Office:
    return create_office(body, name=name, by=None, **fields)


def make_term(body: Body, *, on: date = SINCE, **fields: Any) -> Term:
    if "user" not in fields:
        fields.setdefault("person_name", "Ada Beispiel")
    return appoint(body, by=None, on=on, **fields)
