"""What the pages of the journal ask."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from apps.audit.domain.display import Change, Display, instances
from apps.audit.history import HISTORY_TYPES, history_models
from apps.audit.models import JournalEntry
from apps.audit.verbs import verb_choices

# Rows of one table that the page of an entry shows.
SHOWN_ROWS = 50


@dataclass(frozen=True)
class WrittenRow:
    """A history row of an act with the object it describes."""

    name: str
    url: str
    kind: str
    changes: list[Change]


@dataclass(frozen=True)
class WrittenTable:
    label: str
    count: int
    rows: list[WrittenRow]

    @property
    def more(self) -> int:
        return self.count - len(self.rows)


def matching(entries: models.QuerySet[JournalEntry], query: str) -> models.QuerySet[JournalEntry]:
    """Entries whose words, reason, subject or person hold every word of the query."""
    for word in query.split():
        verbs = [verb for verb, label in verb_choices() if word.casefold() in label.casefold()]
        hits = Q(verb__in=verbs) | Q(reason__icontains=word) | Q(subject_label__icontains=word)
        number = Q(sequence=int(word)) if word.isdecimal() and len(word) < 18 else Q()
        entries = entries.filter(
            hits | Q(actor__last_name__icontains=word) | Q(actor__first_name__icontains=word) | number
        )
    return entries


def within(entries: models.QuerySet[JournalEntry], period: str) -> models.QuerySet[JournalEntry]:
    """Entries of the last days ("7"), or of a year ("2027")."""
    number = int(period)
    if number > 1000:
        first, last = date(number, 1, 1), date(number + 1, 1, 1)
        return entries.filter(at__gte=_midnight(first), at__lt=_midnight(last))
    return entries.filter(at__gte=_midnight(timezone.localdate() - timedelta(days=number - 1)))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def journal_years() -> list[int]:
    """The years the journal spans, newest first."""
    ends = JournalEntry.objects.aggregate(first=models.Min("at"), last=models.Max("at"))
    if not ends["first"]:
        return []
    return list(range(timezone.localtime(ends["last"]).year, timezone.localtime(ends["first"]).year - 1, -1))


def tracked_model(label: str) -> Any:
    """The model of "dues.invoice", if it exists and keeps a history."""
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        return None
    return model if hasattr(model, "history") else None


def subject_url(entry: JournalEntry) -> str:
    """The history of what the entry is about; "" if nothing keeps one."""
    model = tracked_model(entry.subject_type)
    return object_url(model, entry.subject_id) if model else ""


def object_url(model: Any, pk: Any) -> str:
    return reverse("audit:history", args=[model._meta.app_label, model._meta.model_name, pk])


def entry_data(entry: JournalEntry) -> list[tuple[str, str]]:
    """What the act left in the journal, as pairs."""
    data: dict[str, Any] = json.loads(entry.data) if entry.data else {}
    return [
        (key, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)) for key, value in data.items()
    ]


def written_tables(entry: JournalEntry, user: Any) -> Iterator[WrittenTable]:
    """What the act wrote, table by table; rows only of what the user may see."""
    by_label = {model._meta.label_lower: model for model in history_models()}
    for label, (count, *_rest) in json.loads(entry.rows).items():
        history_model: Any = by_label.get(label)
        if history_model is None:
            yield WrittenTable(label, count, [])
            continue
        options = history_model.instance_type._meta
        allowed = user.has_perm(f"{options.app_label}.view_{options.model_name}")
        rows = list(written_rows(history_model, entry.act)) if allowed else []
        yield WrittenTable(str(options.verbose_name_plural), count, rows)


def written_rows(history_model: Any, act: int) -> Iterator[WrittenRow]:
    """The first rows of an act, each with its changes against the row before."""
    model = history_model.instance_type
    key = model._meta.pk.attname
    rows = list(history_model.objects.filter(history_act=act).order_by("history_id").values()[:SHOWN_ROWS])
    older = history_model.objects.filter(**{key: models.OuterRef(key)}, history_id__lt=models.OuterRef("history_id"))
    before_ids = dict(
        history_model.objects.filter(history_id__in=[row["history_id"] for row in rows])
        .annotate(before=models.Subquery(older.order_by("-history_id").values("history_id")[:1]))
        .values_list("history_id", "before")
    )
    found = history_model.objects.filter(history_id__in=[value for value in before_ids.values() if value]).values()
    before = {row["history_id"]: row for row in found}
    display = Display(history_model, [*rows, *before.values()])
    names = instances(model, {row[key] for row in rows})
    for row in rows:
        old = None if row["history_type"] == "+" else before.get(before_ids[row["history_id"]])
        name = str(names.get(row[key]) or f"{model._meta.verbose_name} {row[key]}")
        yield WrittenRow(
            name, object_url(model, row[key]), str(HISTORY_TYPES[row["history_type"]]), display.changes(old, row)
        )


def journal_url() -> str:
    return reverse("audit:journal")


def actors() -> list[tuple[str, str]]:
    """Everybody who stands in the journal, by name."""
    people = get_user_model()._default_manager.filter(pk__in=JournalEntry.objects.order_by().values("actor"))
    return [(str(person.pk), str(person)) for person in people]
