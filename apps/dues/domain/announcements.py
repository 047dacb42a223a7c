"""Announce the expected dues of two years for the cities' budgets: a frozen preview, then exactly that, once.

Cities draft the budget of a year from about March of the year before; the announcement asks for no money.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit import bulk
from apps.audit.acts import act
from apps.core.money import euros
from apps.core.templatetags.formats import day
from apps.core.transitions import guard_transition
from apps.dues.domain.assessment import basis_of, by_name, expected_figures, fees_of, finding, members_since
from apps.dues.domain.errors import AlreadyIssued, DayNotPossible, NothingToAnnounce, PreviewOutdated
from apps.dues.domain.schedules import legal_basis, plain_terms, schedule_for
from apps.dues.domain.sending import withdraw_letters
from apps.dues.domain.wording import describe_steps
from apps.dues.enums import AnnouncementRunState, AnnouncementState
from apps.dues.models import Announcement, AnnouncementRun, Invoice
from apps.members.domain.queries import addresses, member_cities
from apps.members.enums import AddressKind
from apps.members.models import City

Expected = dict[int, dict[str, Any]]


@transaction.atomic
def prepare_announcement(year: int, *, decided_by: date, by: User | None, on: date) -> AnnouncementRun:
    """Freeze what each city will probably owe in `year` and the year after; only what it has not been told yet.

    A city whose figures changed since gets a new version. It replaces an older preview of the year.
    """
    guard_possible(year, decided_by=decided_by, on=on)
    run = AnnouncementRun(year=year, decided_by=decided_by, frozen_at=timezone.now(), frozen_by=by)
    drafts, run.terms, run.findings = forecast(run, on=on)
    drafts = unsaid(drafts, run)
    if not drafts:
        raise NothingToAnnounce(
            _("Alle Städte kennen die voraussichtlichen Beiträge %(year)s und %(next)s schon. Es ist nichts zu tun.")
            % {"year": year, "next": year + 1}
        )
    run.count = len(drafts)
    run.total = euros(sum((draft.amount.amount for draft in drafts), start=Decimal(0)))
    run.next_total = euros(sum((draft.next_amount.amount for draft in drafts if draft.next_amount), start=Decimal(0)))
    with act("dues.announcement_prepared", by=by, data={"year": year, "on": on}) as entry:
        for older in AnnouncementRun.objects.select_for_update().filter(year=year, state=AnnouncementRunState.PREVIEW):
            set_aside(older)
        run.save()
        for draft in drafts:
            draft.run = run
        bulk.create(Announcement, drafts)
        entry.subject = run
        entry.data |= {"cities": run.count, "total": str(run.total.amount)}
    return run


@transaction.atomic
def announce(run: AnnouncementRun, *, by: User | None, on: date) -> AnnouncementRun:
    """Announce the frozen preview; older versions of the same years are superseded. A second click is refused."""
    run = AnnouncementRun.objects.select_for_update().get(pk=run.pk)
    guard_transition(run, AnnouncementRunState.ANNOUNCED)
    guard_announceable(run, on=on)
    with act("dues.announced", run, by=by, data={"on": on, "count": run.count, "total": str(run.total.amount)}):
        older = Announcement.objects.standing().filter(year=run.year, city__in=run.announcements.values("city_id"))
        withdraw_letters(older, reason=_("Überholt von der Vorankündigung vom %s.") % day(on), by=by)
        bulk.change(older, state=AnnouncementState.SUPERSEDED)
        bulk.change(run.announcements.all(), state=AnnouncementState.STANDING)
        run.state, run.announced_on, run.announced_by = AnnouncementRunState.ANNOUNCED, on, by
        run.save(update_fields=["state", "announced_on", "announced_by"])
    return run


@transaction.atomic
def discard_announcement(run: AnnouncementRun, *, by: User, on: date) -> AnnouncementRun:
    """Put a preview aside; it stays readable."""
    run = AnnouncementRun.objects.select_for_update().get(pk=run.pk)
    guard_transition(run, AnnouncementRunState.DISCARDED)
    with act("dues.announcement_discarded", run, by=by, data={"on": on}):
        set_aside(run)
    return run


def set_aside(run: AnnouncementRun) -> None:
    bulk.change(run.announcements.all(), state=AnnouncementState.DISCARDED)
    run.state = AnnouncementRunState.DISCARDED
    run.save(update_fields=["state"])


def guard_possible(year: int, *, decided_by: date, on: date) -> None:
    """Both years need a schedule in force, and none of the first may be billed already."""
    guard_not_issued(year)
    if decided_by < on:
        raise DayNotPossible(_("Der Tag liegt schon zurück. Bitte geben Sie einen künftigen an."), field="decided_by")
    for each in (year, year + 1):
        schedule_for(each)


def guard_not_issued(year: int) -> None:
    if Invoice.objects.standing().filter(year=year).exists():
        raise AlreadyIssued(
            _("Die Beiträge %s sind schon ausgestellt; anzukündigen ist nichts mehr.") % year, field="year"
        )


def guard_announceable(run: AnnouncementRun, *, on: date) -> None:
    """What is announced is what was shown: nothing may have changed since the preview."""
    guard_not_issued(run.year)
    drafts, terms, _findings = forecast(run, on=on)
    present = {draft.city_id: draft for draft in unsaid(drafts, run)}
    frozen = {row.city_id: row for row in run.announcements.all()}
    changed = [
        (frozen.get(pk) or present[pk]).city_label
        for pk in frozen | present
        if pk not in frozen or pk not in present or frozen[pk].essence != present[pk].essence
    ]
    if changed or terms != run.terms:
        raise PreviewOutdated(
            _("Seit der Vorschau hat sich etwas geändert (%s). Bitte erstellen Sie eine neue Vorschau.")
            % (", ".join(changed[:5]) or _("die Beitragsordnung"))
        )


def unsaid(drafts: Sequence[Announcement], run: AnnouncementRun) -> list[Announcement]:
    """Only what cities don't know yet, with the number of their version."""
    known = {
        row.city_id: row
        for row in Announcement.objects.standing().filter(year=run.year).select_related("run").defer("recipient_lines")
    }
    found = []
    for draft in drafts:
        earlier = known.get(draft.city_id)
        if earlier and earlier.essence == draft.essence and earlier.run.decided_by == run.decided_by:
            continue
        draft.version = earlier.version + 1 if earlier else 1
        found.append(draft)
    return found


def forecast(run: AnnouncementRun, *, on: date) -> tuple[list[Announcement], list[Any], list[dict[str, Any]]]:
    """Unsaved announcements of all members of the first year, the rules they rest on, and what is missing."""
    years = (run.year, run.next_year)
    schedules = [schedule_for(year) for year in years]
    cities = sorted(member_cities(date(run.year, 1, 1)), key=by_name)
    postal = addresses(cities, AddressKind.INVOICE, on)
    by_year = [expected_dues(schedule, year, cities, on=on) for schedule, year in zip(schedules, years, strict=True)]
    drafts, findings = [], []
    for position, city in enumerate(cities, start=1):
        calculations = [expected[city.pk] for expected in by_year if city.pk in expected]
        if city.pk not in by_year[0]:
            findings.append(finding("population", _("%s: Es fehlt die Einwohnerzahl.") % city.name, blocks=False))
            continue
        address = postal.get(city.pk)
        if address is None:
            findings.append(finding("address", _("%s: Es fehlt eine Anschrift.") % city.name, blocks=False))
        drafts.append(draft_of(run, city, position, calculations, list(address.lines) if address else [city.name]))
    return drafts, [plain_terms(schedule) for schedule in schedules], findings


def draft_of(
    run: AnnouncementRun, city: City, position: int, calculations: list[dict[str, Any]], recipient: list[str]
) -> Announcement:
    return Announcement(
        position=position,
        city=city,
        city_label=city.name,
        recipient_lines=recipient,
        customer_reference=city.buyer_reference,
        year=run.year,
        amount=euros(calculations[0]["amount"]),
        next_amount=euros(calculations[1]["amount"]) if len(calculations) > 1 else None,
        calculations=calculations,
    )


def expected_dues(schedule: Any, year: int, cities: Sequence[City], *, on: date) -> Expected:
    """Per city of those who are members on 1 January: the fee of the year with all inputs and steps."""
    new_year = date(year, 1, 1)
    basis = basis_of(schedule, year, on=new_year, addressed_on=on)
    since = members_since(new_year)
    members = [city for city in cities if city.pk in since]
    figures = expected_figures(basis, members)
    fees = fees_of(basis, [city.pk for city in members], {pk: item.value for pk, item in figures.items()}, since)
    found: Expected = {}
    for city_id, fee in fees.items():
        figure = figures.get(city_id)
        found[city_id] = {
            "year": year,
            "amount": f"{fee.amount:.2f}",
            "population": figure.value if figure else None,
            "population_on": str(figure.reference_date) if figure else "",
            "population_source": figure.source if figure else "",
            "legal_basis": legal_basis(schedule),
            "counts_from": "" if basis.reference_date else str(basis.published_by),
            "steps": describe_steps(fee.steps),
        }
    return found


@dataclass(frozen=True)
class ExpectedYear:
    """What a city was last told it would owe for a year."""

    year: int
    amount: Decimal
    decided_by: date
    announced_on: date
    announcement: Announcement


def expected_of(city: City) -> list[ExpectedYear]:
    """What the city was told of years for which it has no invoice yet; of two announcements of a year the newer counts."""
    billed = set(Invoice.objects.standing().filter(city=city).values_list("year", flat=True))
    rows = Announcement.objects.standing().filter(city=city).select_related("run").order_by("run__announced_on", "pk")
    found = {
        item["year"]: ExpectedYear(item["year"], Decimal(item["amount"]), row.run.decided_by, row.run.dated_on, row)
        for row in rows
        for item in row.calculations
        if item["year"] not in billed
    }
    return [found[year] for year in sorted(found)]


def usual_day(year: int) -> date:
    """Changes are usually decided by the assembly of the autumn before."""
    return date(year - 1, 11, 30)
