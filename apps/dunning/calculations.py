"""Interest on late payment and limitation, from dates and figures alone."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Literal

CENT = Decimal("0.01")
DAYS_OF_A_YEAR = 365
MONTHS_AFTER_NEGOTIATION = 3
MONTHS_AFTER_PROCEEDINGS = 6
PERIOD_YEARS = 3

EventKind = Literal["negotiation", "proceedings", "acknowledgement"]


@dataclass(frozen=True)
class Rate:
    """A base rate in percent from a day until a day (exclusive; None: the next is not known)."""

    percent: Decimal
    since: date
    until: date | None = None


@dataclass(frozen=True)
class Payment:
    on: date
    amount: Decimal


@dataclass(frozen=True)
class InterestStep:
    """One stretch with the same principal and the same rate, both days counted."""

    first: date
    last: date
    principal: Decimal
    percent: Decimal

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def exact(self) -> Fraction:
        return Fraction(self.principal) * Fraction(self.percent) / 100 * self.days / DAYS_OF_A_YEAR


class RateUnknown(Exception):
    """No base rate is known for this day."""

    def __init__(self, day: date) -> None:
        super().__init__(day)
        self.day = day


def interest_steps(
    principal: Decimal,
    *,
    first: date,
    last: date,
    points: Decimal,
    rates: Sequence[Rate],
    payments: Sequence[Payment] = (),
) -> list[InterestStep]:
    """Cut the default from `first` to `last` (both counted) where rate or principal change (BGB §§ 247, 288).

    A payment still bears interest on the day it is credited. No interest on interest (§ 289). Raises `RateUnknown`.
    """
    steps, day = [], first
    paid = sorted(payments, key=lambda payment: payment.on)
    while day <= last:
        owed = principal - sum((payment.amount for payment in paid if payment.on < day), Decimal(0))
        rate = rate_on(day, rates)
        ends = [last]
        if rate.until:
            ends.append(rate.until - timedelta(days=1))
        ends += [payment.on for payment in paid if payment.on >= day]
        end = min(ends)
        if owed > 0:
            steps.append(InterestStep(day, end, owed, rate.percent + points))
        day = end + timedelta(days=1)
    return steps


def rate_on(day: date, rates: Sequence[Rate]) -> Rate:
    """The rate in force; of several the one that began last, until the next begins."""
    known = [rate for rate in rates if rate.since <= day and (rate.until is None or day < rate.until)]
    if not known:
        raise RateUnknown(day)
    found = max(known, key=lambda rate: rate.since)
    later = [rate.since for rate in rates if rate.since > day]
    until = min([*later, *([found.until] if found.until else [])], default=None)
    return Rate(found.percent, found.since, until)


def interest(steps: Sequence[InterestStep]) -> Decimal:
    """The sum, rounded once at the end, half up."""
    whole = sum((step.exact for step in steps), Fraction(0))
    return (Decimal(whole.numerator) / Decimal(whole.denominator)).quantize(CENT, rounding=ROUND_HALF_UP)


# limitation


@dataclass(frozen=True)
class Event:
    """Something that suspends the limitation (`until`: last day, None while it goes on) or restarts it (`since`)."""

    kind: EventKind
    since: date
    until: date | None = None


def barred_from(due_on: date, *, years: int = PERIOD_YEARS, events: Sequence[Event] = ()) -> date | None:
    """The first day on which the claim is time-barred; None while it is suspended without end.

    The period runs from the end of the year in which the claim fell due (BGB §§ 195, 199 Abs. 1). Days of a suspension are
    not counted (§ 209); after negotiations at least three months remain (§ 203), proceedings suspend until six months
    after their end (§ 204 Abs. 2). An acknowledgement lets the whole period begin anew (§ 212), but never end earlier.
    What happens after the last day changes nothing.
    """
    start, last = date(due_on.year + 1, 1, 1), date(due_on.year + years, 12, 31)
    counted_to = start
    for event in sorted(events, key=lambda each: (each.since, each.kind)):
        if event.since > last:
            continue
        if event.kind == "acknowledgement":
            last = max(last, add_months(event.since, 12 * years))
            continue
        until = suspended_until(event)
        if until is None:
            return None
        begin = max(event.since, counted_to)
        if until >= begin:
            last += until - begin + timedelta(days=1)
            counted_to = until + timedelta(days=1)
        if event.kind == "negotiation" and event.until:
            last = max(last, add_months(event.until, MONTHS_AFTER_NEGOTIATION))
    return last + timedelta(days=1)


def suspended_until(event: Event) -> date | None:
    if event.until is None or event.kind != "proceedings":
        return event.until
    return add_months(event.until, MONTHS_AFTER_PROCEEDINGS)


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or its last (BGB § 188 Abs. 3)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
