"""Acts on a city, its addresses and its figures."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.acts import act
from apps.core.errors import DomainError
from apps.members.enums import AddressKind
from apps.members.models import Address, City, Municipality, PopulationFigure

UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})


class CityAlreadyKnown(DomainError):
    """A city of this name or municipality exists."""


class AddressStartsTooEarly(DomainError):
    """The new address would begin before the present one."""


class FigureAlreadyRecorded(DomainError):
    """There is another figure for this day and census base."""


def city_slug(name: str) -> str:
    """»Köln« → »koeln«."""
    return slugify(name.translate(UMLAUTS))


@transaction.atomic
def add_city(
    *,
    name: str,
    official_name: str,
    land: str,
    by: User | None,
    on: date,
    municipality: Municipality | None = None,
    **details: Any,
) -> City:
    """Add a city that is or may become a member; a Bezirk has no municipality of its own."""
    if City.objects.filter(name=name).exists():
        raise CityAlreadyKnown(_("Eine Stadt „%s“ gibt es schon.") % name, field="name")
    if municipality and City.objects.filter(municipality=municipality).exists():
        raise CityAlreadyKnown(_("Zur Gemeinde „%s“ gibt es schon eine Stadt.") % municipality, field="municipality")
    city = City(
        name=name, official_name=official_name, slug=city_slug(name), land=land, municipality=municipality, **details
    )
    with act("members.city_added", by=by, data={"name": name, "on": on}) as entry:
        city.save()
        entry.subject = city
    return city


@transaction.atomic
def change_city(city: City, changes: Mapping[str, Any], *, by: User | None, on: date) -> City:
    """Write the fields that differ; the address of the city's page stays."""
    city = City.objects.select_for_update().get(pk=city.pk)
    changed = {field: value for field, value in changes.items() if getattr(city, field) != value}
    if not changed:
        return city
    if "name" in changed and City.objects.filter(name=changed["name"]).exists():
        raise CityAlreadyKnown(_("Eine Stadt „%s“ gibt es schon.") % changed["name"], field="name")
    with act("members.city_changed", city, by=by, data={"fields": sorted(changed), "on": on}):
        for field, value in changed.items():
            setattr(city, field, value)
        city.save()
    return city


@transaction.atomic
def set_address(city: City, *, kind: AddressKind | str, by: User | None, on: date, **lines: str) -> Address:
    """Let the city have this address from `on`; the one before ends that day. The same day again corrects it."""
    present = locked_address(city, kind)
    if present and all(getattr(present, field) == value for field, value in lines.items()):
        return present
    guard_replaceable(present, on=on)
    with act("members.address_set", city, by=by, data={"kind": str(kind), "on": on}):
        return replace_address(present or Address(city=city, kind=kind, valid_from=on), lines, on=on)


def locked_address(city: City, kind: AddressKind | str) -> Address | None:
    """The present address of this kind, with its city locked."""
    City.objects.select_for_update().get(pk=city.pk)
    return Address.objects.filter(city=city, kind=kind, valid_until__isnull=True).first()


def guard_replaceable(present: Address | None, *, on: date) -> None:
    if present and present.valid_from > on:
        raise AddressStartsTooEarly(
            _("Die jetzige Anschrift gilt erst ab %(day)s. Eine neue kann frühestens an diesem Tag beginnen.")
            % {"day": f"{present.valid_from:%d.%m.%Y}"},
            field="valid_from",
        )


def replace_address(address: Address, lines: Mapping[str, str], *, on: date) -> Address:
    """Within an act: end it on `on` and begin one of these lines; one that begins that day is corrected."""
    if address.valid_from < on:
        address.valid_until = on
        address.save()
        address = Address(city=address.city, kind=address.kind, valid_from=on)
    for field, value in lines.items():
        setattr(address, field, value)
    address.save()
    return address


@transaction.atomic
def end_address(address: Address, *, by: User | None, on: date) -> Address:
    """Let an invoice address end on `on` (exclusive); from then on the postal address counts."""
    address = Address.objects.select_for_update().select_related("city").get(pk=address.pk)
    if address.valid_until is not None or address.valid_from >= on:
        raise AddressStartsTooEarly(
            _("Diese Anschrift endet schon oder beginnt erst am %(day)s.") % {"day": f"{address.valid_from:%d.%m.%Y}"},
            field="on",
        )
    with act("members.address_ended", address.city, by=by, data={"kind": address.kind, "on": on}):
        address.valid_until = on
        address.save()
    return address


@transaction.atomic
def record_population(
    owner: City | Municipality,
    *,
    reference_date: date,
    census_base: str,
    value: int,
    source: str,
    published_on: date,
    by: User | None,
    male: int | None = None,
) -> PopulationFigure:
    """Record an official figure. The same figure again changes nothing; a different one is refused.

    A corrected official figure is entered by `correct_population`, which names its reason.
    """
    place = figure_place(owner)
    known = PopulationFigure.objects.filter(**place, reference_date=reference_date, census_base=census_base).first()
    if known and known.value == value:
        return known
    if known:
        raise FigureAlreadyRecorded(
            _("Für den %(day)s (%(base)s) sind schon %(known)s Einwohner:innen hinterlegt.")
            % {"day": f"{reference_date:%d.%m.%Y}", "base": census_base, "known": f"{known.value:,}".replace(",", ".")},
            field="value",
        )
    with act("members.population_recorded", owner, by=by, data={"on": reference_date, "value": value}):
        try:
            with transaction.atomic():
                return PopulationFigure.objects.create(
                    **place,
                    reference_date=reference_date,
                    census_base=census_base,
                    value=value,
                    male=male,
                    source=source,
                    published_on=published_on,
                )
        except IntegrityError:
            raise FigureAlreadyRecorded(
                _("Diese Zahl wurde eben von jemand anderem eingetragen."), field="value"
            ) from None


@transaction.atomic
def correct_population(
    figure: PopulationFigure, *, value: int, source: str, published_on: date, reason: str, by: User | None
) -> PopulationFigure:
    """Replace a figure after an official correction; invoices already issued keep the figure they were issued with."""
    figure = PopulationFigure.objects.select_for_update().get(pk=figure.pk)
    with act("members.population_corrected", figure.owner, by=by, reason=reason, data={"value": value}):
        figure.value, figure.source, figure.published_on, figure.male = value, source, published_on, None
        figure.save()
    return figure


def figure_place(owner: City | Municipality) -> dict[str, Any]:
    """Figures of a city with a municipality belong to the municipality."""
    if isinstance(owner, Municipality):
        return {"municipality": owner}
    return {"municipality_id": owner.municipality_id} if owner.municipality_id else {"city": owner}
