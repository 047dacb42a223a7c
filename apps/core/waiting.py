"""What waits, and what the year still holds: many counts of different tables in one query."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import BigIntegerField, Count, DateField, DecimalField, Min, QuerySet, Sum, TextField, Value
from django.db.models.functions import Cast

from apps.core.registries import Duty, Found, Milestone, Waiting

AMOUNT = DecimalField(max_digits=16, decimal_places=2)


def duties_of(parts: Iterable[Duty | Waiting], counted: Iterable[Found]) -> list[Duty]:
    """`counted` belongs to the parts that wait, one after the other."""
    counts, duties = iter(counted), []
    for part in parts:
        if isinstance(part, Duty):
            duties.append(part)
        elif (rows := next(counts)).count and (duty := part.duty(rows)):
            duties.append(duty)
    return duties


def parts_of(steps: Iterable[Milestone]) -> list[Waiting]:
    """What has to be counted for each step: whether it is needed, and whether it is done."""
    asked = [rows for step in steps for rows in (step.needed, step.done) if rows is not None]
    return [Waiting(rows) for rows in asked]


def steps_of(steps: Iterable[Milestone], counted: Iterable[Found]) -> list[tuple[Milestone, bool]]:
    """`counted` belongs to `parts_of` the same steps."""
    counts, judged = iter(counted), []
    for step in steps:
        needed = step.needed is None or next(counts).count > 0
        done = next(counts).count > 0
        if needed:
            judged.append((step, done))
    return sorted(judged, key=lambda pair: pair[0].on)


def count_together(parts: Sequence[Waiting]) -> list[Found]:
    """What is found of each part, in one query."""
    selects = [summary(place, part) for place, part in enumerate(parts)]
    if not selects:
        return []
    one, *others = selects
    found = {
        place: Found(count, total or Decimal(0), first or 0, day, name or "")
        for place, count, total, first, day, name in one.union(*others, all=True).order_by()
    }
    return [found.get(place, Found(0)) for place in range(len(parts))]


def summary(
    place: int, part: Waiting
) -> QuerySet[Any, tuple[int, int, Decimal | None, int | None, date | None, str | None]]:
    def cast(aggregate: Any, value: Any, output: Any) -> Cast | Value:
        """The first part of the query gives the columns their types: there even nothing needs one."""
        if value is None and place:
            return Value(None, output)
        return Cast(Value(None) if value is None else aggregate(value), output)

    return (
        part.rows.order_by()
        .values(found_part=Value(place))
        .annotate(
            found=Count("*"),
            found_total=cast(Sum, part.amount, AMOUNT),
            found_first=cast(Min, part.first, BigIntegerField()),
            found_day=cast(Min, part.day, DateField()),
            found_name=cast(Min, part.name, TextField()),
        )
        .values_list("found_part", "found", "found_total", "found_first", "found_day", "found_name")
    )
