"""What a rule means, in German: a table with the day from which each sentence holds."""

import csv
from datetime import date
from functools import cache
from pathlib import Path

TABLE = Path(__file__).parent / "data" / "explanations.csv"


@cache
def table() -> dict[str, list[tuple[date, str]]]:
    """Sentences by rule, newest first; a rule that ends in `*` stands for all that begin so."""
    found: dict[str, list[tuple[date, str]]] = {}
    with TABLE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter=";"):
            found.setdefault(row["rule"], []).append((date.fromisoformat(row["valid_from"]), row["text"]))
    for sentences in found.values():
        sentences.sort(reverse=True)
    return found


def explanation(rule: str, on: date | None = None) -> str:
    """The sentence for a rule that holds on the day (default: the newest); empty if the table has none."""
    families = (
        name for name in sorted(table(), key=len, reverse=True) if name.endswith("*") and rule.startswith(name[:-1])
    )
    for name in (rule, *families):
        for valid_from, text in table().get(name, ()):
            if on is None or valid_from <= on:
                return text
    return ""
