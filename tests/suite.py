"""Run all checks, then all tests on SQLite and on PostgreSQL; the last line counts what passed and what failed."""

import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

from tests.postgres import cluster

HERE = Path(__file__).resolve().parent.parent
PROGRAMS = Path(sys.executable).parent
MANAGE = [sys.executable, "manage.py"]
PYTEST = ["-m", "pytest"]
DEMO = {"VEREIN_DEMO": "1"}
PRODUCTION = {
    "VEREIN_DEMO": "0",
    "VEREIN_SECRET_KEY": "nur-zur-Pruefung-der-Einstellungen-0123456789-abcdefghijklmnop",
    "VEREIN_HOSTS": "verein.example.org",
    "VEREIN_SITE_URL": "https://verein.example.org",
}

CHECKS: dict[str, tuple[list[str], dict[str, str]]] = {
    "Stil": ([str(PROGRAMS / "ruff"), "check", "--quiet", "."], {}),
    "Form": ([str(PROGRAMS / "ruff"), "format", "--quiet", "--check", "."], {}),
    "Typen": ([str(PROGRAMS / "mypy"), "apps", "verein"], DEMO),
    "Stockwerke": ([str(PROGRAMS / "lint-imports")], {}),
    "Migrationen": ([*MANAGE, "makemigrations", "--check", "--dry-run"], DEMO),
    "Betrieb": ([*MANAGE, "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION),
}


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def run_checks() -> Counter[str]:
    """Run every check, also after one failed; a check that passes says nothing but its name."""
    total: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as data_dir:
        for name, (command, environment) in CHECKS.items():
            surroundings = os.environ | {"VEREIN_DATA_DIR": data_dir} | environment
            started = time.monotonic()
            done = subprocess.run(
                command, cwd=HERE, env=surroundings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
            )
            passed = done.returncode == 0
            say(f"{name}: {'in Ordnung' if passed else 'FEHLER'} ({time.monotonic() - started:.0f} s)")
            if not passed:
                say(done.stdout)
            total["passed" if passed else "failed"] += 1
    return total


def run_tests(name: str, database_url: str) -> Counter[str]:
    say(f"\nTests auf {name}")
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        options = ["-n", "auto", "--dist", "loadgroup", "-p", "no:cacheprovider", f"--junitxml={report}"]
        command = [sys.executable, *PYTEST, *options]
        code = subprocess.run(command, cwd=HERE, env=os.environ | {"DATABASE_URL": database_url}).returncode
        total = read_report(report)
    if code != 0 and not total["failed"]:
        total["failed"] += 1
    return total


def read_report(report: Path) -> Counter[str]:
    total: Counter[str] = Counter()
    if report.exists():
        for suite in ElementTree.parse(report).getroot().iter("testsuite"):
            counts = {key: int(suite.get(key, 0)) for key in ("tests", "failures", "errors", "skipped")}
            total["failed"] += counts["failures"] + counts["errors"]
            total["skipped"] += counts["skipped"]
            total["passed"] += counts["tests"] - counts["failures"] - counts["errors"] - counts["skipped"]
    return total


def last_line(total: Counter[str]) -> str:
    skipped = f", {total['skipped']} skipped" if total["skipped"] else ""
    return f"{total['passed']} passed, {total['failed']} failed{skipped}"


def main(arguments: list[str]) -> int:
    total = run_checks()
    if "--checks" not in arguments:
        total += run_tests("SQLite", "")
        with cluster() as database_url:
            total += run_tests("PostgreSQL", database_url)
    say("")
    say(last_line(total))
    return 1 if total["failed"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
