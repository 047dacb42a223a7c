"""What the start page would show of duties or of steps of the year alone."""

from collections.abc import Iterable

from apps.core.registries import Duty, Milestone, Waiting
from apps.core.waiting import count_together, duties_of, parts_of, steps_of


def resolve(found: Iterable[Duty | Waiting]) -> list[Duty]:
    """The duties there really are, in their order, with one query for all that had to be counted."""
    parts = list(found)
    return duties_of(parts, count_together([part for part in parts if isinstance(part, Waiting)]))


def taken(milestones: Iterable[Milestone]) -> list[tuple[Milestone, bool]]:
    """The milestones in the order of the year, each with whether it is done, in one query."""
    steps = list(milestones)
    return steps_of(steps, count_together(parts_of(steps)))
