"""Cities with their figures from a CSV file, through the acts. What exists already is left alone."""

import csv
from collections.abc import Iterable, Iterator
from datetime import date

from django.conf import settings
from django.db import transaction

from apps.accounts.models import User
from apps.audit.acts import act
from apps.members.domain.cities import add_city, record_population, set_address
from apps.members.enums import AddressKind, Land, MunicipalityType
from apps.members.models import City, Municipality

REFERENCE_2022 = date(2022, 12, 31)
PUBLISHED = {date(2024, 12, 31): date(2025, 7, 31), REFERENCE_2022: date(2023, 11, 30)}
REGISTER_AS_OF = date(2025, 8, 31)
LANDS = {str(land.label): land for land in Land}
TYPES = {str(kind.label): kind for kind in MunicipalityType}


def read_cities() -> Iterator[dict[str, str]]:
    """Rows of `fixtures/cities.csv`."""
    with (settings.BASE_DIR / "fixtures" / "cities.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


@transaction.atomic
def import_cities(rows: Iterable[dict[str, str]], *, by: User | None, on: date) -> list[City]:
    """Add each city with municipality, postal address from `on` and official figures; return all of them in order."""
    return [import_city(row, by=by, on=on) for row in rows]


def import_city(row: dict[str, str], *, by: User | None, on: date) -> City:
    known = City.objects.filter(municipality__ags=row["ags"]).first()
    if known:
        return known
    municipality = municipality_of(row, by=by)
    city = add_city(
        name=row["name"],
        official_name=row["official_name"],
        land=LANDS[row["land"]],
        municipality=municipality,
        by=by,
        on=on,
    )
    set_address(
        city,
        kind=AddressKind.POSTAL,
        organisation=row["official_name"],
        street=row["street"],
        postcode=row["postal_code_seat"],
        town=row["name"],
        by=by,
        on=on,
    )
    record_figures(municipality, row, by=by)
    return city


def record_figures(municipality: Municipality, row: dict[str, str], *, by: User | None) -> None:
    """The newest series and the one before it, which still rests on the census of 2011."""
    reference_date = date.fromisoformat(row["reference_date"])
    record_population(
        municipality,
        reference_date=reference_date,
        census_base=row["census_base"],
        value=int(row["population"]),
        source=row["source"],
        published_on=PUBLISHED[reference_date],
        by=by,
    )
    record_population(
        municipality,
        reference_date=REFERENCE_2022,
        census_base=row["census_base_2022"],
        value=int(row["population_2022_12_31"]),
        source=row["source_2022"],
        published_on=PUBLISHED[REFERENCE_2022],
        by=by,
    )


def municipality_of(row: dict[str, str], *, by: User | None) -> Municipality:
    """The municipality of the register, added if the register has not been imported."""
    known = Municipality.objects.filter(ags=row["ags"]).first()
    if known:
        return known
    with act("members.municipality_added", by=by, data={"ags": row["ags"]}) as entry:
        entry.subject = municipality = Municipality.objects.create(
            ags=row["ags"],
            ars=row["ars"],
            name=row["name_amtlich"],
            type=TYPES[row["gemeindetyp"]],
            land=LANDS[row["land"]],
            postcode=row["postal_code_seat"],
            area_ha=int(row["area_ha"]),
            as_of=REGISTER_AS_OF,
        )
    return municipality
