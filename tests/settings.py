"""The project's settings for tests: they need no environment and touch no data but a folder of their own."""

import atexit
import os
import shutil
import tempfile

DATA_DIR_OF_RUN = tempfile.mkdtemp(prefix="verein-test-")
atexit.register(shutil.rmtree, DATA_DIR_OF_RUN, ignore_errors=True)
os.environ |= {"VEREIN_DEMO": "1", "VEREIN_DATA_DIR": DATA_DIR_OF_RUN}
# the synchronous Playwright runs an event loop in the thread of the test
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

from verein.settings import *  # noqa: E402, F403
from verein.settings import DATA_DIR, DATABASES, STATIC_ROOT, STORAGES  # noqa: E402

STATIC_ROOT.mkdir(exist_ok=True)
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # a file, not memory: threads and the live server then meet the same locks as in real life
    DATABASES["default"]["TEST"] |= {"NAME": DATA_DIR / "test.sqlite3"}
