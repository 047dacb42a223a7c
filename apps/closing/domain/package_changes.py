"""Acts and changes in the auditor's package, told so that everybody can calculate their hashes again."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import Max, Min, Q
from django.utils import timezone

from apps.audit.domain.coverage import older_shape
from apps.audit.encoding import Shape, moment_text, shape_of, stream_rows
from apps.audit.history import HISTORY_TYPES, history_models
from apps.audit.models import JournalEntry
from apps.ledger.models import Entry

TOLD_APPS = {
    "ledger", "banking", "dues", "budget", "closing", "vouchers", "dunning", "payments", "organisation", "members",
}  # fmt: skip
KEY, ACT, VALUES = 0, 1, 2  # where they stand in a row of a shape


@dataclass(frozen=True)
class Span:
    """The year, and the first and last number of the acts that are told: none between them is missing."""

    year: int
    first: int
    last: int

    @classmethod
    def until(cls, year: int, moment: datetime) -> "Span":
        """From the beginning of the year, or the first act that posted an entry of it, up to a moment."""
        start = timezone.make_aware(datetime.combine(date(year, 1, 1), time()))
        posted = Entry.history.filter(year=year).aggregate(act=Min("history_act"))["act"]
        acts = JournalEntry.objects.filter(at__lte=moment)
        first = acts.filter(Q(at__gte=start) | Q(act=posted)).aggregate(first=Min("sequence"))["first"]
        last = acts.aggregate(last=Max("sequence"))["last"]
        return cls(year, first or 1, last or 0)

    @property
    def acts(self) -> Any:
        return JournalEntry.objects.filter(sequence__gte=self.first, sequence__lte=self.last).order_by("sequence")


def told_shapes() -> list[Shape]:
    return [shape_of(model) for model in history_models() if model._meta.app_label in TOLD_APPS]


def told_tables() -> list[str]:
    return [shape.label for shape in told_shapes()]


def act_rows(span: Span) -> Iterator[Sequence[Any]]:
    for act in span.acts.select_related("actor").iterator():
        yield (
            act.sequence, act.at, act.actor or "", act.label, act.verb, act.subject_type, act.subject_id, act.act,
            moment_text(act.at), act.actor_id or "", act.data_mac, act.rows, act.previous_hash, act.hash,
        )  # fmt: skip


def change_rows(span: Span) -> Iterator[Sequence[Any]]:
    """Every state of every record of the money, the members and the association, without personal fields."""
    older = older_acts(span)
    for newest in told_shapes():
        elsewhere = {act for acts in older[newest.label].values() for act in acts}
        yield from shape_rows(span, newest, lambda act, told=elsewhere: act not in told)
        for digest, acts in sorted(older[newest.label].items()):
            yield from shape_rows(span, older_shape(newest, digest) or newest, acts.__contains__)


def older_acts(span: Span) -> dict[str, dict[str, set[int]]]:
    """By table and shape the acts that wrote when the table still had other columns."""
    newest = {shape.label: shape.digest for shape in told_shapes()}
    found: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for act, rows in span.acts.values_list("act", "rows").iterator():
        for label, (_count, _digest, shape, _marks) in json.loads(rows).items():
            if newest.get(label, shape) != shape:
                found[label][shape].add(act)
    return found


def shape_rows(span: Span, shape: Shape, wanted: Any) -> Iterator[Sequence[Any]]:
    name = shape.model.instance_type._meta.verbose_name  # type: ignore[attr-defined]
    kind, moment = (shape.columns.index(column) for column in ("history_type", "history_date"))
    key = shape.columns.index(shape.model.instance_type._meta.pk.column)  # type: ignore[attr-defined]
    told = f"SELECT act FROM {JournalEntry._meta.db_table} WHERE sequence BETWEEN {span.first:d} AND {span.last:d}"  # noqa: S608
    for row in stream_rows(f"{shape.select} WHERE history_act IN ({told}) ORDER BY history_id"):
        if wanted(row[ACT]):
            values = shape.hashed(row)[VALUES:]
            yield (
                name, shape.label, values[key], HISTORY_TYPES[values[kind]], values[moment], row[ACT], row[KEY],
                json.dumps(dict(zip(shape.columns, values, strict=True)), ensure_ascii=False),
            )  # fmt: skip
