from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from apps.accounts.models import User
from apps.accounts.roles import Role


@pytest.fixture(scope="session")
def cities_csv() -> Path:
    """The 29 cities above 250,000 inhabitants as published."""
    return settings.BASE_DIR / "fixtures" / "cities.csv"


@pytest.fixture
def eleventh_of_january() -> Iterator[None]:
    with time_machine.travel(datetime(2027, 1, 11, 9, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def client_of(user_with: Callable[..., User], client_for: Callable[[User], Client]) -> Callable[[Role], Client]:
    """Sign in a person with this role: `client_of(Role.TREASURER).get(url)`."""
    return lambda role: client_for(user_with(role))
