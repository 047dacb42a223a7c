"""Print on all cores: worker processes forked from a clean server process that holds WeasyPrint and nothing of ours."""

import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import connection, forkserver
from pathlib import Path

from apps.pdf.fonts import only_these_fonts
from apps.pdf.press import Press, Sheet

AHEAD = 2

press: Press


def cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def print_all(sheets: Iterable[Sheet], *, font_configuration: Path, workers: int) -> Iterator[bytes]:
    """Yield the PDF of every sheet in their order; at most `AHEAD` sheets per worker are taken from the source in advance."""
    pool = start_pool(workers, font_configuration)
    pending: deque[Future[bytes]] = deque()
    try:
        for sheet in sheets:
            pending.append(pool.submit(print_one, sheet))
            if len(pending) >= AHEAD * workers:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def start_pool(workers: int, font_configuration: Path) -> ProcessPoolExecutor:
    """Return warm workers. They are forked from a server process that was started clean: no connection of ours is inherited."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["weasyprint"])
    with only_these_fonts(font_configuration):
        forkserver.ensure_running()
    return ProcessPoolExecutor(workers, context, initializer=start_worker, initargs=(font_configuration,))


def start_worker(font_configuration: Path) -> None:
    global press
    threading.Thread(target=end_with_parent, daemon=True).start()
    press = Press(font_configuration)
    press.warm_up()


def end_with_parent() -> None:
    """A worker whose parent was killed has nobody to print for: end with it."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def print_one(sheet: Sheet) -> bytes:
    return press.print(sheet)
