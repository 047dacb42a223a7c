"""Which open claims will soon be time-barred (BGB §§ 195, 199)."""

from collections.abc import Iterable
from datetime import date
from typing import cast

from django.db.models import Prefetch

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


def claims_at_risk(on: date) -> InvoiceQuerySet:
    """Open claims that are barred or will be within six months, in three queries.

    Suspended or restarted ones are computed one by one; they are few.
    """
    years, horizon = limitation_years(on), add_months(on, WARNING_MONTHS)
    old = Invoice.objects.open().filter(due_on__year__lte=horizon.year - years - 1)
    touched = with_events(old.filter(limitation_events__revoked_on__isnull=True, limitation_events__isnull=False))
    safe = [claim.pk for claim in touched if (day := barred_day(claim, years)) is None or day > horizon]
    return old.exclude(pk__in=safe)
