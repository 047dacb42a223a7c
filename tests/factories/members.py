"""Cities, members and people who act for them, built through the acts."""

from datetime import date
from itertools import count
from typing import Any

from apps.accounts.models import RoleAssignment, User
from apps.accounts.roles import Role
from apps.members.domain import cities, memberships, people
from apps.members.enums import AddressKind, Land, MunicipalityType
from apps.members.models import City, Delegation, Membership, Municipality, PopulationFigure

numbers = count(1)
FOUNDED = date(2015, 1, 1)


def make_municipality(name: str = "", *, ags: str = "", **fields: Any) -> Municipality:
    ags = ags or f"05{next(numbers):06d}"
    return Municipality.objects.create(
        **{
            "ags": ags,
            "ars": f"{ags[:5]}0000{ags[5:]}",
            "name": name or f"Gemeinde {ags}, Stadt",
            "type": MunicipalityType.DISTRICT_FREE_CITY,
            "land": Land.NW,
            "postcode": "50667",
            "as_of": date(2025, 8, 31),
        }
        | fields
    )


def make_city(name: str = "", *, population: int | None = None, with_address: bool = True, **fields: Any) -> City:
    """A city with its municipality, postal address and, if given, the figure of 31.12.2024."""
    name = name or f"Stadt {next(numbers)}"
    fields.setdefault("municipality", make_municipality(f"{name}, Stadt"))
    city = cities.add_city(
        **{"name": name, "official_name": f"Stadt {name}", "land": Land.NW, "by": None, "on": FOUNDED} | fields
    )
    if with_address:
        cities.set_address(
            city,
            kind=AddressKind.POSTAL,
            organisation=city.official_name,
            street="Rathausplatz 1",
            postcode="50667",
            town=name,
            by=None,
            on=FOUNDED,
        )
    if population is not None:
        make_figure(city, value=population)
    return city


def make_figure(city: City, **fields: Any) -> PopulationFigure:
    return cities.record_population(
        city,
        **{
            "reference_date": date(2024, 12, 31),
            "census_base": "Zensus 2022",
            "value": 300_000,
            "source": "Statistisches Bundesamt",
            "published_on": date(2025, 7, 29),
            "by": None,
        }
        | fields,
    )


def make_membership(city: City, *, since: date = FOUNDED) -> Membership:
    membership = memberships.apply(city, by=None, on=since)
    membership = memberships.admit(membership, by=None, on=since, starts_on=since)
    return memberships.activate(membership, by=None, on=since)


def make_member(name: str = "", *, population: int = 300_000, since: date = FOUNDED, **fields: Any) -> City:
    """A member city with municipality, figure of 31.12.2024 and postal address."""
    city = make_city(name, population=population, **fields)
    make_membership(city, since=since)
    return city


def make_delegation(city: City, user: User, *, since: date = FOUNDED, **fields: Any) -> Delegation:
    return people.add_delegation(city, user, **{"by": None, "on": since, "may_sign": True} | fields)


def make_delegate(city: City, *, since: date = FOUNDED, **fields: Any) -> User:
    """A person with the role of a member city who acts for `city`."""
    user = User.objects.create_user(
        **{"email": f"delegate{next(numbers)}@example.org", "first_name": "Kim", "last_name": str(city)} | fields
    )
    RoleAssignment.objects.create(user=user, role=Role.MEMBER, valid_from=since)
    make_delegation(city, user, since=since)
    return user
