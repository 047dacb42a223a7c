"""What lead cities bear for the network's meetings: recorded, corrected, removed (domain rule 6.12)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit import bulk
from apps.audit.acts import act
from apps.budget.enums import CostKind, Valuation
from apps.budget.models import BorneCost, MeetingCity, NetworkMeeting
from apps.core.errors import DomainError
from apps.core.money import euros
from apps.documents.domain.filing import file_document
from apps.documents.enums import Access, Category
from apps.documents.models import Document
from apps.members.models import City


class MeetingImpossible(DomainError):
    """The meeting ends before it begins, or is recorded already."""


class CostImpossible(DomainError):
    """Amount and valuation do not fit the kind of cost."""


@dataclass(frozen=True)
class CostEntry:
    """What is known of one cost; in kind it names the basis of its valuation."""

    category: str
    kind: str
    net: Decimal
    vat: Decimal = Decimal(0)
    valuation: str = ""
    explanation: str = ""


@transaction.atomic
def record_meeting(
    *,
    title: str,
    host: City,
    starts_on: date,
    ends_on: date,
    participants: int,
    cities: Iterable[City],
    is_example: bool = False,
    by: User | None,
) -> NetworkMeeting:
    """Record a meeting of the network with the city that bears its costs."""
    guard_meeting(host, starts_on, ends_on)
    with act("budget.meeting_recorded", by=by, data={"on": starts_on}) as entry:
        entry.subject = meeting = NetworkMeeting.objects.create(
            title=title,
            host=host,
            starts_on=starts_on,
            ends_on=ends_on,
            participants=participants,
            is_example=is_example,
        )
        set_cities(meeting, cities)
    return meeting


@transaction.atomic
def change_meeting(
    meeting: NetworkMeeting,
    *,
    title: str,
    host: City,
    starts_on: date,
    ends_on: date,
    participants: int,
    cities: Iterable[City],
    by: User | None,
) -> NetworkMeeting:
    meeting = NetworkMeeting.objects.select_for_update().get(pk=meeting.pk)
    guard_meeting(host, starts_on, ends_on, other_than=meeting)
    with act("budget.meeting_changed", meeting, by=by):
        meeting.title, meeting.host, meeting.participants = title, host, participants
        meeting.starts_on, meeting.ends_on = starts_on, ends_on
        meeting.save()
        set_cities(meeting, cities)
    return meeting


def guard_meeting(host: City, starts_on: date, ends_on: date, *, other_than: NetworkMeeting | None = None) -> None:
    if ends_on < starts_on:
        raise MeetingImpossible(_("Das Ende liegt vor dem Beginn."), field="ends_on")
    same = NetworkMeeting.objects.filter(host=host, starts_on=starts_on)
    if other_than:
        same = same.exclude(pk=other_than.pk)
    if same.exists():
        raise MeetingImpossible(
            _("Für %(city)s ist am %(day)s schon ein Treffen erfasst.")
            % {"city": host, "day": f"{starts_on:%d.%m.%Y}"},
            field="starts_on",
        )


def set_cities(meeting: NetworkMeeting, cities: Iterable[City]) -> None:
    wanted = {city.pk for city in cities} | {meeting.host_id}
    present = set(meeting.cities.values_list("city_id", flat=True))
    for row in meeting.cities.exclude(city_id__in=wanted):
        row.delete()
    bulk.create(MeetingCity, [MeetingCity(meeting=meeting, city_id=pk) for pk in sorted(wanted - present)])


def guard_cost(cost: CostEntry) -> None:
    if cost.kind == CostKind.CASH and cost.valuation:
        raise CostImpossible(_("Bezahlte Kosten brauchen keine Bewertung."), field="valuation")
    if cost.kind == CostKind.IN_KIND and not cost.valuation:
        raise CostImpossible(_("Bitte geben Sie an, wie die Sachleistung bewertet ist."), field="valuation")
    total = cost.net + cost.vat
    if cost.valuation == Valuation.NONE and total:
        raise CostImpossible(_("Was nicht bewertet ist, steht mit 0,00 € in der Übersicht."), field="net")
    if cost.valuation != Valuation.NONE and total <= 0:
        raise CostImpossible(_("Der Betrag muss größer als null sein."), field="net")


@transaction.atomic
def record_cost(
    meeting: NetworkMeeting,
    city: City,
    cost: CostEntry,
    *,
    evidence: tuple[str, bytes] | None = None,
    by: User | None,
    on: date,
) -> BorneCost:
    """Record what a city paid or gave for a meeting, with the file that shows it."""
    guard_cost(cost)
    with act("budget.cost_recorded", by=by, data={"category": cost.category}) as entry:
        row = BorneCost(meeting=meeting, city=city)
        write(row, cost)
        row.evidence = file_evidence(row, evidence, by=by, on=on)
        row.save()
        entry.subject = row
    return row


@transaction.atomic
def change_cost(
    row: BorneCost, cost: CostEntry, *, evidence: tuple[str, bytes] | None = None, by: User | None, on: date
) -> BorneCost:
    """Correct a cost; a new file takes the place of the one before, which stays in the library."""
    guard_cost(cost)
    row = BorneCost.objects.select_for_update().get(pk=row.pk)
    with act("budget.cost_changed", row, by=by):
        write(row, cost)
        row.evidence = file_evidence(row, evidence, by=by, on=on) or row.evidence
        row.save()
    return row


@transaction.atomic
def remove_cost(row: BorneCost, *, by: User | None, reason: str) -> None:
    """Take a cost out that was recorded by mistake; its history stays."""
    row = BorneCost.objects.select_for_update().get(pk=row.pk)
    with act("budget.cost_removed", row, by=by, reason=reason):
        row.delete()


def write(row: BorneCost, cost: CostEntry) -> None:
    row.category, row.kind, row.valuation, row.explanation = cost.category, cost.kind, cost.valuation, cost.explanation
    row.net, row.vat, row.gross = euros(cost.net), euros(cost.vat), euros(cost.net + cost.vat)


def file_evidence(row: BorneCost, evidence: tuple[str, bytes] | None, *, by: User | None, on: date) -> Document | None:
    if evidence is None:
        return None
    filename, content = evidence
    return file_document(
        content=content,
        filename=filename,
        title=_("Nachweis: %s") % row,
        category=Category.VOUCHER,
        access=Access.TREASURY,
        origin="budget.cost",
        city=row.city,
        by=by,
        on=on,
    )
