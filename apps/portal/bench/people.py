"""An association of any size, made up: written set-based, its rules through the acts."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import count, islice, product
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from apps.accounts.models import RoleAssignment, User
from apps.accounts.roles import Role
from apps.audit import bulk
from apps.audit.acts import act
from apps.audit.verbs import SAVED
from apps.bodies.enums import BodyKind
from apps.bodies.models import Body
from apps.core.money import euros
from apps.dues.domain.schedules import put_in_force, save_schedule
from apps.dues.models import FeeSchedule
from apps.members.enums import AddressKind, Land, MembershipState, MunicipalityType
from apps.members.models import Address, City, Delegation, Membership, Municipality, PopulationFigure
from apps.organisation.domain.legal_form import change_legal_form
from apps.organisation.domain.profile import update_profile
from apps.organisation.domain.seeds import load_reference_data
from apps.organisation.enums import DecisionSubject, LegalMode
from apps.resolutions.calculations import Counts
from apps.resolutions.domain.deciding import record_decision
from apps.resolutions.domain.drafting import draft_resolution, propose
from apps.resolutions.models import Resolution

FOUNDED = date(2015, 1, 1)
OUR_IBAN = "DE89370400440532013000"
BEGINNINGS = ("Alten", "Berg", "Buch", "Dorn", "Eich", "Ellen", "Frei", "Fried", "Grün", "Hain", "Harten", "Hohen", "Kirch",
              "Königs", "Linden", "Lüne", "Mühl", "Neuen", "Nieder", "Ober", "Oster", "Raden", "Rosen", "Schwarzen",
              "Sommer", "Stein", "Tannen", "Wald", "Weißen", "Wester", "Wiesen", "Winter")  # fmt: skip
ENDINGS = ("au", "bach", "beck", "berg", "born", "bruch", "brück", "burg", "dorf", "feld", "furt", "hagen", "hausen", "heim",
           "hof", "horst", "kirchen", "leben", "moor", "rode", "stadt", "stein", "tal", "wald", "werder")  # fmt: skip
PLACES = ("", " am Main", " am Neckar", " am Rhein", " an der Elbe", " an der Havel", " an der Ruhr", " an der Saale",
          " an der Weser", " im Allgäu", " im Harz", " im Odenwald", " im Taunus", " in der Pfalz")  # fmt: skip


def names() -> Iterator[str]:
    """Names as towns have them, each once; after 11,200 they bear a number."""
    for turn in count(1):
        for parts in product(BEGINNINGS, ENDINGS, PLACES):
            yield "".join(parts) if turn == 1 else f"{''.join(parts)} {turn}"


def make_association(on: date) -> User:
    """Profile, legal form, a fee schedule in force by a resolution, and a treasurer."""
    load_reference_data()
    update_profile(
        {
            "name": "Großstadtnetzwerk für Bildung",
            "street": "Rathausplatz 1",
            "postcode": "86150",
            "town": "Augsburg",
            "email": "post@example.org",
            "account_holder": "Großstadtnetzwerk für Bildung",
            "iban": OUR_IBAN,
            "reference_prefix": "GSN",
        },
        by=None,
    )
    change_legal_form(LegalMode.FOUNDING, by=None, on=FOUNDED, basis="Gründungsversammlung")
    schedule = FeeSchedule(
        title="Beitragsordnung",
        valid_from=date(on.year, 1, 1),
        form="per_capita",
        rate=Decimal("0.0085"),
        minimum=euros(250),
        maximum=euros(15000),
        legal_basis="§ 5 der Satzung",
    )
    with transaction.atomic(), act(SAVED, by=None):
        treasurer = User.objects.create_user("bench@example.org", first_name="Kim", last_name="Beispiel")
        RoleAssignment.objects.create(user=treasurer, role=Role.TREASURER, valid_from=FOUNDED)
    put_in_force(
        save_schedule(schedule, by=treasurer, on=on),
        resolution=make_resolution(treasurer, on),
        is_sure=True,
        by=treasurer,
        on=on,
    )
    return treasurer


def make_resolution(by: User, on: date) -> Resolution:
    """Adopted by the assembly with 20 votes of 29."""
    body = Body.objects.create(code="MV", name="Mitgliederversammlung", kind=BodyKind.ASSEMBLY, valid_from=FOUNDED)
    draft = draft_resolution(
        body=body,
        kind=DecisionSubject.ASSEMBLY,
        title="Beitragsordnung",
        html="<h2>§ 1 Höhe</h2><p>Der Beitrag beträgt 0,85 Cent je Einwohner:in.</p>",
        by=by,
        on=on,
    )
    return record_decision(
        propose(draft, by=by, on=on), counts=Counts(20, 5, 0, present=25, members=29), announced=True, by=by, on=on
    )


@transaction.atomic
def make_members(first: int, last: int) -> None:
    """Members number `first` to `last`, each with municipality, figure, address, membership and delegate."""
    with act(SAVED, by=None):
        numbered = list(enumerate(islice(names(), first - 1, last), first))
        municipalities = bulk.create(Municipality, [municipality(*each) for each in numbered])
        cities = bulk.create(City, [city(*each) for each in zip(numbered, municipalities, strict=True)])
        bulk.create(PopulationFigure, [figure(*each) for each in zip(numbered, municipalities, strict=True)])
        bulk.create(Address, map(address, cities))
        bulk.create(Membership, map(membership, cities))
        users = bulk.create(User, [delegate(number) for number, _name in numbered])
        pairs = zip(cities, users, strict=True)
        bulk.create(Delegation, [Delegation(city=city, user=user, valid_from=FOUNDED) for city, user in pairs])


def municipality(number: int, name: str) -> Municipality:
    return Municipality(
        ags=f"05{number:06d}",
        ars=f"05000{number:07d}",
        name=f"{name}, Stadt",
        type=MunicipalityType.TOWN,
        land=Land.NW,
        postcode="50667",
        as_of=FOUNDED,
    )


def city(numbered: tuple[int, str], place: Municipality) -> City:
    number, name = numbered
    return City(
        name=name,
        official_name=f"Stadt {name}",
        slug=f"stadt-{number}",
        municipality=place,
        land=place.land,
        buyer_reference=f"K-{number:05d}",
    )


def figure(numbered: tuple[int, str], place: Municipality) -> PopulationFigure:
    return PopulationFigure(
        municipality=place,
        reference_date=FOUNDED,
        census_base="Zensus 2022",
        value=30_000 + numbered[0] * 97,
        source="Statistisches Bundesamt",
        published_on=FOUNDED,
    )


def address(city: City) -> Address:
    return Address(
        city=city,
        kind=AddressKind.POSTAL,
        organisation=city.official_name,
        unit="Amt für Bildung",
        street="Rathausplatz 1",
        postcode="50667",
        town=city.name,
        valid_from=FOUNDED,
    )


def membership(city: City) -> Membership:
    return Membership(
        city=city,
        state=MembershipState.ACTIVE,
        applied_on=FOUNDED,
        admitted_on=FOUNDED,
        admission_basis="Gründung",
        starts_on=FOUNDED,
    )


def delegate(number: int) -> Any:
    return User(
        email=f"stadt{number}@example.org", first_name="Kim", last_name="Beispiel", password=make_password(None)
    )
