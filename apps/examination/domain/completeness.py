"""Were all dues of the year claimed, from members only, and as calculated? (members × schedule × invoices)"""

from collections.abc import Set
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _

from apps.dues.domain.assessment import assess
from apps.dues.domain.errors import NoScheduleInForce
from apps.dues.domain.runs import basis_of
from apps.dues.domain.schedules import schedule_for
from apps.dues.models import Invoice
from apps.members.models import Membership


@dataclass(frozen=True)
class Difference:
    """A city whose invoice is missing, not justified, or not what was calculated."""

    city: str
    reason: str
    expected: Decimal | None
    claimed: Decimal | None


@dataclass(frozen=True)
class Completeness:
    """`exempt`: members that owe nothing by the schedule and its reliefs; `written_off`: of what was claimed."""

    members: int
    exempt: int
    invoices: int
    claimed: Decimal
    written_off: Decimal
    differences: list[Difference]


def completeness(year: int) -> Completeness:
    """A constant number of queries, however many cities."""
    start, end = date(year, 1, 1), date(year, 12, 31)
    invoices = list(
        Invoice.objects.standing().with_balance().filter(year=year).select_related("assessment").order_by("city_label")
    )
    during = Q(starts_on__lte=end) & (Q(ends_on__isnull=True) | Q(ends_on__gt=start))
    members = dict(Membership.objects.filter(during).order_by("city__name").values_list("city_id", "city__name"))
    lacking = members.keys() - {invoice.city_id for invoice in invoices}
    owed = owed_by(lacking, year)
    exempt = {city for city in lacking if owed.get(city) == 0}
    return Completeness(
        members=len(members),
        exempt=len(exempt),
        invoices=len(invoices),
        claimed=sum((invoice.amount.amount for invoice in invoices), Decimal(0)),
        written_off=sum((invoice.written_off for invoice in invoices), Decimal(0)),
        differences=[*missing(members, lacking - exempt, owed), *unjustified(members, invoices)],
    )


def owed_by(cities: Set[int], year: int) -> dict[int, Decimal | None]:
    """What cities without an invoice owe by the schedule of the year, reliefs included."""
    end = date(year, 12, 31)
    try:
        drafts = assess(basis_of(schedule_for(year), year, on=end, addressed_on=end), in_words=False) if cities else []
    except NoScheduleInForce:
        drafts = []
    return {draft.city_id: None if draft.amount is None else draft.amount.amount for draft in drafts}


def missing(members: dict[int, str], lacking: Set[int], owed: dict[int, Decimal | None]) -> list[Difference]:
    """Members without an invoice, with what they would owe."""
    reason = _("Mitglied ohne Beitragsrechnung")
    return [
        Difference(name, reason, owed.get(city_id), None) for city_id, name in members.items() if city_id in lacking
    ]


def unjustified(members: dict[int, str], invoices: list[Invoice]) -> list[Difference]:
    """Invoices to cities that were no members, twice to one city, or over another amount than calculated."""
    found, seen = [], set()
    for invoice in invoices:
        calculated = invoice.assessment.amount.amount if invoice.assessment.amount else None
        reasons = {
            _("Rechnung an eine Stadt, die kein Mitglied war"): invoice.city_id not in members,
            _("zweite Rechnung im selben Jahr"): invoice.city_id in seen,
            _("Rechnung weicht von der Berechnung ab"): calculated != invoice.amount.amount,
        }
        seen.add(invoice.city_id)
        found += [
            Difference(invoice.city_label, reason, calculated, invoice.amount.amount)
            for reason, applies in reasons.items()
            if applies
        ]
    return found
