from datetime import date

import pytest

from apps.papers.calculations import Signatory, carried_by, ordered, percent


def signatory(city: str, day: int = 1, population: int | None = None) -> Signatory:
    return Signatory(city, "Ada", "Dezernentin", date(2026, 11, day), population=population)


@pytest.mark.parametrize(
    ("order", "cities"),
    [
        ("alphabetical", ["Aachen", "Kiel", "Köln", "Münster"]),
        ("date", ["Münster", "Kiel", "Aachen", "Köln"]),
        ("population", ["Köln", "Münster", "Aachen", "Kiel"]),
    ],
)
def test_the_block_stands_in_the_chosen_order(order, cities):
    block = [
        signatory("Münster", 1, 300),
        signatory("Köln", 9, 1000),
        signatory("Aachen", 5, 250),
        signatory("Kiel", 2),
    ]
    assert [one.city for one in ordered(block, order)] == cities


def test_umlauts_sort_as_their_letters():
    block = [signatory("Zwickau"), signatory("Öhringen"), signatory("Osnabrück"), signatory("Ulm")]
    assert [one.city for one in ordered(block, "alphabetical")] == ["Öhringen", "Osnabrück", "Ulm", "Zwickau"]


def test_the_sentence_and_the_bar():
    assert carried_by(12, 29, date(2026, 11, 20)) == (
        "Diese Erklärung wird getragen von den unterzeichnenden Städten (Stand 20.11.2026: 12 von 29)."
    )
    assert [percent(0, 0), percent(1, 3), percent(29, 29), percent(30, 29)] == [0, 33, 100, 100]
