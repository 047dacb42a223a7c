"""What waits, and what the year still holds: many counts of different tables in one query."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Count, DecimalField, QuerySet, Sum, Value
from django.db.models.functions import Cast

from apps.core.registries import Duty, Milestone, Waiting

AMOUNT = DecimalField(max_digits=16, decimal_places=2)


def resolve(found: Iterable[Duty | Waiting]) -> list[Duty]:
    """The duties there really are, in their order, with one query for all that had to be counted."""
    parts = list(found)
    counts = iter(count_together([(part.rows, part.amount) for part in parts if isinstance(part, Waiting)]))
    duties = []
    for part in parts:
        if isinstance(part, Duty):
            duties.append(part)
        elif (counted := next(counts))[0]:
            duties.append(part.duty(*counted))
    return duties


def taken(milestones: Iterable[Milestone]) -> list[tuple[Milestone, bool]]:
    """The milestones in the order of the year, each with whether it is done, in one query."""
    steps = sorted(milestones, key=lambda step: step.on)
    counts = count_together([(step.done, "") for step in steps])
    return [(step, count > 0) for step, (count, _total) in zip(steps, counts, strict=True)]


def count_together(parts: Sequence[tuple[QuerySet, str]]) -> list[tuple[int, Decimal]]:
    """Number of rows and sum of an amount for each part, in one query."""
    selects = [summary(place, rows, amount) for place, (rows, amount) in enumerate(parts)]
    if not selects:
        return []
    first, *others = selects
    found = {place: (count, total or Decimal(0)) for place, count, total in first.union(*others, all=True).order_by()}
    return [found.get(place, (0, Decimal(0))) for place in range(len(parts))]


def summary(place: int, rows: QuerySet, amount: str) -> Any:
    total = Sum(amount) if amount else Value(None)
    counted = rows.order_by().values(place=Value(place)).annotate(count=Count("pk"), total=Cast(total, AMOUNT))
    return counted.values_list("place", "count", "total")
