"""Everything measured, one after the other, and what it says about the targets."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any

from django.db import connection

from apps.accounts.models import User
from apps.portal.bench.bank import measure_import
from apps.portal.bench.decade import measure_decade
from apps.portal.bench.dues import measure_run
from apps.portal.bench.einvoices import measure_einvoices
from apps.portal.bench.journal import measure_verification
from apps.portal.bench.pages import measure_pages
from apps.portal.bench.people import make_association, make_members
from apps.portal.bench.prints import measure_prints

PARTS = ("dues", "bank", "pages", "pdf", "journal")


@dataclass(frozen=True)
class Wanted:
    """How much shall be measured."""

    members: Sequence[int]
    lines: int
    entries: int
    pdfs: int
    rounds: int
    parts: Collection[str]
    on: date
    decade: int = 0


def measure_all(wanted: Wanted, say: Callable[[str], None]) -> dict[str, Any]:
    """The association grows from one size to the next; each size gets a year of its own.

    Ten years (`decade`) are measured by themselves. After the smallest size the journal is made long: its dues run is measured once more, and all larger ones, with it.
    """
    report: dict[str, Any] = {"database": connection.vendor, "members": {}}
    if wanted.decade:
        return report | {"decade": measure_decade(wanted.decade, wanted.on, say)}
    by = make_association(wanted.on)
    years = count(wanted.on.year)
    present = 0
    for size in sorted(wanted.members):
        say(f"{size} members: make them")
        make_members(present + 1, size)
        present = size
        report["members"][str(size)] = measure_size(wanted, next(years), by, say)
        if "journal" in wanted.parts and "verification" not in report:
            report |= measure_long_journal(wanted, years, by, say)
    return report


def measure_long_journal(wanted: Wanted, years: Iterator[int], by: User, say: Callable[[str], None]) -> dict[str, Any]:
    say(f"journal of {wanted.entries} entries")
    found: dict[str, Any] = {"verification": measure_verification(wanted.entries, by=by)}
    if "dues" in wanted.parts:
        say("dues with a long journal")
        found["dues_with_long_journal"] = measure_run(next(years), by=by, on=wanted.on, rounds=wanted.rounds)
    return found


def measure_size(wanted: Wanted, year: int, by: User, say: Callable[[str], None]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if set(wanted.parts) != {"journal"}:
        say("dues")
        rounds = wanted.rounds if "dues" in wanted.parts else 1
        found["dues"] = measure_run(year, by=by, on=wanted.on, rounds=rounds)
    if {"bank", "pages"} & set(wanted.parts):
        say(f"{wanted.lines} lines of the bank")
        found["bank"] = measure_import(year, wanted.lines, by=by, on=wanted.on)
    if "pages" in wanted.parts:
        say("pages")
        found["pages"] = measure_pages(year, by=by)
    if "pdf" in wanted.parts:
        say(f"{wanted.pdfs} PDFs")
        found["einvoices"] = measure_einvoices(wanted.pdfs)
        found["pdf"] = measure_prints(wanted.pdfs, by=by)
        found["dues"]["issue_with_pdfs_seconds_projected"] = with_pdfs(found)
    return found


def with_pdfs(found: dict[str, Any]) -> float:
    """Seconds of issuing and of printing and filing every invoice, from those that were printed."""
    dues = found["dues"]
    return round(float(dues["issue"]["seconds"] + dues["invoices"] * found["pdf"]["seconds_per_pdf_filed"]), 1)
