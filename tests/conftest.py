"""What all tests share: people with roles, signed-in clients, a clean cache, Chromium, and a flush despite triggers."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client, TransactionTestCase
from django.utils import timezone
from hypothesis import HealthCheck, settings

from apps.accounts.models import RoleAssignment, User
from apps.accounts.roles import Role

# a busy machine is no reason to fail; every run tries the same inputs
settings.register_profile("house", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
]


@contextmanager
def triggers_asleep() -> Iterator[None]:
    """Switch off the triggers that refuse UPDATE and DELETE of final rows (PostgreSQL: needs a superuser)."""
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        connection.connection.setconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_TRIGGER, False)
        try:
            yield
        finally:
            connection.connection.setconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_TRIGGER, True)
    else:
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SET session_replication_role = DEFAULT")


@pytest.fixture(scope="session", autouse=True)
def flush_despite_triggers() -> Iterator[None]:
    """Transactional tests empty every table at their end; only for that the append-only triggers sleep."""
    flush = TransactionTestCase._fixture_teardown

    def flush_asleep(case: TransactionTestCase) -> None:
        with triggers_asleep():
            flush(case)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", flush_asleep)
        yield


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


@pytest.fixture(autouse=True)
def _no_anchors_of_other_tests(settings: Any) -> None:
    """The file of anchors outlives the database that a test rolls back."""
    (settings.DATA_DIR / "anchors.log").unlink(missing_ok=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests run one after the other, on one worker."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture
def user_with(db: None) -> Callable[..., User]:
    """Return a function that makes a person with these roles: `user_with(Role.BOARD, Role.MEMBER, first_name="Ada")`."""
    numbers = count(1)

    def make(*roles: Role, **fields: Any) -> User:
        fields.setdefault("email", f"person{next(numbers)}.{'-'.join(roles) or 'ohne-rolle'}@example.org")
        user = User.objects.create_user(**{"first_name": "Kim", "last_name": "Beispiel"} | fields)
        today = timezone.localdate()
        for role in roles:
            RoleAssignment.objects.create(user=user, role=role, valid_from=today)
        return user

    return make


@pytest.fixture
def treasurer(user_with: Callable[..., User]) -> User:
    return user_with(Role.TREASURER)


@pytest.fixture
def board_member(user_with: Callable[..., User]) -> User:
    return user_with(Role.BOARD)


@pytest.fixture
def auditor(user_with: Callable[..., User]) -> User:
    return user_with(Role.AUDITOR)


@pytest.fixture
def office(user_with: Callable[..., User]) -> User:
    return user_with(Role.OFFICE)


@pytest.fixture
def admin_user(user_with: Callable[..., User]) -> User:
    return user_with(Role.ADMIN)


@pytest.fixture
def member_user(user_with: Callable[..., User]) -> User:
    """A person of some member city, without a delegation; tests/factories/members.py knows people who act for a city."""
    return user_with(Role.MEMBER)


@pytest.fixture
def client_for() -> Callable[[User], Client]:
    """Return a function that signs a person in: `client_for(treasurer).get(url)`."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def client_of(user_with: Callable[..., User], client_for: Callable[[User], Client]) -> Callable[[Role], Client]:
    """Sign in a person with this role: `client_of(Role.TREASURER).get(url)`."""
    return lambda role: client_for(user_with(role))


def chromium() -> str:
    for name in (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"):
        if path := name and shutil.which(name):
            return path
    pytest.fail(
        "Kein Chromium gefunden: bitte installieren (Debian: apt-get install chromium) oder CHROMIUM=/pfad nennen."
    )


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, "executable_path": chromium(), "args": CHROMIUM_FLAGS, "headless": True}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    viewport = {"width": 1280, "height": 900}
    return {**browser_context_args, "locale": "de-DE", "timezone_id": "Europe/Berlin", "viewport": viewport}
