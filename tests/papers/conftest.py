from datetime import date

import pytest
import time_machine

from tests.factories.members import make_delegate, make_member


@pytest.fixture(autouse=True)
def _own_storage(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files"},
        },
    }


@pytest.fixture
def cologne(db):
    return make_member("Köln", population=1_000_000)


@pytest.fixture
def bonn(db):
    return make_member("Bonn", population=330_000)


@pytest.fixture
def delegate(cologne):
    """Acts for Köln since 2015 and may sign."""
    return make_delegate(cologne)


@pytest.fixture
def bonn_delegate(bonn):
    return make_delegate(bonn)


@pytest.fixture
def today():
    """The pages live on 20.11.2026."""
    with time_machine.travel(date(2026, 11, 20), tick=False):
        yield date(2026, 11, 20)
