from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from django.conf import settings


@pytest.fixture(scope="session")
def cities_csv() -> Path:
    """The 29 cities above 250,000 inhabitants as published."""
    return settings.BASE_DIR / "fixtures" / "cities.csv"


@pytest.fixture
def eleventh_of_january() -> Iterator[None]:
    with time_machine.travel(datetime(2027, 1, 11, 9, tzinfo=UTC), tick=False):
        yield
