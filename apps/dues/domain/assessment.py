"""What every member city owes for a year, with all inputs, all steps and what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from unicodedata import normalize

from django.utils.translation import gettext as _

from apps.dues import calculations
from apps.dues.calculations import Case, Discount, Fee, Terms
from apps.dues.domain.schedules import terms_of
from apps.dues.domain.wording import describe_steps
from apps.dues.models import Assessment, FeeRelief, FeeSchedule, Invoice
from apps.einvoice.enums import XRECHNUNG
from apps.members.domain.queries import addresses, delegates, member_cities, population_figures
from apps.members.enums import AddressKind
from apps.members.models import City, Membership, PopulationFigure

WINDOW_LINES = 6


@dataclass(frozen=True)
class Basis:
    """What an assessment looks at: rules, year, and the days that decide."""

    schedule: FeeSchedule
    year: int
    on: date
    published_by: date
    addressed_on: date

    @property
    def terms(self) -> Terms:
        return terms_of(self.schedule)


def finding(code: str, text: str, *, blocks: bool) -> dict[str, Any]:
    return {"code": code, "text": text, "blocks": blocks}


def by_name(city: City) -> tuple[str, str]:
    """Alphabetical order after DIN 5007: ä as a, ß as ss."""
    letters = normalize("NFKD", city.name.casefold().replace("ß", "ss"))
    return "".join(letter for letter in letters if letter.isalnum() or letter == " "), city.slug


def cities_to_bill(year: int, on: date) -> list[City]:
    """Members on that day without a standing invoice of the year, in alphabetical order."""
    billed = Invoice.objects.standing().filter(year=year).values("city_id")
    cities = member_cities(on).exclude(pk__in=billed).select_related("municipality")
    return sorted(cities, key=by_name)


def assess(basis: Basis, *, in_words: bool = True) -> list[Assessment]:
    """Return unsaved assessments of all cities to bill, in alphabetical order. A constant number of queries.

    The steps are put in words only for what is kept; to compare, inputs and amounts say it all.
    """
    cities = cities_to_bill(basis.year, basis.on)
    figures = population_figures(cities, published_by=basis.published_by)
    postal = addresses(cities, AddressKind.INVOICE, basis.addressed_on)
    represented = delegates(cities, basis.on)
    memberships = Membership.objects.counting_on(basis.on).filter(city__in=[city.pk for city in cities])
    since = {city_id: starts_on for city_id, starts_on in memberships.values_list("city_id", "starts_on") if starts_on}
    newest = max((figure.reference_date for figure in figures.values()), default=None)
    terms = basis.terms
    discounts = all_discounts(basis, since)
    known = [city for city in cities if city.pk in figures or terms.form in calculations.WITHOUT_POPULATION]
    cases = [
        Case(figures[city.pk].value if city.pk in figures else 0, basis.year, since[city.pk], discounts[city.pk])
        for city in known
    ]
    found = dict(zip((city.pk for city in known), calculations.fees(terms, cases), strict=True))
    drafts = []
    for position, city in enumerate(cities, start=1):
        fee = found.get(city.pk)
        draft = draft_of(basis, city, position, since[city.pk], figures.get(city.pk), fee)
        draft.steps = describe_steps(fee.steps) if fee and in_words else []
        address = postal.get(city.pk)
        draft.recipient_lines = list(address.lines) if address else []
        draft.findings = findings_of(draft, newest=newest, is_represented=city.pk in represented)
        draft.is_blocked = any(item["blocks"] for item in draft.findings)
        drafts.append(draft)
    return drafts


def all_discounts(basis: Basis, since: dict[int, Any]) -> dict[int, tuple[Discount, ...]]:
    """Reductions per city: for new members by the schedule, for single cities by resolution."""
    schedule = basis.schedule
    given: dict[int, list[Discount]] = {city_id: [] for city_id in since}
    for city_id, start in since.items():
        membership_year = basis.year - start.year + 1
        if schedule.intro_percent and membership_year <= schedule.intro_years:
            label = _("Nachlass für neue Mitglieder (%s. Jahr)") % membership_year
            given[city_id].append(Discount(label, schedule.intro_percent))
    reliefs = FeeRelief.objects.valid_on(basis.on).select_related("resolution").order_by("pk")
    for relief in reliefs:
        if relief.city_id in given:
            label = f"{relief.get_kind_display()} ({_('Beschluss')} {relief.resolution.reference})"
            given[relief.city_id].append(Discount(label, relief.percent))
    return {city_id: tuple(items) for city_id, items in given.items()}


def draft_of(
    basis: Basis, city: City, position: int, since: date, figure: PopulationFigure | None, fee: Fee | None
) -> Assessment:
    schedule = basis.schedule
    ags = city.municipality.ags if city.municipality else ""
    due_on, due_note = calculations.due_day(basis.year, schedule.due_month, schedule.due_day, land=city.land, ags=ags)
    return Assessment(
        position=position,
        city=city,
        city_label=city.name,
        land=city.land,
        population=figure.value if figure else None,
        population_on=figure.reference_date if figure else None,
        census_base=figure.census_base if figure else "",
        population_source=figure.source if figure else "",
        member_since=since,
        leitweg_id=city.leitweg_id,
        customer_reference=city.buyer_reference,
        amount=fee.amount if fee else None,
        due_on=due_on,
        due_note=due_note,
    )


def findings_of(draft: Assessment, *, newest: date | None, is_represented: bool) -> list[dict[str, Any]]:
    """What is missing (blocks) or worth a look."""
    found = []
    if draft.amount is None:
        found.append(
            finding(
                "population", _("Es fehlt eine veröffentlichte Einwohnerzahl. Bitte tragen Sie sie nach."), blocks=True
            )
        )
    if not draft.recipient_lines:
        found.append(finding("address", _("Es fehlt eine Anschrift. Bitte tragen Sie sie nach."), blocks=True))
    elif len(draft.recipient_lines) > WINDOW_LINES:
        found.append(finding("window", _("Die Anschrift hat mehr als sechs Zeilen."), blocks=False))
    if draft.population_on and newest and draft.population_on < newest:
        text = (
            _("Die Einwohnerzahl ist vom %s und damit älter als die anderer Städte.")
            % f"{draft.population_on:%d.%m.%Y}"
        )
        found.append(finding("older_figure", text, blocks=False))
    if not is_represented:
        found.append(finding("delegate", _("Es ist niemand entsandt."), blocks=False))
    if draft.city.invoice_form in XRECHNUNG and not draft.leitweg_id:
        text = _("Die Stadt wünscht eine XRechnung, aber es fehlt ihre Leitweg-ID. Die Rechnung würde zurückgehalten.")
        found.append(finding("leitweg", text, blocks=False))
    if draft.amount is not None and not draft.amount.amount:
        found.append(finding("nothing", _("Der Beitrag ist null. Es wird keine Rechnung ausgestellt."), blocks=False))
    return found


def total_of(drafts: Sequence[Assessment]) -> Any:
    return sum((draft.amount.amount for draft in drafts if draft.amount is not None), start=0)
