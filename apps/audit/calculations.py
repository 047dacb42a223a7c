"""Canonical text, hashes and keyed MACs of the journal: pure, the same on every database."""

import hmac
import json
import secrets
from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import Any

FIRST_HASH = "0" * 64
MARK_LENGTH = 8
_EPOCH_MS = 1_577_836_800_000

canonical: Callable[[Any], str] = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), sort_keys=True, check_circular=False
).encode


def new_act_id(now_ms: int) -> int:
    """A positive 63-bit number, growing with time: milliseconds since 2020, then 22 random bits."""
    return (now_ms - _EPOCH_MS) << 22 | secrets.randbits(22)


def new_salt() -> str:
    return secrets.token_hex(16)


def keyed_mac(salt: str, text: str) -> str:
    """HMAC-SHA-256 of `text`. Once the salt is gone nobody can find the text again by trying."""
    return hmac.digest(salt.encode(), text.encode(), "sha256").hex()


def text_hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def row_hash(values: list[Any]) -> bytes:
    return sha256(canonical(values).encode()).digest()


def rows_digest(hashes: bytes | bytearray) -> str:
    """Digest over the row hashes (32 bytes each) of one act in one table, in the order of their numbers."""
    return sha256(hashes).hexdigest()


def row_marks(hashes: bytes | bytearray) -> str:
    """The first four bytes of every row hash: they tell which row of an act was touched."""
    text = hashes.hex()
    return "".join(text[start : start + MARK_LENGTH] for start in range(0, len(text), 64))


def rows_fragment(label: str, shape: str, hashes: bytes | bytearray) -> str:
    """`"table":[count,digest,shape,marks]`, as it stands in `JournalEntry.rows`."""
    return f'"{label}":[{len(hashes) // 32},"{rows_digest(hashes)}","{shape}","{row_marks(hashes)}"]'


def rows_text(fragments: Iterable[str]) -> str:
    return "{" + ",".join(sorted(fragments)) + "}"


def erasable_text(subject_label: str, reason: str, data: str) -> str:
    """What the MAC of an entry covers: what may name a person and can be erased."""
    return f"{len(subject_label)}:{subject_label}{len(reason)}:{reason}{data}"


def entry_hash(
    sequence: int,
    at: str,
    actor_id: int | None,
    verb: str,
    subject_type: str,
    subject_id: str,
    act: int,
    data_mac: str,
    rows: str,
    previous_hash: str,
) -> str:
    """Hash of an entry over everything but the reason, the data and their key, which may be erased later.

    Ten lines; none of the values holds a line break, so that no two entries give the same text.
    """
    actor = "" if actor_id is None else actor_id
    return text_hash(
        f"{sequence}\n{at}\n{actor}\n{verb}\n{subject_type}\n{subject_id}\n{act}\n{data_mac}\n{rows}\n{previous_hash}"
    )
