"""Values and rules that come with the program, from `fixtures/`. Rows that exist are left alone."""

import csv
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models, transaction

from apps.organisation.models import DecisionRule, LegalParameter


def read_rows(name: str) -> Iterator[dict[str, Any]]:
    """Rows of `fixtures/<name>`, with dates and numbers as such."""
    with (settings.BASE_DIR / "fixtures" / name).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter=";"):
            values: dict[str, Any] = dict(row)
            values["valid_from"] = date.fromisoformat(row["valid_from"])
            values["valid_until"] = date.fromisoformat(row["valid_until"]) if row["valid_until"] else None
            for key in values.keys() & {"numerator", "denominator"}:
                values[key] = int(values[key])
            yield values


def missing_rows[M: models.Model](model: type[M], name: str, key: tuple[str, ...]) -> list[M]:
    known = set(model._default_manager.values_list(*key))
    return [model(**row) for row in read_rows(name) if tuple(row[field] for field in key) not in known]


@transaction.atomic
def load_reference_data() -> int:
    """Add the legal parameters and majority rules that are missing; return how many.

    They come with the program, nobody acted: they stand in the tables without an entry in the journal.
    """
    parameters = missing_rows(LegalParameter, "legal_parameters.csv", ("key", "valid_from"))
    rules = missing_rows(DecisionRule, "decision_rules.csv", ("applies_to", "mode", "valid_from"))
    LegalParameter.objects.bulk_create(parameters)
    DecisionRule.objects.bulk_create(rules)
    return len(parameters) + len(rules)
