"""Blocks of a text: ids that stay with a block from version to version, canonical form, hash and rendering."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from typing import Any

from apps.texts.calculations.inline import WORDS
from apps.texts.calculations.markup import RawBlock

LISTS = {"bullet": "ul", "number": "ol"}
SAME_PLACE = 0.4
ELSEWHERE = 0.7


@dataclass(frozen=True)
class Block:
    """One heading, paragraph, list item or quotation."""

    id: str
    kind: str
    level: int
    html: str
    text: str

    @property
    def content(self) -> tuple[str, int, str]:
        return self.kind, self.level, self.html


@dataclass(frozen=True)
class NumberedBlock:
    """A block with its Randnummer; headings have none."""

    block: Block
    number: int | None


def from_json(rows: Iterable[Mapping[str, Any]]) -> list[Block]:
    return [Block(**row) for row in rows]


def to_json(blocks: Iterable[Block]) -> list[dict[str, Any]]:
    return [asdict(block) for block in blocks]


def content_hash(blocks: Iterable[Block | RawBlock]) -> str:
    """SHA-256 over kind, level and HTML of every block in order, as compact JSON. Equal texts have equal hashes."""
    rows = [[block.kind, block.level, block.html] for block in blocks]
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def similarity(one: str, other: str) -> float:
    """Share of words two texts have in common, in order: 0 to 1."""
    return SequenceMatcher(None, WORDS.findall(one), WORDS.findall(other), autojunk=False).ratio()


def assign_ids(
    fresh: Sequence[RawBlock], base: Sequence[Block], *, retired: Sequence[Block] = (), next_number: int = 1
) -> tuple[list[Block], int]:
    """Give the blocks of a new version the ids of the blocks they continue; return them and the next free number.

    Unchanged blocks keep their id where they are, then where they were moved to; edited blocks keep the id of the most
    similar block between the same neighbours, then elsewhere. A block that was deleted in an earlier version and comes back
    word for word gets its old id again (`retired`). All others get a new id, never used before in this text.
    """
    found: dict[int, Block] = {}
    match_unchanged(fresh, base, found)
    match_moved(fresh, base, found)
    match_edited(fresh, base, found)
    match_moved(fresh, retired, found)
    blocks = []
    for index, raw in enumerate(fresh):
        known = found.get(index)
        if known is None:
            block_id, next_number = f"b{next_number}", next_number + 1
        else:
            block_id = known.id
        blocks.append(Block(block_id, raw.kind, raw.level, raw.html, raw.text))
    return blocks, next_number


def used_ids(found: Mapping[int, Block]) -> set[str]:
    return {block.id for block in found.values()}


def match_unchanged(fresh: Sequence[RawBlock], base: Sequence[Block], found: dict[int, Block]) -> None:
    keys = [(raw.kind, raw.level, raw.html) for raw in fresh]
    matcher = SequenceMatcher(None, [block.content for block in base], keys, autojunk=False)
    for old, new, size in matcher.get_matching_blocks():
        for offset in range(size):
            found[new + offset] = base[old + offset]


def match_moved(fresh: Sequence[RawBlock], known: Sequence[Block], found: dict[int, Block]) -> None:
    used = used_ids(found)
    waiting: dict[str, list[Block]] = {}
    for block in known:
        if block.id not in used:
            waiting.setdefault(block.text, []).append(block)
            used.add(block.id)
    for index, raw in enumerate(fresh):
        if index not in found and waiting.get(raw.text):
            found[index] = waiting[raw.text].pop(0)


def match_edited(fresh: Sequence[RawBlock], base: Sequence[Block], found: dict[int, Block]) -> None:
    """Best pairs first; neighbours count as the same place, so that a thoroughly edited paragraph keeps its id."""
    used = used_ids(found)
    places = {block.id: place for place, block in enumerate(base)}
    open_old = [block for block in base if block.id not in used]
    pairs = []
    for index, raw in enumerate(fresh):
        if index in found:
            continue
        low, high = gap(index, found, places, len(fresh), len(base))
        for block in open_old:
            here = low < places[block.id] < high
            score = similarity(block.text, raw.text)
            if score >= (SAME_PLACE if here else ELSEWHERE):
                pairs.append((score + here, -index, -places[block.id], index, block))
    for _score, _index, _place, index, block in sorted(pairs, key=lambda pair: pair[:3], reverse=True):
        if index not in found and block.id not in used:
            found[index] = block
            used.add(block.id)


def gap(
    index: int, found: Mapping[int, Block], places: Mapping[str, int], fresh_size: int, base_size: int
) -> tuple[int, int]:
    """Places in the base between which the block at `index` would have stood."""
    before = next((places[found[at].id] for at in range(index - 1, -1, -1) if at in found), -1)
    after = next((places[found[at].id] for at in range(index + 1, fresh_size) if at in found), base_size)
    return before, after


def number_margins(blocks: Iterable[Block]) -> list[NumberedBlock]:
    """Randnummern: every block but headings, from 1; derived, never stored."""
    numbered, number = [], 0
    for block in blocks:
        number += block.kind != "heading"
        numbered.append(NumberedBlock(block, None if block.kind == "heading" else number))
    return numbered


def render(blocks: Sequence[Block | RawBlock], *, shift: int = 0, numbered: bool = False) -> str:
    """HTML of a text. `shift` lowers the headings where the text stands below another one; `numbered` adds Randnummern."""
    parts: list[str] = []
    open_lists: list[str] = []
    number = 0
    for block in blocks:
        level = block.level if block.kind in LISTS else 0
        close_lists(parts, open_lists, level, block.kind)
        number += block.kind != "heading"
        mark = f'<span class="margin-number" id="rn-{number}">{number}</span> ' if numbered else ""
        if level:
            open_item(parts, open_lists, block, mark)
        elif block.kind == "heading":
            tag = f"h{block.level + shift}"
            parts.append(f"<{tag}>{block.html}</{tag}>")
        elif block.kind == "quote":
            parts.append(f"<blockquote><p>{mark}{block.html}</p></blockquote>")
        else:
            parts.append(f"<p>{mark}{block.html}</p>")
    close_lists(parts, open_lists, 0, "")
    return "".join(parts)


def close_lists(parts: list[str], open_lists: list[str], level: int, kind: str) -> None:
    """Close the lists that end before a block of this level and kind."""
    while open_lists and (len(open_lists) > level or (len(open_lists) == level and open_lists[-1] != LISTS[kind])):
        parts.append(f"</li></{open_lists.pop()}>")


def open_item(parts: list[str], open_lists: list[str], block: Block | RawBlock, mark: str) -> None:
    if len(open_lists) == block.level:
        parts.append("</li>")
    while len(open_lists) < block.level:
        open_lists.append(LISTS[block.kind])
        parts.append(f"<{open_lists[-1]}>")
    parts.append(f"<li>{mark}{block.html}")


def plain_text(blocks: Iterable[Block | RawBlock]) -> str:
    """Text without formatting, one paragraph per block; for search and e-mail."""
    return "\n\n".join(block.text for block in blocks)
