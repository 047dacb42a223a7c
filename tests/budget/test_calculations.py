"""Plan, actual, commitments, forecast and liquidity in figures."""

from decimal import Decimal

import pytest

from apps.budget.calculations.liquidity import Expected, by_month
from apps.budget.calculations.plans import (
    Amounts,
    Estimate,
    Figure,
    Names,
    PlannedAmount,
    Progress,
    Tolerance,
    compare,
    forecast,
)

PLAN = [
    PlannedAmount("40000", True, Decimal("142307.34")),
    PlannedAmount("50000", False, Decimal("12000.00"), explanation="zwei Treffen"),
    PlannedAmount("50000", False, Decimal("4000.00"), centre="T1"),
    PlannedAmount("52000", False, Decimal("3000.00")),
]
NAMES = Names(
    {
        "40000": ("Mitgliedsbeiträge", True),
        "50000": ("Raummieten", False),
        "52000": ("Honorare", False),
        "63000": ("Kosten des Geldverkehrs", False),
    },
    {"T1": "Treffen Dortmund"},
)
ACTUAL = {
    ("40000", ""): Decimal("100000.00"),
    ("50000", ""): Decimal("12000.01"),
    ("50000", "T1"): Decimal("3500.00"),
    ("50000", "FG"): Decimal("600.00"),
    ("63000", ""): Decimal("9.90"),
}
HALF = Progress(days=365, elapsed=182)
OVER = Progress(days=365, elapsed=365)


def test_every_place_stands_once_and_other_cost_centres_count_for_the_account() -> None:
    comparison = compare(PLAN, Amounts(actual=ACTUAL, committed={("52000", ""): Decimal(1000)}), NAMES, HALF)
    assert [(f.number, f.centre, f.planned, f.actual, f.remaining, f.percent) for f in comparison.expenses.figures] == [
        ("50000", "", Decimal("12000.00"), Decimal("12600.01"), Decimal("-600.01"), 105),
        ("50000", "T1", Decimal("4000.00"), Decimal("3500.00"), Decimal("500.00"), 88),
        ("52000", "", Decimal("3000.00"), Decimal(0), Decimal("2000.00"), 0),
        ("63000", "", Decimal(0), Decimal("9.90"), Decimal("-9.90"), None),
    ]
    assert [f.label for f in comparison.figures][1:3] == ["Raummieten", "Raummieten · Treffen Dortmund"]
    assert (comparison.planned_result, comparison.actual_result) == (Decimal("123307.34"), Decimal("83890.09"))
    assert comparison.is_covered


def test_expenses_deviate_above_and_income_below_the_plan() -> None:
    comparison = compare(PLAN, Amounts(actual=ACTUAL), NAMES, OVER)
    rooms, meeting, fees, bank = comparison.expenses.figures
    assert [
        rooms.deviates(Tolerance(Decimal(5), Decimal(0))),
        rooms.deviates(Tolerance(Decimal("5.1"), Decimal(0))),
    ] == [True, False]
    assert [
        meeting.deviates(Tolerance(Decimal(0), Decimal(0))),
        fees.deviates(Tolerance(Decimal(0), Decimal(0))),
        bank.deviates(Tolerance(Decimal(50), Decimal(0))),
    ] == [False, False, True]
    (dues,) = comparison.income.figures
    assert [dues.deviates(Tolerance(Decimal(29), Decimal(0))), dues.deviates(Tolerance(Decimal(30), Decimal(0)))] == [
        True,
        False,
    ]


def test_a_small_amount_without_a_plan_is_no_deviation() -> None:
    """50 cents missing in the cash box are no more than 10 % of nothing worth a warning; 100.01 euro are."""
    tolerance = Tolerance(Decimal(10), Decimal(100))
    small, large = (
        Figure("76000", "Kassenfehlbeträge", False, Decimal(0), Decimal(0), forecast=Decimal(amount))
        for amount in ("100.00", "100.01")
    )
    assert [small.deviates(tolerance), large.deviates(tolerance)] == [False, True]


def test_a_deficit_must_be_covered_to_the_cent() -> None:
    assert compare(PLAN[1:], Amounts(), NAMES, HALF, Decimal("18999.99")).uncovered == Decimal("0.01")
    assert compare(PLAN[1:], Amounts(), NAMES, HALF, Decimal(19000)).is_covered
    assert compare([], Amounts(), NAMES, HALF).is_covered


@pytest.mark.parametrize(
    ("estimate", "progress", "expected"),
    [
        (Estimate(), HALF, "1000"),  # the plan will be used up
        (Estimate("linear"), HALF, "802.20"),  # 400 / 182 * 365 = 802.197…
        (Estimate("own", Decimal(650), "Absage"), HALF, "650"),
        (Estimate("linear"), Progress(365, 0), "1000"),  # nothing has passed: the plan
        (Estimate("own", Decimal(650), "Absage"), OVER, "500"),  # the year is over: what happened
    ],
)
def test_forecast_follows_its_rule(estimate, progress, expected) -> None:
    amounts = {"planned": Decimal(1000), "actual": Decimal(400), "committed": Decimal(100)}
    assert forecast(estimate, **amounts, progress=progress) == Decimal(expected)


def test_forecast_of_expenses_is_never_less_than_what_is_booked_and_bound() -> None:
    amounts = {"planned": Decimal(1000), "actual": Decimal(900), "committed": Decimal(300)}
    for estimate in (Estimate(), Estimate("own", Decimal(950), "Absage")):
        assert forecast(estimate, **amounts, progress=HALF) == Decimal(1200)


def test_months_carry_the_balance_and_spread_to_the_cent() -> None:
    booked = {1: (Decimal(500), Decimal(100)), 10: (Decimal(0), Decimal(50))}
    expected = [Expected(Decimal(-100)), Expected(Decimal(300), 3), Expected(Decimal(-40), 12)]
    months = by_month(Decimal(1000), booked, expected, first=10)
    assert [month.closing for month in months[:9]] == [Decimal(1400)] * 9
    assert [(m.incoming, m.outgoing, m.closing) for m in months[9:]] == [
        (Decimal(300), Decimal("83.34"), Decimal("1616.66")),
        (Decimal(0), Decimal("33.33"), Decimal("1583.33")),
        (Decimal(0), Decimal("73.33"), Decimal("1510.00")),
    ]


def test_a_year_that_is_over_expects_nothing() -> None:
    assert by_month(Decimal(10), {}, [Expected(Decimal(5))], first=13)[-1].closing == Decimal(10)
