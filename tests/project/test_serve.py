import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from verein import serve

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]
ANSWERER = [sys.executable, "-m", "http.server", "--bind", "127.0.0.1"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """Every process that serve() starts."""
    processes: list[subprocess.Popen[bytes]] = []
    popen = subprocess.Popen

    def remember(*arguments: object, **options: object) -> subprocess.Popen[bytes]:
        processes.append(popen(*arguments, **options))  # type: ignore[call-overload]
        return processes[-1]

    monkeypatch.setattr(serve.subprocess, "Popen", remember)
    return processes


def test_a_taken_port_is_refused() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(SystemExit, match="ist belegt"):
            serve.refuse_taken_port(taken.getsockname()[1])


def test_when_one_process_ends_the_other_is_stopped(
    started: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(serve, "HERE", tmp_path)
    monkeypatch.setattr(serve, "commands", lambda port: [SLEEPER, [sys.executable, "-c", "raise SystemExit(3)"]])
    assert serve.serve(free_port(), dict(os.environ)) == 1
    assert [process.poll() for process in started] == [-signal.SIGTERM, 3]


def test_an_interrupt_stops_both(
    started: list[subprocess.Popen[bytes]],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    port = free_port()

    said: list[str] = []

    def interrupt_when_announced(text: str) -> None:
        said.append(text.strip())
        if "läuft" in text:
            raise KeyboardInterrupt

    monkeypatch.setattr(serve, "HERE", tmp_path)
    monkeypatch.setattr(serve, "commands", lambda port: [[*ANSWERER, str(port)], SLEEPER])
    monkeypatch.setattr(serve, "say", interrupt_when_announced)
    began = time.monotonic()
    assert serve.serve(port, dict(os.environ)) == 0
    assert time.monotonic() - began < serve.STOP_AFTER_SECONDS
    assert all(process.poll() is not None for process in started)
    assert said[0].startswith(f"Die Demo läuft: http://127.0.0.1:{port}\n")
