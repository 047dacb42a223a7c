"""The dues run: preview, issue beside a bare `bulk_create` of the same rows, and once more when all is done."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from io import StringIO
from statistics import median
from typing import Any

from django.core.management import call_command
from django.db import connection, models, transaction

from apps.accounts.models import User
from apps.dues.domain.issuing import issue_run
from apps.dues.domain.runs import prepare_run
from apps.dues.models import DuesRun, Invoice
from apps.ledger.models import Entry, EntryLine
from apps.portal.bench.measuring import Measured, measured


def measure_run(year: int, *, by: User, on: date, rounds: int) -> dict[str, Any]:
    """Preview and issue the dues of a year. Act and bare write alternate, each rolled back; at last the act is kept."""
    preview = measured(lambda: prepare_run(year, by=by, on=on))
    run = preview.result
    issued, bare = [], []
    for _round in range(rounds):
        rows, rehearsal = rehearse(run, by=by, on=on)
        issued.append(rehearsal)
        bare.append(rolled_back(partial(write_bare, rows)))
    kept = measured(lambda: issue_run(run, by=by, on=on))
    idle = measured(lambda: call_command("dues_run", year, issue=True, on=on, stdout=StringIO()))
    return {
        "invoices": len(kept.result),
        "preview": preview.figures() | {"queries": preview.queries},
        "issue": kept.figures() | {"queries": kept.queries},
        "bare_bulk_create": {"rows": len(rows), **middle(bare)},
        "issue_rolled_back": middle(issued),
        "times_bare": times(issued, bare),
        "idle_rerun": idle.figures() | {"queries": idle.queries},
    }


def rehearse(run: DuesRun, *, by: User, on: date) -> tuple[list[models.Model], Measured]:
    """Issue, look at the rows that were written, and roll them back."""
    found = rolled_back(lambda: issue_run(run, by=by, on=on), then=lambda: written(run))
    return found.result, found


def rolled_back(work: Callable[[], Any], then: Callable[[], Any] = lambda: None) -> Measured:
    """Measure work together with everything the database checks at its end; keep what `then` sees of it and nothing else."""

    def checked() -> None:
        work()
        if connection.vendor == "postgresql":
            connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")

    with transaction.atomic():
        found = replace(measured(checked), result=then())
        transaction.set_rollback(True)
    return found


def written(run: DuesRun) -> list[models.Model]:
    """What issuing wrote, as unsaved objects; entries carry keys that their lines name."""
    invoices = list(Invoice.objects.filter(run=run).order_by("pk"))
    entries = list(Entry.objects.filter(dues_invoices__run=run).order_by("pk"))
    lines = list(EntryLine.objects.filter(entry__dues_invoices__run=run).order_by("pk"))
    for row in (*invoices, *lines):
        row.pk = None
    return [*lines, *entries, *invoices]


def write_bare(rows: list[models.Model]) -> None:
    """The lines first: the database accepts an entry only if its lines balance."""
    models_in_order: tuple[type[models.Model], ...] = (EntryLine, Entry, Invoice)
    for model in models_in_order:
        model._default_manager.bulk_create([row for row in rows if isinstance(row, model)])


def middle(rounds: list[Measured]) -> dict[str, float]:
    return {
        "seconds": round(median(each.seconds for each in rounds), 3),
        "cpu_seconds": round(median(each.cpu_seconds for each in rounds), 3),
    }


def times(work: list[Measured], bare: list[Measured]) -> dict[str, float]:
    """How many times as long as the bare write, by the clock and by processor time."""
    of, to = middle(work), middle(bare)
    return {unit: round(of[unit] / to[unit], 2) for unit in of}
