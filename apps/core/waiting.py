"""What waits, and what the year still holds: many counts of different tables in one query."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    DateField,
    DecimalField,
    Exists,
    Min,
    QuerySet,
    Sum,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast

from apps.core.registries import Duty, Found, Milestone, Waiting

AMOUNT = DecimalField(max_digits=16, decimal_places=2)
DONE = 1


class Nothing(Value):
    """No value of some type: PostgreSQL matches the columns of a union by their types."""

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, tuple[()]]:
        return f"NULL::{self.output_field.db_type(connection)}", ()


def of_the_day(build: Callable[[date], Iterable[Waiting]]) -> Callable[[date], Sequence[Waiting]]:
    """What depends on nothing but the day is built once a day in each process: building so many queries takes as long as asking them.

    `build` reads no rows. What it yields holds none either; it is asked anew whenever the page comes.
    """
    return lru_cache(maxsize=1)(lambda day: tuple(build(day)))


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
    """What has to be counted for each step: what makes it needed, and beside it whether it is done; or only what is done."""
    return [
        Waiting(step.done)
        if step.needed is None
        else Waiting(step.needed, first=Case(When(Exists(step.done), then=DONE), default=0))
        for step in steps
    ]


def steps_of(steps: Iterable[Milestone], counted: Iterable[Found]) -> list[tuple[Milestone, bool]]:
    """`counted` belongs to `parts_of` the same steps."""
    judged = [
        (step, found.count > 0 if step.needed is None else found.first == DONE)
        for step, found in zip(steps, counted, strict=False)
        if step.needed is None or found.count
    ]
    return sorted(judged, key=lambda pair: pair[0].on)


def count_together(parts: Sequence[Waiting]) -> list[Found]:
    """What is found of each part, in one query."""
    selects = [summary(place, part) for place, part in enumerate(parts)]
    if not selects:
        return []
    one, *others = selects
    found = {
        row["found_part"]: Found(
            row["found"],
            row["found_total"] or Decimal(0),
            row["found_first"] or 0,
            row["found_day"],
            row["found_name"] or "",
        )
        for row in one.union(*others, all=True).order_by()
    }
    return [found.get(place, Found(0)) for place in range(len(parts))]


def summary(place: int, part: Waiting) -> QuerySet[Any, dict[str, Any]]:
    def told(aggregate: Any, value: Any, output: Any) -> Cast | Nothing:
        return Nothing(None, output) if value is None else Cast(aggregate(value), output)

    return (
        part.rows.order_by()
        .values(found_part=Value(place))
        .annotate(
            found=Count("*"),
            found_total=told(Sum, part.amount, AMOUNT),
            found_first=told(Min, part.first, BigIntegerField()),
            found_day=told(Min, part.day, DateField()),
            found_name=told(Min, part.name, TextField()),
        )
    )
