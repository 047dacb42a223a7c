"""What a year comes to, kept for as long as nothing is added to what it follows from."""

from collections.abc import Callable, Mapping

from django.core.cache import cache


def kept[Result](name: str, marks: Mapping[int, str], count: Callable[[int], Result]) -> dict[int, Result]:
    """The result of every year. Its mark says what it follows from: with another mark it is counted anew."""
    keys = {year: f"closing:{name}:{year}" for year in marks}
    stored = cache.get_many(keys.values())
    found = {}
    for year, mark in marks.items():
        kept_mark, result = stored.get(keys[year], ("", None))
        if kept_mark != mark:
            result = count(year)
            cache.set(keys[year], (mark, result), timeout=None)
        found[year] = result
    return found
