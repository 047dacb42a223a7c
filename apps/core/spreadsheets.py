"""Read a list from a spreadsheet, show what it would change, take over exactly that."""

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import attrgetter, itemgetter
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from tablib import Dataset

from apps.core import exports
from apps.core.downloads import Download
from apps.core.errors import DomainError
from apps.core.lists import ListResource
from apps.core.tables import Column

LARGEST = 5 * 1024 * 1024
LARGEST_UNPACKED = 50 * 1024 * 1024
MOST_ROWS = 20_000


class ListUnreadable(DomainError):
    """The file is no list that can be read."""


class ListChanged(DomainError):
    """What the list would change is no longer what was shown, or the list has faults."""


@dataclass(frozen=True)
class Change:
    """One row that is new or differs; `cells` are column, old and new value."""

    row: int
    is_new: bool
    name: str
    cells: list[tuple[str, Any, Any]]


@dataclass(frozen=True)
class Fault:
    row: int
    column: str
    message: str


@dataclass
class Preview:
    changes: list[Change] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    unchanged: int = 0

    @property
    def new(self) -> int:
        return sum(change.is_new for change in self.changes)

    @property
    def changed(self) -> int:
        return len(self.changes) - self.new

    @property
    def fingerprint(self) -> str:
        """The same for the same changes; the confirmation names it."""
        return hashlib.sha256(repr((self.changes, self.faults)).encode()).hexdigest()


def read_list(content: bytes) -> Dataset:
    """An XLSX or CSV file as rows under their headers."""
    if not content.strip():
        raise ListUnreadable(_("Die Datei ist leer."), field="file")
    if len(content) > LARGEST:
        raise ListUnreadable(_("Die Datei ist zu groß. Erlaubt sind 5 MB."), field="file")
    data = read_xlsx(content) if content.startswith(b"PK") else read_csv(content)
    if len(data) > MOST_ROWS:
        raise ListUnreadable(_("Die Liste ist zu lang. Erlaubt sind 20.000 Zeilen."), field="file")
    return data


def read_xlsx(content: bytes) -> Dataset:
    refusal = ListUnreadable(
        _("Die Datei ist beschädigt oder keine Excel-Datei (XLSX). Bitte speichern Sie sie neu."), field="file"
    )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(info.file_size for info in archive.infolist()) > LARGEST_UNPACKED:
                raise refusal
        return Dataset().load(content, format="xlsx")
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, OSError, SyntaxError):
        raise refusal from None


def read_csv(content: bytes) -> Dataset:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if "\x00" in text:
        raise ListUnreadable(_("Die Datei ist weder Excel (XLSX) noch Text (CSV)."), field="file")
    delimiter = ";" if ";" in text.split("\n", 1)[0] else ","
    rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if any(row)]
    width = len(rows[0])
    for number, row in enumerate(rows, 1):
        if len(row) != width:
            raise ListUnreadable(
                _("Zeile %(row)s hat %(found)s Spalten statt %(width)s.")
                % {"row": number, "found": len(row), "width": width},
                field="file",
            )
    return Dataset(*rows[1:], headers=[name.strip() for name in rows[0]])


def guard_columns(resource: ListResource, data: Dataset) -> None:
    missing = [name for name in resource.required if name not in (data.headers or [])]
    if missing:
        raise ListUnreadable(
            _("In der Kopfzeile fehlt: %s. Am einfachsten geben Sie die Liste zuerst aus und ändern sie.")
            % ", ".join(missing),
            field="file",
        )


@transaction.atomic
def preview_list(resource: ListResource, data: Dataset) -> Preview:
    """What taking over the list would do; everything is rolled back."""
    guard_columns(resource, data)
    with transaction.atomic():
        preview = run(resource, data, by=None)
        transaction.set_rollback(True)
    return preview


@transaction.atomic
def take_over_list(resource: ListResource, data: Dataset, *, shown: str, by: Any) -> Preview:
    """Take over exactly what was shown, in one act; refuse if it has faults or has changed meanwhile."""
    guard_columns(resource, data)
    preview = run(resource, data, by=by)
    if preview.faults or preview.fingerprint != shown:
        transaction.set_rollback(True)
        raise ListChanged(
            _(
                "Seit der Vorschau hat sich etwas geändert. Es wurde nichts übernommen. Bitte prüfen Sie die Vorschau erneut."
            )
        )
    return preview


def run(resource: ListResource, data: Dataset, *, by: Any) -> Preview:
    with resource.acting(resource.verb, by=by) as entry:
        result = resource.import_data(data, dry_run=False, use_transactions=False, raise_errors=False)
        faults = sorted(faults_of(resource, result), key=attrgetter("row"))
        preview = Preview(list(changes_of(resource, result)), faults)
        preview.unchanged = sum(row.is_skip() for row in result.rows)
        entry.data |= {"new": preview.new, "changed": preview.changed}
    return preview


def changes_of(resource: ListResource, result: Any) -> Iterator[Change]:
    for number, row in enumerate(result.rows, 2):
        if row.is_new() or row.is_update():
            cells = list(cells_of(resource, row))
            yield Change(number, row.is_new(), resource.name_of(row.instance), cells)


def cells_of(resource: ListResource, row: Any) -> Iterator[tuple[str, Any, Any]]:
    for each in resource.get_import_fields():
        old = "" if row.is_new() or row.original is None else resource.export_field(each, row.original)
        new = resource.export_field(each, row.instance)
        if old != new:
            yield each.column_name, old, new


def faults_of(resource: ListResource, result: Any) -> Iterator[Fault]:
    columns = {each.attribute: each.column_name for each in resource.get_import_fields() if each.attribute}
    for invalid in result.invalid_rows:
        for attribute, messages in messages_of(invalid.error).items():
            for message in messages:
                yield Fault(invalid.number + 1, columns.get(attribute, ""), message)
    for number, errors in result.row_errors():
        for error in errors:
            yield Fault(number + 1, "", sentence_of(error.error))
    for error in result.base_errors:
        yield Fault(1, "", sentence_of(error.error))


def messages_of(error: ValidationError) -> dict[str, list[str]]:
    return error.message_dict if hasattr(error, "error_dict") else {"": error.messages}


def sentence_of(error: Exception) -> str:
    if isinstance(error, DomainError | ValueError) and str(error):
        return str(error)
    return _("Diese Zeile kann nicht übernommen werden. Steht dieselbe Angabe zweimal in der Liste?")


def write_list(resource: ListResource, form: str) -> Download:
    """The list as it stands now, ready to be changed and read in again."""
    data = resource.export()
    columns = [Column(str(index), name, value=itemgetter(index)) for index, name in enumerate(data.headers)]
    title = str(resource.title)
    write, content_type = {"xlsx": (exports.to_xlsx, exports.XLSX), "csv": (exports.to_csv, exports.CSV)}[form]
    name = f"{title.lower().replace('ä', 'ae')}-{timezone.localdate():%Y-%m-%d}.{form}"
    return Download(write(title, columns, list(data), {}), name, content_type)
