"""A database and a folder of its own for measuring: nothing that anybody works with is touched."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import override_settings


@contextmanager
def scratch_database() -> Iterator[None]:
    """Give a migrated, empty database beside the configured one (SQLite: in the same folder, PostgreSQL: on the same server).

    Both the database and the folder for files are gone at the end.
    """
    used, test = connection.settings_dict["NAME"], connection.settings_dict["TEST"]
    before = test["NAME"]
    with TemporaryDirectory(prefix="bench-", dir=settings.DATA_DIR) as name:
        folder = Path(name)
        (folder / "static").mkdir()
        test["NAME"] = str(folder / "bench.sqlite3") if connection.vendor == "sqlite" else f"{used}_{folder.name}"
        with override_settings(**places(folder)):
            connection.creation.create_test_db(verbosity=0, autoclobber=True)
            ContentType.objects.clear_cache()
            try:
                yield
            finally:
                connection.creation.destroy_test_db(used, verbosity=0)
                test["NAME"] = before
                ContentType.objects.clear_cache()


def places(folder: Path) -> dict[str, Any]:
    """Settings under which all files lie in the folder, no task starts by itself, and Django's test client may ask for pages."""
    return {
        "ALLOWED_HOSTS": ["testserver"],
        "DATA_DIR": folder,
        "DEBUG": False,
        "SECURE_SSL_REDIRECT": False,
        "STATIC_ROOT": folder / "static",
        "STORAGES": {
            "default": {
                "BACKEND": "django.core.files.storage.FileSystemStorage",
                "OPTIONS": {"location": folder / "files"},
            },
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
        "TASKS": {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}},
    }
