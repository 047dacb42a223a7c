"""Settings of a real installation, read by a process of their own."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.suite import HERE, PRODUCTION

READ = """
import json
from verein import settings
names = ["DEBUG", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT", "CSRF_TRUSTED_ORIGINS", "ALLOWED_HOSTS"]
print(json.dumps({name: getattr(settings, name) for name in names}))
"""


def start(environment: dict[str, str], data_dir: Path) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("VEREIN_")}
    surroundings = clean | environment | {"VEREIN_DATA_DIR": str(data_dir), "DATABASE_URL": ""}
    return subprocess.run([sys.executable, "-c", READ], cwd=HERE, env=surroundings, capture_output=True, text=True)


def test_production_is_secure_without_further_settings(tmp_path: Path) -> None:
    found = start(PRODUCTION, tmp_path)
    assert json.loads(found.stdout) == {
        "DEBUG": False,
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SECURE_SSL_REDIRECT": True,
        "CSRF_TRUSTED_ORIGINS": ["https://verein.example.org"],
        "ALLOWED_HOSTS": ["verein.example.org"],
    }


def test_production_does_not_start_without_a_key(tmp_path: Path) -> None:
    found = start({}, tmp_path)
    assert found.returncode == 1
    assert "Die Umgebungsvariable VEREIN_SECRET_KEY fehlt." in found.stderr
