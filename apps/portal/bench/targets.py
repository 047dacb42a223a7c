"""What must hold, beside what was measured.

Times are judged by processor time: on a machine that is shared the clock says more about the neighbours.
"""

from collections.abc import Iterator
from typing import Any

MOST_QUERIES = 20
LIST_CPU_MS = 30
TREASURY_CPU_MS = 200

type Target = tuple[str, float, float]


def judge(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Each target that was measured: found, limit, and whether it is met. The largest association counts."""
    return {name: {"found": found, "limit": limit, "met": found <= limit} for name, found, limit in targets(report)}


def targets(report: dict[str, Any]) -> Iterator[Target]:
    sizes = list(report["members"].values())
    largest: dict[str, Any] = sizes[-1] if sizes else {}
    if "dues" in largest:
        yield from dues_targets(sizes)
    if long := report.get("dues_with_long_journal"):
        yield "issue_times_bare_with_long_journal", long["times_bare"]["cpu_seconds"], 4
    if "bank" in largest:
        yield "import_seconds", largest["bank"]["import_and_match"]["cpu_seconds"], 30
        yield "same_file_again_seconds", largest["bank"]["same_file_again"]["cpu_seconds"], 2
    if "verification" in report:
        yield "verification_seconds", report["verification"]["cpu_seconds"], 5
    if "pages" in largest:
        yield from page_targets([size["pages"] for size in sizes])
    if decade := report.get("decade"):
        pages = decade["pages"].values()
        yield "treasury_page_queries", max(page["queries"] for page in pages), MOST_QUERIES
        yield "treasury_page_cpu_ms", max(page["cpu_ms"] for page in pages), TREASURY_CPU_MS
    if "pdf" in largest:
        yield "warm_share_of_naive_cpu", round(1 / max(size["pdf"]["times_faster_per_core"] for size in sizes), 2), 0.5


def dues_targets(sizes: list[dict[str, Any]]) -> Iterator[Target]:
    idle = [size["dues"]["idle_rerun"] for size in sizes]
    yield "issue_times_bare", sizes[-1]["dues"]["times_bare"]["cpu_seconds"], 4
    yield "idle_rerun_seconds", idle[-1]["cpu_seconds"], 1
    yield "idle_rerun_queries", idle[-1]["queries"], idle[0]["queries"]


def page_targets(sizes: list[dict[str, Any]]) -> Iterator[Target]:
    smallest, largest = sizes[0], sizes[-1]
    yield "page_queries", max(page["queries"] for page in largest.values()), MOST_QUERIES
    yield (
        "pages_with_more_queries_for_more_rows",
        sum(page["queries"] > smallest[name]["queries"] for name, page in largest.items()),
        0,
    )
    yield "list_cpu_ms", max(page["cpu_ms"] for name, page in largest.items() if "list" in name), LIST_CPU_MS
