"""Interest and limitation: the vectors of the handbook, and what must always hold."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.dunning.calculations import Event, Payment, Rate, RateUnknown, barred_from, interest, interest_steps

RATES = [
    Rate(Decimal("2.27"), date(2025, 1, 1), date(2025, 7, 1)),
    Rate(Decimal("1.27"), date(2025, 7, 1), date(2026, 1, 1)),
    Rate(Decimal("1.27"), date(2026, 1, 1), date(2026, 7, 1)),
]


def steps(first, last, *, principal="2500.00", points="5", payments=()):
    return interest_steps(
        Decimal(principal), first=first, last=last, points=Decimal(points), rates=RATES, payments=payments
    )


@pytest.mark.parametrize(
    ("points", "first", "last", "sum_"),
    [
        ("5", date(2025, 4, 1), date(2025, 9, 15), "78.38"),
        ("9", date(2025, 4, 1), date(2025, 9, 15), "124.41"),
        ("5", date(2026, 4, 1), date(2026, 6, 30), "39.08"),
    ],
)
def test_vectors(points, first, last, sum_):
    assert interest(steps(first, last, points=points)) == Decimal(sum_)


def test_each_stretch_shows_days_rate_and_principal():
    found = steps(date(2025, 4, 1), date(2025, 9, 15))
    shown = [(step.first, step.last, step.days, step.percent, step.principal) for step in found]
    assert shown == [
        (date(2025, 4, 1), date(2025, 6, 30), 91, Decimal("7.27"), Decimal("2500.00")),
        (date(2025, 7, 1), date(2025, 9, 15), 77, Decimal("6.27"), Decimal("2500.00")),
    ]
    assert [round(float(step.exact), 4) for step in found] == [45.313, 33.0678]


def test_part_payment_bears_interest_until_it_is_credited():
    found = steps(date(2026, 4, 1), date(2026, 6, 30), payments=[Payment(date(2026, 4, 30), Decimal(1000))])
    assert [(step.days, step.principal) for step in found] == [(30, Decimal(2500)), (61, Decimal(1500))]
    before = steps(date(2026, 4, 1), date(2026, 6, 30), payments=[Payment(date(2026, 3, 1), Decimal(2500))])
    assert (before, interest(before)) == ([], Decimal("0.00"))


def test_unknown_base_rate_names_the_day():
    with pytest.raises(RateUnknown) as error:
        steps(date(2026, 4, 1), date(2026, 7, 2))
    assert error.value.day == date(2026, 7, 1)


@given(
    st.dates(date(2025, 1, 1), date(2026, 6, 30)),
    st.lists(st.dates(date(2025, 1, 1), date(2026, 6, 30)), max_size=4),
    st.integers(0, 400),
)
def test_every_day_of_the_default_counts_once(first, paid_on, length):
    last = min(first + timedelta(days=length), date(2026, 6, 30))
    found = steps(first, last, payments=[Payment(day, Decimal(100)) for day in paid_on])
    days = [step.first + timedelta(days=number) for step in found for number in range(step.days)]
    assert days == [first + timedelta(days=number) for number in range((last - first).days + 1)]


# limitation


def test_limitation_vector():
    assert barred_from(date(2026, 3, 31)) == date(2030, 1, 1)
    assert barred_from(date(2026, 12, 31)) == date(2030, 1, 1)
    assert barred_from(date(2027, 1, 1)) == date(2031, 1, 1)


@pytest.mark.parametrize(
    ("events", "day"),
    [
        # thirty days of negotiations in the running period are not counted (§ 209)
        ([Event("negotiation", date(2028, 5, 1), date(2028, 5, 30))], date(2030, 1, 31)),
        # before the period runs there is nothing to suspend
        ([Event("negotiation", date(2026, 5, 1), date(2026, 5, 30))], date(2030, 1, 1)),
        # at the end at least three months remain (§ 203 Satz 2)
        ([Event("negotiation", date(2029, 12, 20), date(2029, 12, 31))], date(2030, 4, 1)),
        # proceedings suspend until six months after their end (§ 204 Abs. 2)
        ([Event("proceedings", date(2029, 12, 1), date(2030, 2, 28))], date(2030, 9, 29)),
        ([Event("proceedings", date(2029, 12, 1))], None),
        # an acknowledgement begins the period anew (§ 212) but never shortens it
        ([Event("acknowledgement", date(2028, 6, 15))], date(2031, 6, 16)),
        ([Event("acknowledgement", date(2026, 6, 15))], date(2030, 1, 1)),
        ([Event("acknowledgement", date(2028, 2, 29))], date(2031, 3, 1)),
        # too late: barred is barred
        ([Event("acknowledgement", date(2030, 1, 1))], date(2030, 1, 1)),
        # days in two suspensions are left out once
        ([Event("negotiation", date(2028, 5, 1), date(2028, 5, 20)), Event("negotiation", date(2028, 5, 11), date(2028, 5, 30))], date(2030, 1, 31)),
    ],
)  # fmt: skip
def test_suspension_and_new_beginning(events, day):
    assert barred_from(date(2026, 3, 31), events=events) == day


@given(
    st.dates(date(2020, 1, 1), date(2026, 12, 31)),
    st.lists(st.tuples(st.dates(date(2020, 1, 1), date(2035, 1, 1)), st.integers(0, 500)), max_size=5),
)
def test_events_never_shorten(due_on, spans):
    events = [Event("negotiation", since, since + timedelta(days=length)) for since, length in spans]
    events += [Event("acknowledgement", since) for since, _length in spans[:2]]
    with_events, without = barred_from(due_on, events=events), barred_from(due_on)
    assert with_events is not None
    assert without is not None
    assert with_events >= without
