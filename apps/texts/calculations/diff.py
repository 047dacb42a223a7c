"""What changed between two versions: blocks by their id, words inside a block."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from apps.texts.calculations.blocks import Block
from apps.texts.calculations.inline import Token, read_inline, write_inline

REPLACED_BELOW = 0.35


class Change(StrEnum):
    SAME = "same"
    EDITED = "edited"
    MOVED = "moved"
    MOVED_EDITED = "moved_edited"
    INSERTED = "inserted"
    DELETED = "deleted"


@dataclass(frozen=True)
class Part:
    """A run of words: `op` is same, inserted or deleted."""

    op: str
    tokens: tuple[Token, ...]

    @property
    def html(self) -> str:
        return write_inline(self.tokens)


@dataclass(frozen=True)
class BlockChange:
    """One block of the comparison, in the order of the new text; deleted blocks stand where they stood."""

    change: Change
    block: Block
    parts: tuple[Part, ...]


def compare_words(old_html: str, new_html: str) -> tuple[Part, ...]:
    """Word diff of two inline texts. Formatting belongs to a word, so a word set in bold is shown as changed."""
    old, new = read_inline(old_html), read_inline(new_html)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < REPLACED_BELOW:
        return tuple(Part(op, tuple(tokens)) for op, tokens in (("deleted", old), ("inserted", new)) if tokens)
    parts: list[Part] = []
    for op, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if op == "equal":
            parts.append(Part("same", tuple(new[new_from:new_to])))
            continue
        if old_to > old_from:
            parts.append(Part("deleted", tuple(old[old_from:old_to])))
        if new_to > new_from:
            parts.append(Part("inserted", tuple(new[new_from:new_to])))
    return tuple(parts)


def apply_parts(parts: Sequence[Part]) -> str:
    """The new text that a word diff leads to."""
    return write_inline([token for part in parts if part.op != "deleted" for token in part.tokens])


def revert_parts(parts: Sequence[Part]) -> str:
    """The old text that a word diff came from."""
    return write_inline([token for part in parts if part.op != "inserted" for token in part.tokens])


def kept_in_order(places: Sequence[int]) -> set[int]:
    """Longest increasing run of `places` (patience sorting): those blocks stayed, all others were moved."""
    tails: list[int] = []
    at: list[int] = []
    previous: list[int | None] = []
    for index, place in enumerate(places):
        position = bisect_left(tails, place)
        previous.append(at[position - 1] if position else None)
        tails[position : position + 1] = [place]
        at[position : position + 1] = [index]
    kept: set[int] = set()
    index_or_none = at[-1] if at else None
    while index_or_none is not None:
        kept.add(places[index_or_none])
        index_or_none = previous[index_or_none]
    return kept


def compare(old: Sequence[Block], new: Sequence[Block]) -> list[BlockChange]:
    """Align two versions by block id and say what became of every block."""
    old_places = {block.id: place for place, block in enumerate(old)}
    new_ids = {block.id for block in new}
    stayed = kept_in_order([old_places[block.id] for block in new if block.id in old_places])
    changes = deleted_from(old, 0, new_ids, stayed)
    for block in new:
        place = old_places.get(block.id)
        if place is None:
            changes.append(BlockChange(Change.INSERTED, block, whole("inserted", block)))
            continue
        changes.append(continued(old[place], block, moved=place not in stayed))
        if place in stayed:
            changes += deleted_from(old, place + 1, new_ids, stayed)
    return changes


def deleted_from(old: Sequence[Block], start: int, new_ids: set[str], stayed: set[int]) -> list[BlockChange]:
    """Deleted blocks from `start` up to the next block that stayed in place."""
    changes = []
    for place in range(start, len(old)):
        if place in stayed:
            break
        if old[place].id not in new_ids:
            changes.append(BlockChange(Change.DELETED, old[place], whole("deleted", old[place])))
    return changes


def continued(old: Block, new: Block, *, moved: bool) -> BlockChange:
    if old.content == new.content:
        change = Change.MOVED if moved else Change.SAME
        return BlockChange(change, new, whole("same", new))
    change = Change.MOVED_EDITED if moved else Change.EDITED
    return BlockChange(change, new, compare_words(old.html, new.html))


def whole(op: str, block: Block) -> tuple[Part, ...]:
    return (Part(op, tuple(read_inline(block.html))),)
