"""Who was a member, with which figure, address and delegate, on a day."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from apps.members.enums import AddressKind
from apps.members.models import Address, City, Delegation, Membership, Municipality, PopulationFigure


def member_cities(on: date) -> QuerySet[City]:
    """Cities whose membership is active or under notice on that day, by name."""
    return City.objects.filter(pk__in=Membership.objects.counting_on(on).values("city_id")).order_by("name")


def members_between(first: date, last: date) -> QuerySet[City]:
    """Cities that were members on at least one day of the span, by name."""
    return City.objects.filter(pk__in=Membership.objects.counting_between(first, last).values("city_id")).order_by(
        "name"
    )


def member_count(on: date) -> int:
    """Number of members for the certificate to the register court (BGB § 72)."""
    return Membership.objects.counting_on(on).aggregate(cities=Count("city", distinct=True))["cities"] or 0


def population_figures(
    cities: Iterable[City], *, published_by: date, reference_date: date | None = None
) -> dict[int, PopulationFigure]:
    """Per city the figure with the newest reference date (or of `reference_date`) published by the cut-off day.

    Of several census bases for one reference date the one published last counts. A Bezirk has figures of its own; every
    other city those of its municipality. Cities without a figure are missing from the result. One query.
    """
    cities = list(cities)
    by_municipality = {city.municipality_id: city.pk for city in cities if city.municipality_id}
    figures = PopulationFigure.objects.filter(published_on__lte=published_by)
    if reference_date is not None:
        figures = figures.filter(reference_date=reference_date)
    figures = figures.order_by("reference_date", "published_on", "pk")
    found: dict[int, PopulationFigure] = {}
    own: dict[int, PopulationFigure] = {}
    of_them = Q(municipality_id__in=by_municipality) | Q(city_id__in=[city.pk for city in cities])
    for figure in figures.filter(of_them):
        if figure.city_id is not None:
            own[figure.city_id] = figure
        elif figure.municipality_id is not None:
            found[by_municipality[figure.municipality_id]] = figure
    return found | own


def inhabitants(
    cities: Iterable[Any], found_by: QuerySet[City], *, published_by: date, reference_date: date | None = None
) -> dict[int, int]:
    """The numbers alone of `population_figures`, for comparisons of many cities. Two queries.

    `found_by` finds the same cities, so that thousands of keys need not travel to the database.
    """
    by_municipality = {city.municipality_id: city.pk for city in cities if city.municipality_id}
    figures = PopulationFigure.objects.filter(published_on__lte=published_by)
    if reference_date is not None:
        figures = figures.filter(reference_date=reference_date)
    rows, same = figures.order_by("reference_date", "published_on", "pk"), found_by.order_by()
    general = rows.filter(municipality__in=same.values("municipality")).values_list("municipality_id", "value")
    own = rows.filter(city__in=same.values("pk")).values_list("city_id", "value")
    found = {by_municipality[pk]: value for pk, value in general if pk in by_municipality}
    return found | {pk: value for pk, value in own if pk}


def addresses(cities: Iterable[City], kind: AddressKind | str, on: date) -> dict[int, Address]:
    """Per city the address of that kind on that day; for invoices the postal address where there is no other."""
    kinds = [AddressKind.POSTAL]
    if kind == AddressKind.INVOICE:
        kinds.append(AddressKind.INVOICE)
    rows = Address.objects.valid_on(on).filter(city__in=list(cities), kind__in=kinds)
    ordered = sorted(rows, key=lambda row: row.kind == kind)
    return {row.city_id: row for row in ordered}


def delegates(cities: Iterable[City], on: date) -> dict[int, list[Delegation]]:
    """Per city its delegations valid on that day, delegates before deputies and contacts."""
    rows = Delegation.objects.valid_on(on).filter(city__in=list(cities)).select_related("user", "city")
    found: dict[int, list[Delegation]] = {}
    for row in sorted(rows, key=lambda row: (DELEGATION_ORDER[row.kind], row.valid_from, row.pk)):
        found.setdefault(row.city_id, []).append(row)
    return found


DELEGATION_ORDER = {"delegate": 0, "deputy": 1, "contact": 2}


def delegated_cities(user_id: int, on: date) -> QuerySet[City]:
    """Cities for which the person acts on that day."""
    return City.objects.filter(pk__in=Delegation.objects.valid_on(on).filter(user_id=user_id).values("city_id"))


def with_standing(cities: QuerySet[City], on: date) -> QuerySet[City]:
    """Annotate each city with its newest figure published by that day and its latest episode of membership.

    A Bezirk has figures of its own, every other city those of its municipality; asked for separately, an index has them.
    """
    figures = PopulationFigure.objects.filter(published_on__lte=on).order_by("-reference_date", "-published_on")
    official = figures.filter(municipality=OuterRef("municipality"))
    own = figures.filter(city=OuterRef("pk"))
    episodes = Membership.objects.filter(city=OuterRef("pk")).order_by("-applied_on", "-pk")
    return cities.annotate(
        population=Coalesce(Subquery(official.values("value")[:1]), Subquery(own.values("value")[:1])),
        population_on=Coalesce(
            Subquery(official.values("reference_date")[:1]), Subquery(own.values("reference_date")[:1])
        ),
        membership_state=Subquery(episodes.values("state")[:1]),
        member_since=Subquery(episodes.values("starts_on")[:1]),
        member_until=Subquery(episodes.values("ends_on")[:1]),
    )


def figures_of_city(city: City) -> QuerySet[PopulationFigure]:
    """The series of official figures of a city, oldest first."""
    own = Q(city=city)
    if city.municipality_id:
        own |= Q(municipality_id=city.municipality_id)
    return PopulationFigure.objects.filter(own).order_by("reference_date", "published_on")


def unknown_ags(ags: str) -> str:
    """Say why a municipality key was not found."""
    if Municipality.objects.exists():
        return _("Den Gemeindeschlüssel „%s“ gibt es im Gemeindeverzeichnis nicht.") % ags
    return _("Das Gemeindeverzeichnis ist noch leer. Lesen Sie es zuerst ein (unter »Listen einlesen und ausgeben«).")
