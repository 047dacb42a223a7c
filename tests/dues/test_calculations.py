"""The fee of a city: published figures, boundaries, and what holds for every schedule."""

import csv
from datetime import date
from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.dues import calculations as calc
from apps.dues import enums
from apps.dues.calculations import Case, Discount, Terms, Tier, fee, fees, inversions

D = Decimal
PER_CAPITA = Terms("per_capita", rate=D("0.0085"), minimum=D(250), maximum=D(15000))
TIER_FLAT = Terms(
    "tier_flat", tiers=(Tier(300_000, D(1500)), Tier(500_000, D(2500)), Tier(1_000_000, D(4000)), Tier(None, D(6000)))
)
TIER_RATE = Terms(
    "tier_rate",
    tiers=(
        Tier(100_000, D("0.375"), D(29_900)),
        Tier(200_000, D("0.299")),
        Tier(None, D("0.225"), D(150_100)),
    ),
)
MARGINAL = Terms("marginal", tiers=(Tier(300_000, D("0.005")), Tier(600_000, D("0.003")), Tier(None, D("0.001"))))


def year_fee(terms: Terms, population: int) -> Decimal:
    return fee(terms, Case(population, 2027, date(2020, 1, 1))).amount


@pytest.fixture(scope="module")
def populations(cities_csv) -> dict[str, int]:
    with cities_csv.open(encoding="utf-8") as lines:
        return {row["name"]: int(row["population"]) for row in csv.DictReader(lines)}


@pytest.mark.parametrize(
    ("population", "amount"),
    [
        (3_685_265, "15000.00"),
        (1_862_565, "15000.00"),
        (1_505_005, "12792.54"),
        (1_024_621, "8709.28"),
        (756_021, "6426.18"),
        (603_462, "5129.43"),
        (301_105, "2559.39"),
        (288_850, "2455.23"),
        (252_668, "2147.68"),
        (1_000, "250.00"),
    ],
)
def test_rate_per_inhabitant_within_minimum_and_maximum(population, amount):
    assert year_fee(PER_CAPITA, population) == D(amount)


def test_sum_of_the_29_cities(populations):
    assert len(populations) == 29
    assert sum(year_fee(PER_CAPITA, population) for population in populations.values()) == D("142307.34")


def test_flat_tiers_include_their_upper_bound(populations):
    amounts = [year_fee(TIER_FLAT, population) for population in populations.values()]
    assert [amounts.count(D(value)) for value in (1500, 2500, 4000, 6000)] == [6, 8, 11, 4]
    assert sum(amounts) == D("97000.00")
    assert (year_fee(TIER_FLAT, 300_000), year_fee(TIER_FLAT, 300_001)) == (D(1500), D(2500))


def test_rate_tiers_and_their_inversion():
    amounts = [year_fee(TIER_RATE, population) for population in (100_000, 100_001, 200_000, 200_001)]
    assert amounts == [D("29900.00"), D("29900.30"), D("59800.00"), D("45000.23")]
    assert inversions(TIER_RATE) == [calc.Inversion(200_000, D("59800.00"), D("45000.23"))]
    assert inversions(TIER_FLAT) == []


@pytest.mark.parametrize(
    ("population", "amount"),
    [(252_668, "1263.34"), (301_105, "1503.32"), (756_021, "2556.02"), (3_685_265, "5485.27"), (300_000, "1500.00")],
)
def test_marginal_rates(population, amount):
    assert year_fee(MARGINAL, population) == D(amount)


def test_budget_is_split_to_the_cent():
    cases = [Case(count, 2027, date(2020, 1, 1)) for count in (756_021, 288_850, 301_105)]
    amounts = [item.amount for item in fees(Terms("budget_key", budget=D("10000.00")), cases)]
    assert amounts == [D("5616.90"), D("2146.03"), D("2237.07")]
    shares = [item.amount for item in fees(Terms("equal_share", budget=D("100.00")), cases)]
    assert shares == [D("33.34"), D("33.33"), D("33.33")]


def test_votes_flat_and_base_plus():
    votes = Terms("votes", rate=D(900), tiers=(Tier(300_000, D(2)), Tier(None, D(3))))
    assert (year_fee(votes, 300_000), year_fee(votes, 300_001)) == (D(1800), D(2700))
    assert year_fee(Terms("votes", rate=D(900)), 5) == D(900)
    assert year_fee(Terms("flat", base_fee=D("1234.50")), 5) == D("1234.50")
    assert year_fee(Terms("base_plus", base_fee=D(500), rate=D("0.0025")), 301_105) == D("1252.76")


@pytest.mark.parametrize(
    ("rule", "amount"),
    [("none", "2559.39"), ("month_started", "1706.26"), ("quarter_started", "1919.54"), ("day", "1654.84")],
)
def test_joining_on_10_may(rule, amount):
    terms = Terms("flat", base_fee=D("2559.39"), pro_rata=rule)
    assert fee(terms, Case(301_105, 2027, date(2027, 5, 10))).amount == D(amount)
    assert fee(terms, Case(301_105, 2028, date(2027, 5, 10))).amount == D("2559.39")


def test_order_is_limit_then_pro_rata_then_discount_then_rounding():
    terms = Terms("per_capita", rate=D("0.0085"), maximum=D(15000), pro_rata="month_started", rounding="euro")
    result = fee(terms, Case(3_685_265, 2027, date(2027, 5, 10), (Discount("Einführung", D(50)),)))
    assert [step.kind for step in result.steps] == ["population_rate", "maximum", "pro_rata", "discount", "rounding"]
    assert [step.value for step in result.steps[1:]] == [15000, 10000, 5000, 5000]
    assert result.amount == D(5000)


@pytest.mark.parametrize(("rounding", "amount"), [("cent", "125.00"), ("euro", "125.00"), ("ten_euros", "130.00")])
def test_rounding_is_half_up(rounding, amount):
    assert year_fee(Terms("flat", base_fee=D(125), rounding=rounding), 1) == D(amount)
    assert calc.round_to(calc.Fraction("0.005"), "cent") == D("0.01")


def test_nobody_owes_for_a_year_before_joining():
    with pytest.raises(ValueError, match="not a member"):
        fee(PER_CAPITA, Case(1, 2026, date(2027, 1, 1)))


def test_leap_year_counts_366_days():
    assert calc.membership_share("day", date(2028, 2, 29), 2028) == (307, 366)


def test_words_of_the_calculation_are_the_choices_of_the_models():
    for literal, choices in [
        (calc.FeeForm, enums.FeeForm),
        (calc.ProRata, enums.ProRata),
        (calc.Rounding, enums.Rounding),
    ]:
        assert set(get_args(literal)) == set(choices.values)


populations_ = st.integers(0, 5_000_000)
euros_ = st.decimals(0, 20_000, places=2)


@given(populations_, populations_, st.decimals(0, 2, places=4), euros_, euros_)
def test_a_bigger_city_never_pays_less_and_limits_hold(first, second, rate, one, other):
    low, high = sorted((one, other))
    terms = Terms("per_capita", rate=rate, minimum=low, maximum=high)
    small, big = (year_fee(terms, count) for count in sorted((first, second)))
    assert low <= small <= big <= high


@given(st.lists(st.integers(1, 4_000_000), min_size=1, max_size=40), st.decimals(0, 1_000_000, places=2))
def test_shares_sum_to_the_budget(counts, budget):
    cases = [Case(count, 2027, date(2020, 1, 1)) for count in counts]
    for form in ("budget_key", "equal_share"):
        assert sum(item.amount for item in fees(Terms(form, budget=budget), cases)) == budget


@given(populations_)
def test_marginal_rates_never_jump(population):
    assert 0 <= year_fee(MARGINAL, population + 1) - year_fee(MARGINAL, population) <= D("0.01")


@given(st.dates(date(2027, 1, 1), date(2027, 12, 31)), st.sampled_from(["month_started", "quarter_started", "day"]))
def test_pro_rata_is_part_of_the_year(joined, rule):
    units, of = calc.membership_share(rule, joined, 2027)
    assert 0 < units <= of


@pytest.mark.parametrize(
    ("wanted", "land", "ags", "due", "reason"),
    [
        ((2027, 1, 31), "HE", "", date(2027, 2, 1), "Sonntag"),
        ((2027, 11, 1), "BW", "", date(2027, 11, 2), "Allerheiligen"),
        ((2027, 11, 1), "BY", "", date(2027, 11, 2), "Allerheiligen"),
        ((2027, 11, 1), "NW", "", date(2027, 11, 2), "Allerheiligen"),
        ((2027, 11, 1), "RP", "", date(2027, 11, 2), "Allerheiligen"),
        ((2027, 11, 1), "SL", "", date(2027, 11, 2), "Allerheiligen"),
        ((2027, 11, 1), "BE", "", date(2027, 11, 1), ""),
        ((2027, 11, 1), "HH", "", date(2027, 11, 1), ""),
        ((2027, 11, 1), "HE", "", date(2027, 11, 1), ""),
        ((2027, 11, 1), "SN", "", date(2027, 11, 1), ""),
        ((2028, 8, 8), "BY", "09761000", date(2028, 8, 9), "Augsburger Hohes Friedensfest"),
        ((2028, 8, 8), "BY", "09564000", date(2028, 8, 8), ""),
        ((2028, 8, 15), "BY", "09162000", date(2028, 8, 16), "Mariä Himmelfahrt"),
        ((2028, 8, 15), "BY", "09564000", date(2028, 8, 15), ""),
        ((2027, 2, 31), "BE", "", date(2027, 3, 1), "Sonntag"),
        ((2027, 3, 31), "BE", "", date(2027, 3, 31), ""),
        ((2027, 3, 26), "BE", "", date(2027, 3, 30), "Karfreitag"),
    ],
)
def test_due_day_moves_by_the_calendar_of_the_city(wanted, land, ags, due, reason):
    assert calc.working_day(calc.clamp_day(*wanted), land=land, ags=ags) == (due, reason)
