"""Run web server and worker side by side until one ends or Ctrl-C; both are stopped together."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
STOP_AFTER_SECONDS = 20

PREPARATION = (
    ("migrate", "--verbosity=0"),
    ("createcachetable",),
    ("collectstatic", "--noinput", "--verbosity=0"),
    ("demo_data",),
)


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def manage(*arguments: str) -> list[str]:
    return [sys.executable, str(HERE / "manage.py"), *arguments]


def prepare(environment: dict[str, str]) -> None:
    for arguments in PREPARATION:
        if subprocess.run(manage(*arguments), env=environment, cwd=HERE).returncode != 0:
            sys.exit(f"Die Vorbereitung ist abgebrochen: manage.py {arguments[0]} ist gescheitert.")


def refuse_taken_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            sys.exit(f"Der Port {port} ist belegt. Bitte wählen Sie einen anderen: make demo PORT={port + 1}")


def commands(port: int) -> list[list[str]]:
    web = [sys.executable, "-m", "gunicorn", "verein.wsgi", "--bind", f"127.0.0.1:{port}"]
    return [
        [*web, "--workers", "2", "--threads", "4", "--timeout", "120", "--log-level", "warning"],
        manage("db_worker", "--no-startup-delay", "--verbosity=0"),
    ]


def wait_until_answering(url: str, processes: list[subprocess.Popen[bytes]]) -> bool:
    while all(process.poll() is None for process in processes):
        try:
            urllib.request.urlopen(url, timeout=5)
            return True
        except urllib.error.HTTPError:
            return True
        except OSError:
            time.sleep(0.2)
    return False


def stop(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + STOP_AFTER_SECONDS
    for process in processes:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def serve(port: int, environment: dict[str, str]) -> int:
    url = f"http://127.0.0.1:{port}"
    processes: list[subprocess.Popen[bytes]] = []
    try:
        for command in commands(port):
            processes.append(subprocess.Popen(command, env=environment, cwd=HERE, start_new_session=True))
        if wait_until_answering(url, processes):
            say(f"\n  Die Demo läuft: {url}\n  Beenden mit Strg+C.\n")
        while all(process.poll() is None for process in processes):
            time.sleep(0.3)
    except KeyboardInterrupt:
        say("\nDie Demo wird beendet …")
        return 0
    finally:
        stop(processes)
    say("Die Demo ist beendet, weil Webserver oder Hintergrunddienst nicht mehr läuft.")
    return 1


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def main() -> int:
    port = int(os.environ.get("PORT") or 8000)
    environment = {"VEREIN_SITE_URL": f"http://127.0.0.1:{port}", **os.environ, "VEREIN_DEMO": "1"}
    for stopping in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(stopping, interrupt)
    refuse_taken_port(port)
    try:
        prepare(environment)
        return serve(port, environment)
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    sys.exit(main())
