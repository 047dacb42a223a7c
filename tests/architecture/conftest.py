"""One world for all tests of a module: built once, in a transaction that is rolled back at the end."""

from collections.abc import Iterator

import pytest
from django.db import transaction

from tests.architecture.world import World, build_world, frozen_time


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[World]:
    with django_db_blocker.unblock(), frozen_time(), transaction.atomic():
        yield build_world()
        transaction.set_rollback(True)
