"""The history of one object: the acts that touched it, and its state on a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from apps.audit.domain.display import Change, Display, Row
from apps.audit.history import HISTORY_TYPES
from apps.audit.models import JournalEntry

DELETED = "-"


@dataclass(frozen=True)
class Step:
    """One act and what it did to the object."""

    entry: JournalEntry
    kinds: tuple[str, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class State:
    """What the object said at the end of a day; without facts it wasn't there."""

    day: date
    facts: list[tuple[str, str]]
    since: datetime | None = None
    was_deleted: bool = False


class Timeline:
    def __init__(self, model: Any, pk: Any) -> None:
        self.model, self.pk = model, pk
        self.history_model = model.history.model

    @cached_property
    def rows(self) -> list[Row]:
        """Every row of the object in the order of writing."""
        rows = self.history_model.objects.filter(**{self.model._meta.pk.attname: self.pk})
        return list(rows.order_by("history_id").values())

    @cached_property
    def display(self) -> Display:
        return Display(self.history_model, self.rows)

    def entries(self) -> models.QuerySet[JournalEntry]:
        """The acts that wrote a row of the object or were about it, newest first."""
        acts = (
            self.history_model.objects.filter(**{self.model._meta.pk.attname: self.pk}).order_by().values("history_act")
        )
        about = Q(subject_type=self.model._meta.label_lower, subject_id=str(self.pk))
        return JournalEntry.objects.filter(about | Q(act__in=acts)).select_related("actor").order_by("-sequence")

    def steps(self, entries: Sequence[JournalEntry]) -> list[Step]:
        """What each of these acts did, field by field."""
        changes: dict[int, list[Change]] = {}
        kinds: dict[int, list[str]] = {}
        for old, new in zip([None, *self.rows], self.rows, strict=False):
            act = new["history_act"]
            kinds.setdefault(act, []).append(str(HISTORY_TYPES[new["history_type"]]))
            before = None if new["history_type"] == "+" else old
            changes.setdefault(act, []).extend(self.display.changes(before, new))
        return [Step(entry, tuple(kinds.get(entry.act, ())), tuple(changes.get(entry.act, ()))) for entry in entries]

    def state_on(self, day: date) -> State:
        """The last row written until the end of that day, local time."""
        end = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
        until = [row for row in self.rows if row["history_date"] < end]
        if not until:
            return State(day, [])
        row = until[-1]
        if row["history_type"] == DELETED:
            return State(day, [], row["history_date"], was_deleted=True)
        return State(day, self.display.facts(row), row["history_date"])


def last_instance(model: Any, pk: Any) -> Any:
    """The object, or what it last was if it has been deleted; None if it never was."""
    try:
        found = model._base_manager.filter(pk=pk).first()
        row = None if found else model.history.filter(**{model._meta.pk.attname: pk}).first()
    except (ValueError, TypeError):
        return None
    return found or (row.instance if row else None)
