"""Reminders for tests, through the acts."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from apps.dunning.domain.issuing import issue_run
from apps.dunning.domain.procedures import put_in_force, save_procedure, usual_levels
from apps.dunning.domain.runs import prepare_run
from apps.dunning.models import DunningLetter, DunningProcedure
from tests.factories.dues import make_invoices, make_received, make_resolution

# due on 31.03.2027, a Wednesday; 14 days later the first reminder is possible
DUE = date(2027, 3, 31)
FIRST = date(2027, 4, 14)


def make_procedure(*, levels: dict[int, dict[str, Any]] | None = None, **fields: Any) -> DunningProcedure:
    """The usual four levels in force since 2026, changed as told."""
    rows = usual_levels()
    for number, changes in (levels or {}).items():
        for name, value in changes.items():
            setattr(rows[number], name, value)
    procedure = DunningProcedure(
        **{"title": "Mahnordnung 2026", "valid_from": date(2026, 1, 1), "minimum": Decimal(5)} | fields
    )
    save_procedure(procedure, rows, by=None, on=date(2025, 12, 1))
    return put_in_force(procedure, resolution=make_resolution(), by=None, on=date(2025, 12, 1))


def make_overdue(*members: tuple[str, int], **procedure: Any) -> None:
    """Invoices of 2027 that reached their cities, due on 31.03., and a procedure."""
    make_received(*make_invoices(*members))
    make_procedure(**procedure)


def make_letters(on: date = FIRST, **options: Any) -> list[DunningLetter]:
    return issue_run(prepare_run(by=None, on=on, **options), by=None, on=on)


def reach_second_dunning(**procedure) -> date:
    """Reminder and first dunning are sent; the day on which the second is possible."""
    make_overdue(("Köln", 300_000), **procedure)
    on = FIRST
    for _level in range(2):
        [letter] = make_letters(on)
        on = letter.pay_by + timedelta(days=1)
    return on
