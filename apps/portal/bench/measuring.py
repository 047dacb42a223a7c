"""Seconds on the clock, seconds of processor time and queries of a piece of work."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection


@dataclass(frozen=True)
class Measured:
    """`cpu_seconds` is what this process and the database's process for it worked; the clock counts the neighbours as well."""

    seconds: float
    cpu_seconds: float
    queries: int
    result: Any = None

    def figures(self) -> dict[str, float]:
        return {"seconds": round(self.seconds, 3), "cpu_seconds": round(self.cpu_seconds, 3)}


class Counter:
    """Counts every statement that is sent to the database."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Callable[..., Any], *arguments: Any) -> Any:
        self.count += 1
        return execute(*arguments)


def measured(work: Callable[[], Any]) -> Measured:
    processor = processor_clock()
    counter = Counter()
    with connection.execute_wrapper(counter):
        clock, worked = time.perf_counter(), processor()
        result = work()
        worked, clock = processor() - worked, time.perf_counter() - clock
    return Measured(clock, worked, counter.count, result)


def processor_clock() -> Callable[[], float]:
    """Return a clock of processor time; it includes PostgreSQL's process for us if the server runs on this machine."""
    connection.ensure_connection()
    backend = connection.connection.info.backend_pid if connection.vendor == "postgresql" else 0
    account = Path(f"/proc/{backend}/stat")
    if not backend or not account.exists():
        return time.process_time
    ticks = os.sysconf("SC_CLK_TCK")

    def both() -> float:
        user, system = account.read_text().rpartition(")")[2].split()[11:13]
        return time.process_time() + (int(user) + int(system)) / ticks

    return both
