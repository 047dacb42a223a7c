"""Pages of a long list read from its end show the same rows in the same order."""

import pytest

from apps.core.paging import FromBothEnds
from apps.members.models import City
from tests.factories.members import make_city

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("count", [0, 1, 7, 9])
def test_every_page_shows_its_rows_in_order(count):
    for number in range(count):
        make_city(f"Stadt {number}")
    rows = City.objects.order_by("-name", "pk")
    pages = [list(page.object_list) for page in FromBothEnds(rows, 3)]
    assert [city for page in pages for city in page] == list(rows)
    assert [len(page) for page in pages] == ([3] * (count // 3) + [count % 3] * bool(count % 3) or [0])
