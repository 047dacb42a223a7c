from pathlib import Path

import pytest
from django.conf import settings


@pytest.fixture(scope="session")
def cities_csv() -> Path:
    """The 29 cities above 250,000 inhabitants as published."""
    return settings.BASE_DIR / "fixtures" / "cities.csv"
