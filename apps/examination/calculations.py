"""A random sample by amount that everybody can draw again."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

METHOD = "mus-1"


@dataclass(frozen=True)
class Hit:
    """An entry in the sample; a large one can be hit more than once."""

    key: int
    hits: int


def start_of(seed: str, interval: int) -> int:
    """The random start within the first interval: SHA-256 of the seed, modulo the interval."""
    return int.from_bytes(sha256(seed.encode()).digest()) % interval


def monetary_unit_sample(amounts: Sequence[tuple[int, int]], *, size: int, seed: str) -> list[Hit]:
    """Draw `size` cents at equal distances with a random start; an entry is in the sample if one of them is its own.

    `amounts`: key and positive amount in cents, in a fixed order. The distance is total / size; to stay in whole
    numbers everything is counted in 1/size cents, where the distance is the total. So an entry of at least the distance
    is always drawn, and every cent has the same chance. With `size` at or above the number of entries all are drawn.
    """
    if any(cents <= 0 for _key, cents in amounts):
        raise ValueError("amounts must be positive")
    if size >= len(amounts):
        return [Hit(key, 1) for key, _cents in amounts]
    if size <= 0:
        return []
    total = sum(cents for _key, cents in amounts)
    start, passed, found = start_of(seed, total), 0, []
    for key, cents in amounts:
        reached = passed + cents * size
        hits = points_below(reached, start, total) - points_below(passed, start, total)
        if hits:
            found.append(Hit(key, hits))
        passed = reached
    return found


def points_below(limit: int, start: int, distance: int) -> int:
    """How many of start, start + distance, start + 2·distance … lie below the limit."""
    return max(0, -((start - limit) // distance)) if limit > start else 0
