"""What every member city owes for a year, with all inputs, all steps and what is missing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any, cast
from unicodedata import normalize

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from apps.core.money import euros
from apps.core.templatetags.formats import day
from apps.dues import calculations
from apps.dues.calculations import Case, Discount, Fee, Terms
from apps.dues.domain.charged import Charged, charged, too_late
from apps.dues.domain.collected import direct_debits
from apps.dues.domain.schedules import terms_of
from apps.dues.domain.wording import describe_steps
from apps.dues.models import Assessment, FeeRelief, FeeSchedule, Invoice
from apps.einvoice.enums import XRECHNUNG
from apps.members.domain.queries import addresses, delegates, members_between, population_figures
from apps.members.enums import AddressKind
from apps.members.models import City, Membership, PopulationFigure
from apps.organisation.domain.queries import decimal_parameter

WINDOW_LINES = 6


@dataclass(frozen=True)
class Basis:
    """What an assessment looks at: rules, year, and the days that decide."""

    schedule: FeeSchedule
    terms: Terms
    year: int
    on: date
    published_by: date
    addressed_on: date
    reference_date: date | None = None

    @cached_property
    def due_on(self) -> date:
        return wanted_day(self.schedule, self.year, self.addressed_on)

    @cached_property
    def reliefs(self) -> dict[int, list[FeeRelief]]:
        """Per city those that hold on a day of the year."""
        rows = FeeRelief.objects.overlapping(date(self.year, 1, 1), date(self.year + 1, 1, 1))
        found: dict[int, list[FeeRelief]] = {}
        for relief in rows.select_related("resolution").order_by("pk"):
            found.setdefault(relief.city_id, []).append(relief)
        return found

    def first_day(self, since: date) -> date:
        """When the claim on the year's dues arises: on 1 January or, for who joined later, with the membership."""
        return max(date(self.year, 1, 1), since)


def run_day(year: int, today: date) -> date:
    """The day up to which members are billed: today, kept within the dues year."""
    return min(max(today, date(year, 1, 1)), date(year, 12, 31))


def basis_of(schedule: FeeSchedule, year: int, *, on: date, addressed_on: date, terms: Terms | None = None) -> Basis:
    """The days that decide, by the rules of the schedule; `terms` for a schedule that is not saved yet.

    A figure of a fixed reference date counts as soon as it is published; otherwise the cut-off of the year before decides.
    """
    rule = cast(calculations.PopulationRule, str(schedule.population_rule))
    reference_date = calculations.reference_day(rule, year)
    cut_off = calculations.clamp_day(year - 1, schedule.cut_off_month, schedule.cut_off_day)
    published_by = addressed_on if reference_date else cut_off
    return Basis(schedule, terms or terms_of(schedule), year, on, published_by, addressed_on, reference_date)


def finding(code: str, text: str, *, blocks: bool) -> dict[str, Any]:
    return {"code": code, "text": text, "blocks": blocks}


def by_name(city: Any) -> tuple[str, str]:
    """Alphabetical order after DIN 5007: ä as a, ß as ss."""
    return letters_of(city.name), city.slug


@lru_cache(maxsize=20_000)
def letters_of(name: str) -> str:
    letters = normalize("NFKD", name.casefold().replace("ß", "ss"))
    return "".join(letter for letter in letters if letter.isalnum() or letter == " ")


def members_of_year(on: date) -> QuerySet[City]:
    """Members on any day of the year up to that day: who leaves during the year owes its dues."""
    return members_between(date(on.year, 1, 1), on)


def without_invoice(year: int, on: date) -> QuerySet[City]:
    """Members of the year without a standing invoice."""
    return members_of_year(on).exclude(pk__in=Invoice.objects.standing().filter(year=year).values("city_id"))


def cities_to_bill(year: int, on: date) -> list[Any]:
    """In alphabetical order, with `member_since`: the beginning of the membership, of two in the year of the first."""
    episodes = Membership.objects.counting_between(date(on.year, 1, 1), on).filter(city=OuterRef("pk"))
    first = episodes.exclude(starts_on=None).order_by("starts_on").values("starts_on")[:1]
    cities = without_invoice(year, on).select_related("municipality").annotate(member_since=Subquery(first))
    return sorted(cities, key=by_name)


def assess(basis: Basis, *, in_words: bool = True) -> list[Assessment]:
    """Return unsaved assessments of all cities to bill, in alphabetical order. A constant number of queries.

    The steps are put in words only for what is kept; to compare, inputs and amounts say it all.
    """
    cities = cities_to_bill(basis.year, basis.on)
    before = charged(basis.year, basis.terms, cities)
    figures = figures_for(basis, cities)
    figures |= before.figures(figures)
    postal = addresses(cities, AddressKind.INVOICE, basis.addressed_on)
    represented = delegates(cities, basis.on)
    since = {city.pk: city.member_since for city in cities}
    newest = max((figure.reference_date for figure in figures.values()), default=None)
    population = {pk: item.value for pk, item in figures.items()}
    found = {} if before.obstacle else fees_of(basis, [city.pk for city in cities], population, since, before.shares)
    drafts = []
    for position, city in enumerate(cities, start=1):
        fee = found.get(city.pk)
        draft = draft_of(basis, city, position, since[city.pk], figures.get(city.pk), fee)
        draft.steps = describe_steps(fee.steps) if fee and in_words else []
        address = postal.get(city.pk)
        draft.recipient_lines = list(address.lines) if address else []
        draft.findings = findings_of(basis, draft, before, newest=newest, is_represented=city.pk in represented)
        draft.is_blocked = any(item["blocks"] for item in draft.findings)
        drafts.append(draft)
    debits = direct_debits({draft.city_id: draft.due_on for draft in drafts})
    for draft in drafts:
        draft.direct_debit = debits.get(draft.city_id, {})
    return drafts


def figures_for(basis: Basis, cities: Sequence[City]) -> dict[int, PopulationFigure]:
    """Per city the official figure that counts by the rule of the schedule."""
    return population_figures(cities, published_by=basis.published_by, reference_date=basis.reference_date)


def expected_figures(basis: Basis, cities: Sequence[City]) -> dict[int, PopulationFigure]:
    """The figures that count, or where they are not published yet the newest there are."""
    counting = figures_for(basis, cities)
    waiting = [city for city in cities if city.pk not in counting]
    return population_figures(waiting, published_by=basis.addressed_on) | counting if waiting else counting


def members_since(on: date) -> dict[int, date]:
    """Per member of the year up to that day the beginning of its membership; of two in the year, of the first."""
    episodes = Membership.objects.counting_between(date(on.year, 1, 1), on).order_by("-starts_on")
    return {city_id: start for city_id, start in episodes.values_list("city_id", "starts_on") if start}


def fees_of(
    basis: Basis,
    city_ids: Sequence[int],
    population: Mapping[int, int],
    since: Mapping[int, date],
    shares: Mapping[int, Decimal] | None = None,
) -> dict[int, Fee]:
    """Per city its fee, of the cities given in alphabetical order; those without a figure it needs are missing.

    `shares`: of a budget that is split already; who is not among them has none.
    """
    discounts = all_discounts(basis, since)
    known = [pk for pk in city_ids if pk in population or basis.terms.form in calculations.WITHOUT_POPULATION]
    cases = [Case(population.get(pk, 0), basis.year, since[pk], discounts[pk]) for pk in known]
    parts = None if shares is None else [shares.get(pk, Decimal(0)) for pk in known]
    return dict(zip(known, calculations.fees(basis.terms, cases, parts), strict=True))


def all_discounts(basis: Basis, since: Mapping[int, date]) -> dict[int, tuple[Discount, ...]]:
    """Reductions per city: for new members by the schedule, for single cities by resolution."""
    schedule = basis.schedule
    given: dict[int, list[Discount]] = {city_id: [] for city_id in since}
    for city_id, start in since.items():
        membership_year = basis.year - start.year + 1
        if schedule.intro_percent and membership_year <= schedule.intro_years:
            label = _("Nachlass für neue Mitglieder (%s. Jahr)") % membership_year
            given[city_id].append(Discount(label, schedule.intro_percent))
    for city_id in basis.reliefs.keys() & given.keys():
        first = basis.first_day(since[city_id])
        given[city_id] += [
            Discount(relief_label(relief), relief.percent)
            for relief in basis.reliefs[city_id]
            if relief.is_valid_on(first)
        ]
    return {city_id: tuple(items) for city_id, items in given.items()}


def relief_label(relief: FeeRelief) -> str:
    return f"{relief.get_kind_display()} ({_('Beschluss')} {relief.resolution.reference})"


def draft_of(
    basis: Basis, city: City, position: int, since: date, figure: PopulationFigure | None, fee: Fee | None
) -> Assessment:
    due_on, due_note = due_of(city, basis.due_on)
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
        share=euros(fee.share) if fee and fee.share is not None else None,
        amount=fee.amount if fee else None,
        due_on=due_on,
        due_note=due_note,
    )


def wanted_day(schedule: FeeSchedule, year: int, on: date) -> date:
    """The day an invoice of that day asks for, before it moves to a working day.

    The schedule's fixed day, or `due_days` after the invoice. A late invoice, such as that of a supplement, leaves at least
    the days of the parameter `dues_payment_days`.
    """
    if schedule.due_days:
        return on + timedelta(days=schedule.due_days)
    return max(fixed_day(schedule, year), on + timedelta(days=int(decimal_parameter("dues_payment_days", on))))


def fixed_day(schedule: FeeSchedule, year: int) -> date:
    return calculations.clamp_day(year, schedule.due_month, schedule.due_day)


def due_of(city: City, wanted: date) -> tuple[date, str]:
    """When the fee of a city falls due, and why on another day than wanted. Needs the municipality."""
    return calculations.working_day(wanted, land=city.land, ags=city.municipality.ags if city.municipality else "")


def figure_missing(basis: Basis) -> str:
    if basis.reference_date:
        return _("Die Einwohnerzahl zum %s ist noch nicht veröffentlicht. Bitte tragen Sie sie nach.") % day(
            basis.reference_date
        )
    return _("Es fehlt eine veröffentlichte Einwohnerzahl. Bitte tragen Sie sie nach.")


def findings_of(
    basis: Basis, draft: Assessment, before: Charged, *, newest: date | None, is_represented: bool
) -> list[dict[str, Any]]:
    """What is missing (blocks) or worth a look."""
    found = []
    if before.obstacle:
        found.append(finding("split", before.obstacle, blocks=True))
    elif draft.amount is None:
        found.append(finding("population", figure_missing(basis), blocks=True))
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
    return [*found, *notes_of(basis, draft, before)]


def notes_of(basis: Basis, draft: Assessment, before: Charged) -> Iterator[dict[str, Any]]:
    """Why the city pays what it pays, where the calculation alone does not say so."""
    if text := before.sentence(draft.city_id, draft.population):
        yield finding("again", text, blocks=False)
    if before.came_too_late(draft.city_id):
        yield finding("too_late", too_late(basis.year, basis.terms.budget), blocks=False)
    for text in idle_reliefs(basis, draft):
        yield finding("relief", text, blocks=False)
    if draft.amount is not None and not draft.amount.amount:
        yield finding("nothing", _("Der Beitrag ist null. Es wird keine Rechnung ausgestellt."), blocks=False)


def idle_reliefs(basis: Basis, draft: Assessment) -> Iterator[str]:
    """Reductions of the year that do not count for it, because they begin after the claim has arisen."""
    first = basis.first_day(draft.member_since)
    for relief in basis.reliefs.get(draft.city_id, []):
        if not relief.is_valid_on(first):
            yield _("%(relief)s gilt am %(day)s nicht und mindert darum den Beitrag %(year)s nicht.") % {
                "relief": relief_label(relief),
                "day": day(first),
                "year": basis.year,
            }


def total_of(drafts: Sequence[Assessment]) -> Any:
    return sum((draft.amount.amount for draft in drafts if draft.amount is not None), start=0)
