"""A long journal: genuine entries, each covering one history row, written set-based; and the walk over all of it."""

import time
from collections.abc import Iterator
from itertools import batched, cycle, islice
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.acts import Act, chained_entry
from apps.audit.calculations import new_act_id, rows_fragment, rows_text
from apps.audit.domain.verification import verify
from apps.audit.encoding import shape_of, stream_rows
from apps.audit.models import JournalEntry, JournalHead
from apps.audit.verbs import SAVED
from apps.members.models import Membership
from apps.portal.bench.measuring import measured

CHUNK = 10_000


def measure_verification(entries: int, *, by: User) -> dict[str, Any]:
    """Fill the journal up to `entries` and walk over it."""
    lengthen(entries - JournalEntry.objects.count(), by=by)
    walk = measured(verify)
    report = walk.result
    return {
        "entries": report.entries,
        "history_rows": report.rows,
        "breaks": len(report.breaks),
        **walk.figures(),
        "queries": walk.queries,
    }


def lengthen(count: int, *, by: User) -> None:
    """Append `count` acts, as if somebody had saved one membership after the other, the chain unbroken."""
    memberships = cycle(list(Membership.objects.select_related("city")[:CHUNK]))
    start = time.time_ns() // 1_000_000 - count
    acts = (
        Act(SAVED, membership, by, "", {}, id=new_act_id(start + place))
        for place, membership in enumerate(islice(memberships, max(count, 0)))
    )
    for chunk in batched(acts, CHUNK):
        append(chunk)


@transaction.atomic
def append(acts: tuple[Act, ...]) -> None:
    fragments = dict(write_history(acts))
    head = JournalHead.locked()
    entries, sequence, previous = [], head.sequence, head.hash
    for done in acts:
        sequence += 1
        entry = chained_entry(done, rows_text([fragments[done.id]]), sequence, previous)
        entries.append(entry)
        previous = entry.hash
    JournalEntry.objects.bulk_create(entries, batch_size=1000)
    JournalHead.objects.filter(pk=head.pk).update(sequence=sequence, hash=previous)


def write_history(acts: tuple[Act, ...]) -> Iterator[tuple[int, str]]:
    """One history row for each act; yield what the journal says of it, as the database keeps it."""
    history: Any = Membership.history.model  # type: ignore[attr-defined]
    now = timezone.now()
    fields = [field.attname for field in history.tracked_fields]
    history.objects.bulk_create(
        [
            history(
                history_act=done.id,
                history_date=now,
                history_type="~",
                history_user_id=done.actor_id,
                **{name: getattr(done.subject, name) for name in fields},
            )
            for done in acts
        ],
        batch_size=1000,
    )
    shape = shape_of(history)
    between = f"history_act BETWEEN {acts[0].id:d} AND {acts[-1].id:d}"
    for row in stream_rows(f"{shape.select} WHERE {between} ORDER BY history_id"):
        yield row[1], rows_fragment(shape.label, shape.digest, shape.hash(row))
