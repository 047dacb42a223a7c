"""The journal of acts: everything written inside `with act(…)` belongs to one entry of the chain."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from apps.audit.calculations import (
    entry_hash,
    erasable_text,
    keyed_mac,
    new_act_id,
    new_salt,
    rows_fragment,
    rows_text,
)
from apps.audit.encoding import data_text, moment_text, read_rows, shape_of
from apps.audit.models import JournalEntry, JournalHead
from apps.audit.verbs import require_verb

_last_id, _id_lock = 0, Lock()


def _next_id() -> int:
    """Numbers of one process only grow, so that no two of its acts share one, however many fall on one millisecond."""
    global _last_id
    with _id_lock:
        _last_id = max(_last_id + 1, new_act_id(time.time_ns() // 1_000_000))
        return _last_id


@dataclass
class Act:
    """The act that is going on; `subject` and `data` may be filled until it ends."""

    verb: str
    subject: models.Model | None
    by: Any
    reason: str
    data: dict[str, Any]
    id: int = field(default_factory=_next_id)
    at: datetime = field(default_factory=timezone.now)
    tables: set[type[models.Model]] = field(default_factory=set)
    entry: JournalEntry | None = None

    @property
    def actor_id(self) -> Any:
        return getattr(self.by, "pk", None)


_acts: ContextVar[tuple[Act, ...]] = ContextVar("acts", default=())


def current_act() -> Act | None:
    """The innermost act that is going on."""
    acts = _acts.get()
    return acts[-1] if acts else None


@contextmanager
def act(
    verb: str,
    subject: models.Model | None = None,
    *,
    by: Any,
    reason: str = "",
    data: dict[str, Any] | None = None,
) -> Iterator[Act]:
    """Record what happens inside as one journal entry by `by` (None: the system), which covers all history rows written.

    Needs an open transaction. If the block fails, what it wrote is rolled back with it. An act inside an act makes its own entry.
    """
    require_verb(verb)
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"act({verb!r}) needs a transaction")
    going_on = Act(verb, subject, by, reason, dict(data or {}))
    with transaction.atomic():
        token = _acts.set((*_acts.get(), going_on))
        try:
            yield going_on
        finally:
            _acts.reset(token)
        going_on.entry = append_entry(going_on)


def append_entry(done: Act) -> JournalEntry:
    """Append the entry of an act at the end of the chain; the end stays locked until the transaction ends."""
    rows = rows_text(written_rows(done))
    head = JournalHead.locked()
    entry = chained_entry(done, rows, head.sequence + 1, head.hash)
    entry.save(force_insert=True)
    JournalHead.objects.filter(pk=head.pk).update(sequence=entry.sequence, hash=entry.hash)
    return entry


def chained_entry(done: Act, rows: str, sequence: int, previous_hash: str) -> JournalEntry:
    """The entry of an act that wrote `rows`, unsaved, as successor of the one with `previous_hash`."""
    label = str(done.subject)[:200] if done.subject else ""
    data, salt = data_text(done.data), new_salt()
    entry = JournalEntry(
        sequence=sequence,
        at=done.at,
        actor_id=done.actor_id,
        verb=done.verb,
        subject_type=done.subject._meta.label_lower if done.subject else "",
        subject_id=str(done.subject.pk) if done.subject else "",
        subject_label=label,
        act=done.id,
        reason=done.reason,
        data=data,
        data_key=salt,
        data_mac=keyed_mac(salt, erasable_text(label, done.reason, data)),
        rows=rows,
        previous_hash=previous_hash,
    )
    entry.hash = entry_hash(
        entry.sequence,
        moment_text(entry.at),
        entry.actor_id,
        entry.verb,
        entry.subject_type,
        entry.subject_id,
        entry.act,
        entry.data_mac,
        entry.rows,
        entry.previous_hash,
    )
    return entry


def written_rows(done: Act) -> Iterator[str]:
    """Read back what the act wrote, as the database keeps it, one fragment per history table."""
    for model in done.tables:
        shape = shape_of(model)
        hashes = bytearray()
        for row in read_rows(shape.select_act(done.id)):
            if not shape.personal_matches(row):
                raise RuntimeError(f"{shape.label} {row[0]}: the stored personal values differ from the given ones")
            hashes += shape.hash(row)
        if hashes:
            yield rows_fragment(shape.label, shape.digest, hashes)
