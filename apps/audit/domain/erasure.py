"""Erase personal data from history and journal while the chain holds (Art. 17 DSGVO)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction

from apps.audit.acts import act
from apps.audit.models import JournalEntry
from apps.audit.verbs import ERASED


@dataclass(frozen=True)
class Erased:
    rows: int
    entries: int


@transaction.atomic
def erase_personal_data(
    subjects: Iterable[models.Model],
    *,
    entries: models.QuerySet[JournalEntry] | None = None,
    by: Any,
    reason: str = "",
) -> Erased:
    """Empty the personal columns of the history rows of `subjects`, and name, reason and data of the entries about them.

    Art. 17 DSGVO; what must be kept (§ 147 AO, § 35 Abs. 3 BDSG) the caller leaves out. `entries` are further entries that hold
    data of the person. The rows themselves the caller has already emptied. The act records keys only; it can't be erased.
    """
    subjects = list(subjects)
    about = JournalEntry.objects.none() if entries is None else entries
    for subject in subjects:
        about = about | JournalEntry.objects.about(subject)
    with act(ERASED, by=by, reason=reason) as going_on:
        rows = erase_rows(subjects)
        sequences = erase_entries(about)
        going_on.data |= {"rows": rows, "entries": sequences}
    return Erased(sum(map(len, rows.values())), len(sequences))


def erase_rows(subjects: Iterable[models.Model]) -> dict[str, list[int]]:
    """Empty personal columns and salt; return the numbers of the rows by history table."""
    erased: dict[str, list[int]] = {}
    for subject in subjects:
        model = subject.history.model  # type: ignore[attr-defined]
        if not model.history_personal_fields:
            continue
        full = model.objects.filter(**{subject._meta.pk.attname: subject.pk}, history_salt__isnull=False)
        numbers = sorted(full.values_list("history_id", flat=True))
        full.update(history_salt=None, **dict.fromkeys(model.history_personal_fields))
        if numbers:
            erased.setdefault(model._meta.label_lower, []).extend(numbers)
    return erased


def erase_entries(entries: models.QuerySet[JournalEntry]) -> list[int]:
    full = JournalEntry.objects.filter(pk__in=entries.values("pk"), data_key__isnull=False).exclude(verb=ERASED)
    sequences = sorted(full.values_list("sequence", flat=True))
    JournalEntry.objects.filter(pk__in=sequences).update(subject_label="", reason="", data="", data_key=None)
    return sequences
