from datetime import date

import pytest

from apps.members.calculations import (
    EndRule,
    LeitwegFault,
    is_eligible,
    leitweg_check_digits,
    leitweg_fault,
    membership_end,
)
from apps.members.calculations.chart import bar_chart


@pytest.mark.parametrize(
    ("received", "months", "rule", "end"),
    [
        (date(2027, 4, 10), 0, EndRule.ANY, date(2027, 4, 10)),
        (date(2027, 4, 10), 0, EndRule.YEAR_END, date(2027, 12, 31)),
        (date(2027, 4, 10), 3, EndRule.YEAR_END, date(2027, 12, 31)),
        (date(2027, 9, 30), 3, EndRule.YEAR_END, date(2027, 12, 31)),
        (date(2027, 10, 1), 3, EndRule.YEAR_END, date(2028, 12, 31)),
        (date(2027, 4, 10), 12, EndRule.YEAR_END, date(2028, 12, 31)),
        (date(2027, 12, 31), 12, EndRule.YEAR_END, date(2028, 12, 31)),
        (date(2028, 1, 1), 12, EndRule.YEAR_END, date(2029, 12, 31)),
        (date(2027, 11, 30), 3, EndRule.ANY, date(2028, 2, 29)),
    ],
)
def test_membership_end(received: date, months: int, rule: EndRule, end: date) -> None:
    assert membership_end(received, months, rule) == end


def test_nobody_is_bound_longer_than_two_years() -> None:
    assert membership_end(date(2027, 4, 10), 36, EndRule.ANY, cap_years=2) == date(2029, 4, 10)
    assert membership_end(date(2027, 4, 10), 24, EndRule.YEAR_END, cap_years=2) == date(2029, 4, 10)
    assert membership_end(date(2027, 4, 10), 12, EndRule.YEAR_END, cap_years=2) == date(2028, 12, 31)


def test_exactly_the_threshold_is_not_above_it() -> None:
    assert [is_eligible(n, 250_000, ">") for n in (249_999, 250_000, 250_001)] == [False, False, True]
    assert [is_eligible(n, 250_000, ">=") for n in (249_999, 250_000, 250_001)] == [False, True, True]
    with pytest.raises(ValueError, match="unknown operator"):
        is_eligible(1, 1, "=")


@pytest.mark.parametrize(
    "value",
    [
        "04011000-1234512345-06",
        "04011000-12348-91",
        "04011000-900X999-08",
        "992-90009-96",
        "09564000-NUE0001-49",
        "991-01484-64",
        "05913000-70",
        "09761000-GSN-10",
        "06412000-00001-90",
    ],
)
def test_valid_leitweg_id(value: str) -> None:
    assert leitweg_fault(value) is None


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ("04011000-12345-34", LeitwegFault.CHECK_DIGITS),
        ("05913000-71", LeitwegFault.CHECK_DIGITS),
        ("0591300-70", LeitwegFault.SHAPE),
        ("04011000-abc-34", LeitwegFault.SHAPE),
        ("04011000--34", LeitwegFault.SHAPE),
        ("04011000", LeitwegFault.SHAPE),
        ("", LeitwegFault.SHAPE),
    ],
)
def test_wrong_leitweg_id(value: str, fault: LeitwegFault) -> None:
    assert leitweg_fault(value) is fault


def test_check_digits() -> None:
    assert leitweg_check_digits("04011000", "12345") == "03"


def test_bars_start_at_zero_and_stand_side_by_side() -> None:
    chart = bar_chart([("2022", 1_000), ("2024", 500), ("2025", 0)])
    assert [(bar.height, bar.y) for bar in chart.bars] == [(120, 18), (60, 78), (0, 138)]
    assert [bar.x for bar in chart.bars] == [36, 116, 196]
    assert bar_chart([]).bars == []
