"""Compares the history rows as they are with what the journal says each act wrote."""

import json
from typing import Any

from django.utils.translation import gettext as _

from apps.audit.calculations import MARK_LENGTH, row_marks, rows_fragment
from apps.audit.encoding import Shape, read_rows, shape_of, stream_rows
from apps.audit.history import history_models
from apps.audit.models import HistoryShape

type Fragments = dict[int, str]


class Coverage:
    """Takes what every entry expects, then walks over every history table once (once more for each older shape)."""

    def __init__(self, breaks: list[str]) -> None:
        self.breaks = breaks
        self.shapes = {shape.label: shape for shape in map(shape_of, history_models())}
        self.expected: dict[int, tuple[int, str]] = {}
        self.erasures: dict[str, set[int]] = {}
        self.erasure_entries: set[int] = set()
        self.erased_entries: set[int] = set()
        self.tables = self.rows = self.erased_rows = 0

    def expect(self, act: int, sequence: int, rows: str) -> None:
        if rows != "{}":
            self.expected[act] = (sequence, rows)

    def learn_erasure(self, data: dict[str, Any]) -> None:
        self.erasure_entries.update(data["entries"])
        for label, numbers in data["rows"].items():
            self.erasures.setdefault(label, set()).update(numbers)

    def walk_tables(self) -> None:
        found: Fragments = {}
        for shape in self.shapes.values():
            self.tables += 1
            for act, fragment in self.walk(shape).items():
                found[act] = f"{found[act]},{fragment}" if act in found else fragment
        for act, (sequence, rows) in self.expected.items():
            actual = found.pop(act, "")
            if rows[1:-1] != actual:
                self.compare(act, sequence, rows, actual)
        for act, fragment in found.items():
            self.report_uncovered(act, fragment)
        for sequence in sorted(self.erased_entries - self.erasure_entries):
            self.breaks.append(_("Die Angaben von Eintrag %(n)d wurden ohne Löschvermerk entfernt.") % {"n": sequence})

    def walk(self, shape: Shape) -> Fragments:
        """One pass in the order of writing; the rows of an act need not lie side by side."""
        hashes: dict[int, bytearray] = {}
        for row in stream_rows(f"{shape.select} ORDER BY history_id"):
            act = row[1]
            if act in hashes:
                hashes[act] += shape.hash(row)
            else:
                hashes[act] = bytearray(shape.hash(row))
            self.rows += 1
            if shape.personal:
                self.check_personal(shape, row)
        return {act: rows_fragment(shape.label, shape.digest, value) for act, value in hashes.items()}

    def check_personal(self, shape: Shape, row: Any) -> None:
        if shape.is_erased(row):
            self.erased_rows += 1
            if row[0] not in self.erasures.get(shape.label, ()):
                text = _("%(place)s: Die Personendaten wurden ohne Löschvermerk entfernt.")
                self.breaks.append(text % {"place": place(shape, row[0])})
        if not shape.personal_matches(row):
            self.breaks.append(_("%(place)s: Die Personendaten wurden verändert.") % {"place": place(shape, row[0])})

    def compare(self, act: int, sequence: int, rows: str, actual: str) -> None:
        """The texts differ: look at each table, first whether the entry is older than a column."""
        try:
            expected, present = json.loads(rows), json.loads("{" + actual + "}")
        except ValueError:
            self.breaks.append(_("Eintrag %(n)d: Das Verzeichnis seiner Zeilen ist nicht lesbar.") % {"n": sequence})
            return
        for label in sorted(expected.keys() | present.keys()):
            shape = self.shapes.get(label)
            if shape is None:
                text = _("Eintrag %(n)d: Die Tabelle %(table)s gibt es nicht mehr.")
                self.breaks.append(text % {"n": sequence, "table": label})
            elif label not in expected:
                self.report_uncovered(act, json.dumps({label: present[label]})[1:-1])
            elif expected[label] != present.get(label):
                self.compare_table(shape, act, sequence, expected[label])

    def compare_table(self, newest: Shape, act: int, sequence: int, expected: list[Any]) -> None:
        shape = older_shape(newest, expected[2])
        if shape is None:
            text = _("Eintrag %(n)d: Zu seinen Zeilen in %(table)s fehlen Spalten; sie können nicht geprüft werden.")
            self.breaks.append(text % {"n": sequence, "table": newest.label})
            return
        rows = list(read_rows(shape.select_act(act)))
        hashes = b"".join(shape.hash(row) for row in rows)
        if rows_fragment(shape.label, shape.digest, hashes) == f'"{shape.label}":{_compact(expected)}':
            return
        self.report_rows(shape, sequence, split_marks(expected[3]), rows, split_marks(row_marks(hashes)))

    def report_rows(
        self, shape: Shape, sequence: int, expected: list[str], rows: list[Any], present: list[str]
    ) -> None:
        """Name the rows that aren't what the entry covers; equal counts mean changed, else inserted or missing."""
        if len(expected) == len(present):
            strange = [row for row, mark, known in zip(rows, present, expected, strict=True) if mark != known] or rows
            text = _("%(place)s wurde verändert (Eintrag %(n)d).")
        else:
            strange = [row for row, mark in zip(rows, present, strict=True) if mark not in expected]
            text = _("%(place)s wurde eingefügt oder verändert (Eintrag %(n)d).")
        self.breaks += [text % {"place": place(shape, row[0]), "n": sequence} for row in strange]
        if missing := len(expected) - len(present):
            text = _("Eintrag %(n)d: In %(table)s fehlen %(missing)d von %(count)d Zeilen.")
            if missing < 0:
                text = _("Eintrag %(n)d: In %(table)s stehen %(missing)d Zeilen mehr als die %(count)d geschriebenen.")
            values = {"n": sequence, "table": shape.label, "missing": abs(missing), "count": len(expected)}
            self.breaks.append(text % values)

    def report_uncovered(self, act: int, fragment: str) -> None:
        for label in json.loads("{" + fragment + "}"):
            shape = self.shapes[label]
            for row in read_rows(shape.select_act(act)):
                text = _("%(place)s gehört zu keinem Eintrag: eingefügt, oder der Eintrag wurde entfernt.")
                self.breaks.append(text % {"place": place(shape, row[0])})


def older_shape(newest: Shape, digest: str) -> Shape | None:
    """The shape an older entry names, if all its columns are still there."""
    if digest == newest.digest:
        return newest
    columns = HistoryShape.objects.filter(table=newest.label, digest=digest).values_list("columns", flat=True).first()
    present = {field.column for field in newest.model._meta.concrete_fields}
    wanted = tuple(json.loads(columns)) if columns else ()
    return shape_of(newest.model, wanted) if wanted and present.issuperset(wanted) else None


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


def split_marks(marks: str) -> list[str]:
    return [marks[start : start + MARK_LENGTH] for start in range(0, len(marks), MARK_LENGTH)]


def place(shape: Shape, number: int) -> str:
    """Table, number of the row and the object it describes."""
    tracked = shape.model.instance_type  # type: ignore[attr-defined]
    key = (
        shape.model._default_manager.filter(history_id=number).values_list(tracked._meta.pk.attname, flat=True).first()
    )
    words = {"table": shape.label, "row": number, "object": tracked._meta.verbose_name, "key": key}
    return _("%(table)s, Zeile %(row)d (%(object)s %(key)s)") % words
