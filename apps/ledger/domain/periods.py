"""Closing of periods: what is closed stays as it is."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from apps.audit.acts import act
from apps.core.numbers import take_numbers
from apps.ledger.domain.errors import PeriodClosed
from apps.ledger.models import Entry, PeriodLock


def locked_until() -> date | None:
    """First day that is still open for booking; None if nothing is closed."""
    return PeriodLock.objects.aggregate(last=Max("locked_until"))["last"]


def guard_periods(days: Collection[date], *, field: str = "on") -> None:
    """Raise `PeriodClosed` if one of the booking dates lies in a closed period."""
    limit = locked_until()
    if limit and min(days) < limit:
        raise PeriodClosed(
            _("Bis zum %(day)s sind die Bücher abgeschlossen. Bitte buchen Sie mit einem späteren Datum.")
            % {"day": f"{limit - timedelta(days=1):%d.%m.%Y}"},
            field=field,
        )


@transaction.atomic
def close_period(*, last_day: date, reason: str, by: Any, on: date) -> PeriodLock:
    """Close the books up to and including `last_day`; it can't be undone (GoBD Rz. 50, domain rule: lock in the database).

    The number series of all years up to that day stay locked until the end of the transaction, so that no entry slips in.
    """
    if last_day >= on:
        raise PeriodClosed(
            _("Abgeschlossen wird nur, was vorbei ist. Bitte wählen Sie einen Tag vor heute."), field="last_day"
        )
    limit = last_day + timedelta(days=1)
    years = Entry.objects.filter(year__lte=last_day.year).order_by("year").values_list("year", flat=True).distinct()
    for year in sorted({*years, last_day.year}):
        take_numbers(f"ledger.entry:{year}", 0)
    present = locked_until()
    if present and limit <= present:
        raise PeriodClosed(
            _("Die Bücher sind schon bis zum %(day)s abgeschlossen.")
            % {"day": f"{present - timedelta(days=1):%d.%m.%Y}"},
            field="last_day",
        )
    lock = PeriodLock(locked_until=limit, reason=reason, closed_on=on, closed_by=by)
    with act("ledger.period_closed", by=by, reason=reason, data={"last_day": last_day.isoformat()}) as record:
        lock.save()
        record.subject = lock
    return lock
