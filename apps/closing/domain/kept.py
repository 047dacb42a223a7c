"""What a year comes to, kept for as long as nothing is added to what it follows from."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.core.cache import cache


def kept[Result](
    name: str, marks: Mapping[int, str], count: Callable[[int], Result], stored: Mapping[str, Any] | None = None
) -> dict[int, Result]:
    """The result of every year. Its mark says what it follows from: with another mark it is counted anew.

    `stored`: what `read_kept` found, if these years were among what it read.
    """
    stored = read_kept((name, year) for year in marks) if stored is None else stored
    found = {}
    for year, mark in marks.items():
        kept_mark, result = stored.get(key_of(name, year), ("", None))
        if kept_mark != mark:
            result = count(year)
            cache.set(key_of(name, year), (mark, result), timeout=None)
        found[year] = result
    return found


def read_kept(wanted: Iterable[tuple[str, int]]) -> dict[str, Any]:
    """Several results at once, whether they still hold or not."""
    return cache.get_many([key_of(name, year) for name, year in wanted])


SHAPE = 1  # to be raised when what is kept is counted or built otherwise


def key_of(name: str, year: int) -> str:
    return f"closing:{SHAPE}:{name}:{year}"
