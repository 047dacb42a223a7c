"""The example of domain rule 6.12, and who carried what."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from apps.budget.calculations.costs import Cost, dues_replacing, overview
from apps.budget.enums import CostCategory

AUGSBURG = [
    Cost("Augsburg", "room", False, Decimal(2 * 1200)),
    Cost("Augsburg", "catering", True, Decimal(35 * 2 * 28)),
    Cost("Augsburg", "speaker", True, Decimal(800)),
    Cost("Augsburg", "staff", False, Decimal(60 * 55)),
]
CITIES = {"Augsburg": 300_000, "Bonn": 330_000, "Köln": 1_020_000}


def look(costs=AUGSBURG, cities=CITIES, days=70):
    return overview(costs, categories=CostCategory.values, populations=cities, participant_days=days)


def test_the_example_of_the_handbook() -> None:
    found = look()
    assert (found.total, found.cash, found.per_participant_day) == (Decimal(8460), Decimal(2760), Decimal("120.86"))
    assert dues_replacing(2 * found.cash, 13) == Decimal("424.62")
    assert [row.category for row in found.categories] == ["room", "catering", "speaker", "staff"]


def test_shares_sum_to_the_whole_and_show_who_carried_more() -> None:
    augsburg, bonn, koeln = look().shares
    assert (augsburg.equal, augsburg.above_equal, bonn.above_equal) == (Decimal(2820), Decimal(5640), Decimal(-2820))
    assert [augsburg.by_population, bonn.by_population, koeln.by_population] == [
        Decimal("1538.18"),
        Decimal("1692.00"),
        Decimal("5229.82"),
    ]


def test_without_a_figure_there_is_no_share_by_inhabitants() -> None:
    shares = look(cities={**CITIES, "Bonn": None}).shares
    assert [share.by_population for share in shares] == [None, None, None]


@given(
    st.lists(st.tuples(st.sampled_from(["A", "B", "C"]), st.integers(1, 10**7)), min_size=1),
    st.lists(st.integers(1, 4_000_000), min_size=3, max_size=3),
)
def test_any_costs_are_shared_to_the_cent(cents, people) -> None:
    costs = [Cost(city, "other", True, Decimal(cent) / 100) for city, cent in cents]
    found = look(costs, dict(zip("ABC", people, strict=True)))
    for name in ("borne", "equal", "by_population"):
        assert sum(getattr(share, name) for share in found.shares) == found.total
