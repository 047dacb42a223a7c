"""Which open claims will soon be time-barred (BGB §§ 195, 199)."""

from collections.abc import Iterable
from datetime import date
from typing import cast

from django.db.models import Exists, OuterRef, Prefetch

from apps.dues.models import Invoice
from apps.dues.models.invoice import InvoiceQuerySet
from apps.dunning.calculations import Event, EventKind, add_months, barred_from
from apps.dunning.models import LimitationEvent
from apps.organisation.domain.queries import decimal_parameter

WARNING_MONTHS = 6


def limitation_years(on: date) -> int:
    return int(decimal_parameter("limitation_years", on))


def with_events(invoices: InvoiceQuerySet) -> InvoiceQuerySet:
    standing = LimitationEvent.objects.filter(revoked_on__isnull=True)
    return invoices.prefetch_related(Prefetch("limitation_events", standing, to_attr="standing_events"))


def events_of(invoice: Invoice) -> list[Event]:
    rows: Iterable[LimitationEvent] = getattr(invoice, "standing_events", None) or ()
    if not hasattr(invoice, "standing_events"):
        rows = LimitationEvent.objects.filter(invoice=invoice, revoked_on__isnull=True)
    return [Event(cast(EventKind, str(row.kind)), row.since, row.until) for row in rows]


def barred_day(invoice: Invoice, years: int) -> date | None:
    return barred_from(invoice.due_on, years=years, events=events_of(invoice))


def old_claims(on: date, years: int | None = None) -> InvoiceQuerySet:
    """Open claims that would be barred within six months if nothing stopped it."""
    years = limitation_years(on) if years is None else years
    return Invoice.objects.open().filter(balance__due_on__year__lte=add_months(on, WARNING_MONTHS).year - years - 1)


STANDING_EVENT = Exists(LimitationEvent.objects.filter(invoice=OuterRef("pk"), revoked_on__isnull=True))


def untouched(claims: InvoiceQuerySet) -> InvoiceQuerySet:
    """Those whose limitation nothing has suspended or started again."""
    return claims.exclude(STANDING_EVENT)


def touched(claims: InvoiceQuerySet) -> InvoiceQuerySet:
    return claims.filter(STANDING_EVENT)


def claims_at_risk(on: date) -> InvoiceQuerySet:
    """Open claims that are barred or will be within six months, in three queries.

    Suspended or restarted ones are computed one by one; they are few.
    """
    years, horizon = limitation_years(on), add_months(on, WARNING_MONTHS)
    old = old_claims(on, years)
    safe = [
        claim.pk for claim in with_events(touched(old)) if (day := barred_day(claim, years)) is None or day > horizon
    ]
    return old.exclude(pk__in=safe)
