"""Monetary unit sampling: reproducible, every large entry in it, every cent with the same chance."""

from hypothesis import given
from hypothesis import strategies as st

from apps.examination.calculations import Hit, monetary_unit_sample, start_of

amounts = st.lists(st.integers(1, 10**9), min_size=1, max_size=60).map(lambda cents: list(enumerate(cents)))


def test_a_sample_drawn_by_hand() -> None:
    """Four entries of 10, 30, 5 and 55 cents, size 2: distance 50 cents, start 49.5 cents (99 half cents)."""
    seed = next(str(n) for n in range(10**6) if start_of(str(n), 100) == 99)
    assert monetary_unit_sample([(1, 10), (2, 30), (3, 5), (4, 55)], size=2, seed=seed) == [Hit(4, 2)]
    seed = next(str(n) for n in range(10**6) if start_of(str(n), 100) == 25)
    assert monetary_unit_sample([(1, 10), (2, 30), (3, 5), (4, 55)], size=2, seed=seed) == [Hit(2, 1), Hit(4, 1)]


def test_seed_decides_and_nothing_else() -> None:
    population = [(key, 100 + key) for key in range(200)]
    first = monetary_unit_sample(population, size=10, seed="wuerfel 4-2-6")
    assert first == monetary_unit_sample(population, size=10, seed="wuerfel 4-2-6")
    others = [monetary_unit_sample(population, size=10, seed=str(n)) for n in range(20)]
    assert len({tuple(each) for each in others}) > 10


@given(amounts, st.integers(1, 80), st.text(max_size=20))
def test_hits_sum_to_the_size_and_large_entries_are_always_drawn(population, size, seed) -> None:
    found = monetary_unit_sample(population, size=size, seed=seed)
    if size >= len(population):
        assert [hit.key for hit in found] == [key for key, _cents in population]
        return
    total = sum(cents for _key, cents in population)
    hits = {hit.key: hit.hits for hit in found}
    assert sum(hits.values()) == size
    for key, cents in population:
        exact = cents * size / total
        assert abs(hits.get(key, 0) - exact) < 1
