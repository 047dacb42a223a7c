"""Walk over journal and history and name every place that isn't as it was written."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.calculations import FIRST_HASH, entry_hash, erasable_text, keyed_mac
from apps.audit.domain.anchors import AnchorLine, read_lines
from apps.audit.domain.coverage import Coverage
from apps.audit.encoding import column_sql, stream_rows
from apps.audit.models import Anchor, JournalEntry, JournalHead, Verification
from apps.audit.triggers import expected_triggers, missing_triggers
from apps.audit.verbs import ERASED, verb_label

ENTRY_COLUMNS = (
    "sequence",
    "at",
    "actor_id",
    "verb",
    "subject_type",
    "subject_id",
    "act",
    "data_mac",
    "rows",
    "previous_hash",
    "hash",
    "subject_label",
    "reason",
    "data",
    "data_key",
)
# What is kept of the places found; more are only counted.
SHOWN_BREAKS = 200


@dataclass
class Report:
    """What was walked over, and every break found, in German."""

    entries: int = 0
    tables: int = 0
    rows: int = 0
    erased_rows: int = 0
    erased_entries: int = 0
    anchors: int = 0
    triggers: int = 0
    hash: str = FIRST_HASH
    seconds: float = 0.0
    breaks: list[str] = field(default_factory=list)

    @property
    def is_intact(self) -> bool:
        return not self.breaks


def verify() -> Report:
    """Walk over everything once. Reads only; no lock, so run it when nobody issues thousands of invoices."""
    started = time.perf_counter()
    report = Report()
    anchors = Anchors(report)
    coverage = Coverage(report.breaks)
    walk_journal(report, anchors, coverage)
    check_head(report)
    anchors.finish()
    coverage.walk_tables()
    report.tables, report.rows, report.erased_rows = coverage.tables, coverage.rows, coverage.erased_rows
    check_triggers(report)
    report.seconds = time.perf_counter() - started
    return report


def record_verification(report: Report) -> Verification:
    """Keep the result, for the start page of those who watch over it."""
    return Verification.objects.create(
        at=timezone.now(),
        entries=report.entries,
        rows=report.rows,
        hash=report.hash,
        breaks=report.breaks[:SHOWN_BREAKS],
        seconds=report.seconds,
    )


def read_entries() -> Iterator[Any]:
    at: Any = JournalEntry._meta.get_field("at")
    columns = [column_sql(at) if name == "at" else f'"{name}"' for name in ENTRY_COLUMNS]
    yield from stream_rows(f"SELECT {', '.join(columns)} FROM audit_journalentry ORDER BY sequence")  # noqa: S608


def walk_journal(report: Report, anchors: "Anchors", coverage: Coverage) -> None:
    """Each entry follows its predecessor, gives its own hash, and its data gives its MAC."""
    breaks, last, previous = report.breaks, 0, FIRST_HASH
    for entry in read_entries():
        sequence, *_fields, rows, previous_hash, stored, label, reason, data, key = entry
        verb, act, data_mac = entry[3], entry[6], entry[7]
        if sequence != last + 1:
            breaks.append(missing_entries(last + 1, sequence - 1))
        elif previous_hash != previous:
            breaks.append(_("Eintrag %(n)d schließt nicht an seinen Vorgänger an.") % {"n": sequence})
        if entry_hash(*entry[:10]) != stored:
            breaks.append(_("Eintrag %(n)d (%(verb)s) wurde verändert.") % {"n": sequence, "verb": verb_label(verb)})
        if key is None:
            report.erased_entries += 1
            coverage.erased_entries.add(sequence)
            if data or reason or label:
                breaks.append(_("Eintrag %(n)d gilt als gelöscht, enthält aber Angaben.") % {"n": sequence})
        elif keyed_mac(key, erasable_text(label, reason, data)) != data_mac:
            breaks.append(_("Die Angaben von Eintrag %(n)d wurden verändert.") % {"n": sequence})
        elif verb == ERASED:
            coverage.learn_erasure(json.loads(data))
        coverage.expect(act, sequence, rows)
        anchors.see(sequence, stored)
        last, previous = sequence, stored
        report.entries += 1
    report.hash = previous


def missing_entries(first: int, last: int) -> str:
    if first > last:
        return _("Eintrag %(n)d steht doppelt oder an falscher Stelle.") % {"n": last + 1}
    if first == last:
        return _("Eintrag %(n)d fehlt.") % {"n": first}
    return _("Die Einträge %(first)d bis %(last)d fehlen.") % {"first": first, "last": last}


def check_head(report: Report) -> None:
    head = JournalHead.objects.filter(pk=1).first() or JournalHead()
    last = JournalEntry.objects.order_by("-sequence").values_list("sequence", flat=True).first() or 0
    if head.sequence > last:
        report.breaks.append(_("Das Ende fehlt: %(text)s") % {"text": missing_entries(last + 1, head.sequence)})
    elif (head.sequence, head.hash) != (last, report.hash):
        report.breaks.append(_("Das verzeichnete Ende passt nicht zum letzten Eintrag %(n)d.") % {"n": last})


class Anchors:
    """Compares the entries passing by with every anchor in the table and in the file."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.open: dict[int, list[tuple[str, str]]] = {}
        for anchor in Anchor.objects.order_by("pk").iterator():
            self.add(
                anchor.sequence, anchor.hash, _("Anker %(n)d (%(medium)s)") % {"n": anchor.pk, "medium": anchor.medium}
            )
        for number, line in enumerate(read_lines(), start=1):
            name = _("Anker in Zeile %(n)d der Ankerdatei") % {"n": number}
            if isinstance(line, AnchorLine):
                self.add(line.sequence, line.hash, name)
            else:
                report.breaks.append(_("%(anchor)s: Die Zeile ist nicht lesbar.") % {"anchor": name})
        self.see(0, FIRST_HASH)

    def add(self, sequence: int, known: str, name: str) -> None:
        self.report.anchors += 1
        self.open.setdefault(sequence, []).append((known, name))

    def see(self, sequence: int, stored: str) -> None:
        if sequence not in self.open:
            return
        for known, name in self.open.pop(sequence):
            if known != stored:
                text = _("%(anchor)s: Eintrag %(n)d war damals ein anderer.")
                self.report.breaks.append(text % {"anchor": name, "n": sequence})

    def finish(self) -> None:
        for sequence, anchors in sorted(self.open.items()):
            for _known, name in anchors:
                text = _("%(anchor)s reicht bis Eintrag %(n)d; dieser fehlt, das Ende wurde abgeschnitten.")
                self.report.breaks.append(text % {"anchor": name, "n": sequence})


def check_triggers(report: Report) -> None:
    report.triggers = len(expected_triggers(connection))
    for table in sorted({trigger.table for trigger in missing_triggers(connection)}):
        report.breaks.append(_("Tabelle %(table)s ist nicht vor Änderungen geschützt.") % {"table": table})
