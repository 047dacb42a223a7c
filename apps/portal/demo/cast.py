"""The organisation, its cities, its people and who sits where."""

import csv
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction

from apps.accounts.domain.people import invite_person
from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.audit.acts import act
from apps.bodies.domain.bodies import create_office, set_up_body
from apps.bodies.domain.terms import appoint, register_term
from apps.bodies.enums import BodyKind
from apps.bodies.models import Body
from apps.members.domain.cities import change_city, set_address
from apps.members.domain.imports import import_cities, read_cities
from apps.members.domain.memberships import activate, admit, apply
from apps.members.domain.people import add_contact, add_delegation
from apps.members.enums import AddressKind, ContactKind
from apps.members.models import City
from apps.organisation.domain.legal_form import change_legal_form
from apps.organisation.domain.profile import update_profile
from apps.organisation.enums import LegalMode

NETWORK_FROM = date(2024, 1, 1)
FOUNDED_ON = date(2025, 6, 27)
REGISTERED_ON = date(2025, 10, 1)

PROFILE = {
    "name": "Großstadtnetzwerk für Bildung",
    "short_name": "Großstadtnetzwerk",
    "street": "Musterstraße 1",
    "postcode": "86150",
    "town": "Augsburg",
    "email": "info@gsn.example",
    "phone": "+49 821 000000-0",
    "website": "https://gsn.example",
    "account_holder": "Großstadtnetzwerk für Bildung e.V.",
    "iban": "DE89370400440532013000",
    "bic": "COBADEFFXXX",
    "bank_name": "Commerzbank Köln",
    "tax_number": "103/000/00000",
    "board_line": "Jonas Albrecht (Vorsitz), Katrin Sommer, Petra Wolff",
    "reference_prefix": "GSN",
    "colour": "#1f4e8c",
}
LEITWEG = {"Köln": "05315000-11001-85", "Hamburg": "02000000-HH001-93"}


@dataclass
class Cast:
    """Everybody and everything the later scenes refer to."""

    cities: dict[str, City] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    bodies: dict[str, Body] = field(default_factory=dict)

    @property
    def admin(self) -> User:
        return self.people["administration"]

    @property
    def treasurer(self) -> User:
        return self.people["schatzmeisterin"]

    @property
    def board(self) -> User:
        return self.people["vorstand"]

    @property
    def office(self) -> User:
        return self.people["geschaeftsstelle"]


def read_people() -> list[dict[str, str]]:
    with (settings.BASE_DIR / "fixtures" / "demo" / "people.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def build_cast() -> Cast:
    cast = Cast()
    rows = read_people()
    for row in rows:
        cast.people[row["email"].partition("@")[0]] = invite(row, by=cast.people.get("administration"))
    describe_organisation(by=cast.admin)
    cities = import_cities(read_cities(), by=cast.office, on=NETWORK_FROM)
    cast.cities = {city.name: city for city in cities}
    join_cities(cast)
    for row in rows:
        if row["city"]:
            send(row, cast)
    seat_bodies(cast)
    return cast


@transaction.atomic
def invite(row: dict[str, str], *, by: User | None) -> User:
    """Invite a person and let her have the common password of the demo at once."""
    user = invite_person(
        email=row["email"],
        first_name=row["first_name"],
        last_name=row["last_name"],
        roles=[Role(role) for role in row["roles"].split()],
        by=by,
        on=NETWORK_FROM,
    )
    with act("accounts.invitation_accepted", user, by=user):
        user.set_password(settings.DEMO_PASSWORD)
        user.save(update_fields=["password"])
    return user


def describe_organisation(*, by: User) -> None:
    update_profile(PROFILE, by=by)
    change_legal_form(
        LegalMode.INFORMAL, by=by, on=NETWORK_FROM, basis="Verabredung der Städte zur Fortführung ab 2024"
    )
    change_legal_form(LegalMode.FOUNDING, by=by, on=FOUNDED_ON, basis="Gründungsversammlung in Augsburg (Demo)")
    change_legal_form(
        LegalMode.EV,
        by=by,
        on=REGISTERED_ON,
        basis="Eintragung in das Vereinsregister (Demo)",
        register_court="Amtsgericht Augsburg",
        register_number="VR 99999",
        registered_on=REGISTERED_ON,
    )


def join_cities(cast: Cast) -> None:
    """Every city applied after the founding, was admitted by the board and is a member since the registration."""
    for city in cast.cities.values():
        membership = apply(
            city, by=cast.office, on=date(2025, 7, 15), council_decision="Beschluss des Rates vom 10.07.2025 (Demo)"
        )
        admit(membership, by=cast.board, on=date(2025, 9, 15), starts_on=REGISTERED_ON, basis="Vorstand, 15.09.2025")
        activate(membership, by=cast.office, on=REGISTERED_ON)
    for name, leitweg_id in LEITWEG.items():
        change_city(cast.cities[name], {"leitweg_id": leitweg_id}, by=cast.office, on=REGISTERED_ON)
    set_address(
        cast.cities["Hamburg"],
        kind=AddressKind.INVOICE,
        organisation="Freie und Hansestadt Hamburg",
        unit="Behörde für Schule, Familie und Berufsbildung",
        person="Frau Henrike Petersen",
        street="Musterkamp 12",
        postcode="20095",
        town="Hamburg",
        by=cast.office,
        on=REGISTERED_ON,
    )
    change_city(
        cast.cities["Dortmund"], {"buyer_reference": "Kassenzeichen 40-2027-117"}, by=cast.office, on=REGISTERED_ON
    )


def send(row: dict[str, str], cast: Cast) -> None:
    """Let the person act for her city; other cities have a contact person without an account."""
    user, city = cast.people[row["email"].partition("@")[0]], cast.cities[row["city"]]
    add_delegation(
        city,
        user,
        by=cast.office,
        on=REGISTERED_ON,
        function=row["function"],
        may_sign=row["may_sign"] == "yes",
        basis="Entsendung durch die Stadt vom 20.09.2025 (Demo)",
    )
    add_contact(
        city,
        by=cast.office,
        on=REGISTERED_ON,
        kind=ContactKind.CONTACT,
        name=str(user),
        function=row["function"],
        email=user.email,
    )


def seat_bodies(cast: Cast) -> None:
    bodies: list[tuple[str, str, BodyKind, date]] = [
        ("NT", "Netzwerktreffen", BodyKind.NETWORK, NETWORK_FROM),
        ("MV", "Mitgliederversammlung", BodyKind.ASSEMBLY, FOUNDED_ON),
        ("VS", "Vorstand", BodyKind.BOARD, FOUNDED_ON),
        ("FG", "Fachgruppe Ganztag", BodyKind.WORKING_GROUP, NETWORK_FROM),
    ]
    for code, name, kind, on in bodies:
        cast.bodies[code] = set_up_body(name=name, code=code, kind=kind, by=cast.admin, on=on)
    seats: list[tuple[str, str, str, dict[str, Any]]] = [
        ("vorstand", "Vorsitz", "Augsburg", {"rank": 1, "represents": True}),
        ("vorstand2", "Stellvertretender Vorsitz", "Dortmund", {"rank": 2, "represents": True}),
        ("schatzmeisterin", "Kasse", "Frankfurt am Main", {"rank": 3, "represents": True}),
    ]
    for person, office_name, city, details in seats:
        office = create_office(cast.bodies["VS"], name=office_name, by=cast.admin, **details)
        term = appoint(
            cast.bodies["VS"],
            user=cast.people[person],
            office=office,
            city=cast.cities[city],
            basis="Wahl in der Mitgliederversammlung vom 10.10.2025 (Demo)",
            by=cast.admin,
            on=date(2025, 10, 10),
        )
        register_term(term, by=cast.admin, on=date(2025, 11, 3))
    for person, city in (("koeln", "Köln"), ("hamburg", "Hamburg"), ("muenchen", "München")):
        appoint(
            cast.bodies["FG"],
            user=cast.people[person],
            city=cast.cities[city],
            by=cast.admin,
            on=date(2025, 10, 10),
        )
