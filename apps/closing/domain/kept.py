"""What a year comes to, kept for as long as nothing is added to what it follows from."""

from collections.abc import Callable, Mapping
from hashlib import sha256

from django.core.cache import cache

KEPT = 30 * 24 * 60 * 60  # seconds; only to clear away what nobody asks for any more


def kept[Result](name: str, marks: Mapping[int, str], count: Callable[[int], Result]) -> dict[int, Result]:
    """The result of every year. Its mark says what it follows from: with another mark it is counted anew."""
    keys = {year: f"closing:{name}:{year}:{sha256(mark.encode()).hexdigest()}" for year, mark in marks.items()}
    stored = cache.get_many(keys.values())
    for year, key in keys.items():
        if key not in stored:
            stored[key] = count(year)
            cache.set(key, stored[key], KEPT)
    return {year: stored[key] for year, key in keys.items()}
