"""The register of municipalities as files: bytes in, rows or a fault out. Nothing is guessed."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

LINE_LENGTH = 220
LARGEST = 60 * 1024 * 1024
RECORD_TYPES = {"10", "20", "30", "40", "50", "60"}
TYPE_CODES = {"60", "61", "62", "63", "64", "65", "66", "67"}
LAENDER = {f"{number:02d}" for number in range(1, 17)}
REFERENCE = re.compile(r"Stichtag\s+(\d{2})\.(\d{2})\.(\d{4})\s*\(\s*ZENSUS\s+(\d{4})\s*\)", re.IGNORECASE)
MONTH = re.compile(r"Erscheinungsmonat:\s*(\w+)\s+(\d{4})")
MONTHS = (
    "Januar", "Februar", "März", "April", "Mai", "Juni",
    "Juli", "August", "September", "Oktober", "November", "Dezember",
)  # fmt: skip
FIGURE_COLUMN = re.compile(r"einwohner_(\d{4}-\d{2}-\d{2})")


class FaultKind(StrEnum):
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    ARCHIVE = "archive"
    ENCODING = "encoding"
    FORMAT = "format"
    SHORT_LINE = "short_line"
    RECORD_TYPE = "record_type"
    KEY = "key"
    DUPLICATE = "duplicate"
    NAME = "name"
    TYPE_CODE = "type_code"
    NUMBER = "number"
    DATE = "date"
    MIXED_DATES = "mixed_dates"
    COLUMNS = "columns"
    LAND_MISSING = "land_missing"


class RegisterFault(ValueError):
    """The file cannot be read: what is wrong, in which line, with which value."""

    def __init__(self, kind: FaultKind, line: int = 0, value: str = "") -> None:
        super().__init__(f"{kind} {line} {value}")
        self.kind, self.line, self.value = kind, line, value


@dataclass(frozen=True, slots=True)
class Figure:
    reference_date: date | None
    value: int
    male: int | None


@dataclass(frozen=True, slots=True)
class RegisterRow:
    ags: str
    ars: str
    name: str
    type: str
    postcode: str
    area_ha: int | None
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Register:
    """What one file says. The fixed-width file itself doesn't name the day its figures refer to; the note beside it does."""

    rows: list[RegisterRow] = field(default_factory=list)
    as_of: date | None = None
    reference_date: date | None = None
    census_base: str = ""
    published_on: date | None = None


def read_register(content: bytes) -> Register:
    """Read the fixed-width file (GV100AD), the archive that holds it, or the CSV form. Raises RegisterFault."""
    if not content.strip():
        raise RegisterFault(FaultKind.EMPTY)
    if len(content) > LARGEST:
        raise RegisterFault(FaultKind.TOO_LARGE)
    notes = ""
    if content.startswith(b"PK"):
        content, notes = unpack(content)
    text = decode(content)
    if ";" in text[:200].split("\n", 1)[0]:
        register = read_csv(text)
    elif text[:2] in RECORD_TYPES:
        register = read_fixed_width(text)
    else:
        raise RegisterFault(FaultKind.FORMAT, 1)
    guard_complete(register.rows)
    reference_date, census_base, published_on = read_notes(notes)
    return Register(register.rows, register.as_of, reference_date, census_base, published_on)


def unpack(content: bytes) -> tuple[bytes, str]:
    """The register and the note from the archive as it is published."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(info.file_size for info in archive.infolist()) > LARGEST:
                raise RegisterFault(FaultKind.TOO_LARGE)
            names = [name for name in archive.namelist() if name.lower().endswith((".txt", ".csv"))]
            notes = [name for name in names if "hinweis" in name.lower()]
            data = [name for name in names if name not in notes]
            if len(data) != 1:
                raise RegisterFault(FaultKind.ARCHIVE)
            note = archive.read(notes[0]).decode("latin-1") if notes else ""
            return archive.read(data[0]), note
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, RuntimeError, NotImplementedError):
        raise RegisterFault(FaultKind.ARCHIVE) from None


def decode(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RegisterFault(FaultKind.ENCODING, content[: error.start].count(b"\n") + 1) from None


def read_notes(notes: str) -> tuple[date | None, str, date | None]:
    """Reference day, census base and month of publication (its last day) from the note beside the file."""
    reference, month = REFERENCE.search(notes), MONTH.search(notes)
    day = date(int(reference[3]), int(reference[2]), int(reference[1])) if reference else None
    published = None
    if month and month[1] in MONTHS:
        number, year = MONTHS.index(month[1]) + 1, int(month[2])
        published = date.fromordinal(date(year + number // 12, number % 12 + 1, 1).toordinal() - 1)
    return day, f"Zensus {reference[4]}" if reference else "", published


def read_fixed_width(text: str) -> Register:
    """Record type 60 of GV100AD, positions as in its description."""
    rows: list[RegisterRow] = []
    seen: set[str] = set()
    as_of: date | None = None
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        if line[:2] not in RECORD_TYPES:
            raise RegisterFault(FaultKind.RECORD_TYPE, number, line[:2])
        if len(line) < LINE_LENGTH:
            raise RegisterFault(FaultKind.SHORT_LINE, number, str(len(line)))
        day = compact_day(line[2:10], number)
        if as_of is not None and day != as_of:
            raise RegisterFault(FaultKind.MIXED_DATES, number, line[2:10])
        as_of = day
        if line[:2] == "60":
            rows.append(fixed_row(line, number, seen))
    return Register(rows, as_of)


def fixed_row(line: str, number: int, seen: set[str]) -> RegisterRow:
    ags = key(line[10:18], number, seen)
    figure = Figure(None, whole(line[139:150], number), whole(line[150:161], number))
    return RegisterRow(
        ags=ags,
        ars=digits(ags[:5] + line[18:22] + ags[5:], 12, number),
        name=filled(line[22:72], number),
        type=type_code(line[122:124], number),
        postcode=line[165:170].strip(),
        area_ha=whole(line[128:139], number),
        figures=(checked(figure, number),),
    )


def read_csv(text: str) -> Register:
    """Columns ags;ars;name;textkennzeichen;plz and einwohner_JJJJ-MM-TT, one row per municipality."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";")
    header = [name.strip() for name in next(reader)]
    missing = {"ags", "ars", "name", "textkennzeichen", "plz"} - set(header)
    days = [match[1] for name in header if (match := FIGURE_COLUMN.fullmatch(name))]
    if missing or not days:
        raise RegisterFault(FaultKind.COLUMNS, 1, ", ".join(sorted(missing)) or "einwohner_JJJJ-MM-TT")
    area = next((name for name in header if name.startswith("flaeche_km2")), "")
    rows: list[RegisterRow] = []
    seen: set[str] = set()
    for values in reader:
        if not values:
            continue
        if len(values) != len(header):
            raise RegisterFault(FaultKind.SHORT_LINE, reader.line_num, str(len(values)))
        rows.append(csv_row(dict(zip(header, values, strict=True)), days, area, reader.line_num, seen))
    return Register(rows, max(iso_day(day, 1) for day in days))


def csv_row(values: dict[str, str], days: list[str], area: str, number: int, seen: set[str]) -> RegisterRow:
    return RegisterRow(
        ags=key(values["ags"], number, seen),
        ars=digits(values["ars"], 12, number),
        name=filled(values["name"], number),
        type=type_code(values["textkennzeichen"], number),
        postcode=values["plz"].strip(),
        area_ha=hectares(values[area], number) if area and values[area].strip() else None,
        figures=tuple(csv_figures(values, days, number)),
    )


def csv_figures(values: dict[str, str], days: list[str], number: int) -> Iterator[Figure]:
    for day in days:
        if values[f"einwohner_{day}"].strip():
            male = values.get(f"maennlich_{day}", "").strip()
            value = whole(values[f"einwohner_{day}"], number)
            yield checked(Figure(iso_day(day, 1), value, whole(male, number) if male else None), number)


def guard_complete(rows: list[RegisterRow]) -> None:
    """A register without one of the 16 Länder has been cut off."""
    found = {row.ags[:2] for row in rows}
    for land in sorted(LAENDER - found):
        raise RegisterFault(FaultKind.LAND_MISSING, value=land)


def key(text: str, number: int, seen: set[str]) -> str:
    ags = digits(text, 8, number)
    if ags[:2] not in LAENDER:
        raise RegisterFault(FaultKind.KEY, number, ags)
    if ags in seen:
        raise RegisterFault(FaultKind.DUPLICATE, number, ags)
    seen.add(ags)
    return ags


def digits(text: str, length: int, number: int) -> str:
    if len(text) != length or not (text.isascii() and text.isdigit()):
        raise RegisterFault(FaultKind.KEY, number, text)
    return text


def filled(text: str, number: int) -> str:
    if not text.strip():
        raise RegisterFault(FaultKind.NAME, number)
    return text.strip()


def type_code(text: str, number: int) -> str:
    if text.strip() not in TYPE_CODES:
        raise RegisterFault(FaultKind.TYPE_CODE, number, text)
    return text.strip()


def whole(text: str, number: int) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdigit()):
        raise RegisterFault(FaultKind.NUMBER, number, text)
    return int(text)


def checked(figure: Figure, number: int) -> Figure:
    if figure.male is not None and figure.male > figure.value:
        raise RegisterFault(FaultKind.NUMBER, number, str(figure.male))
    return figure


def hectares(text: str, number: int) -> int:
    """Square kilometres with two decimals as hectares."""
    match = re.fullmatch(r"(\d+)(?:[.,](\d{1,2}))?", text.strip())
    if match is None:
        raise RegisterFault(FaultKind.NUMBER, number, text)
    return int(match[1]) * 100 + int((match[2] or "0").ljust(2, "0"))


def compact_day(text: str, number: int) -> date:
    return iso_day(f"{text[:4]}-{text[4:6]}-{text[6:]}", number)


def iso_day(text: str, number: int) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RegisterFault(FaultKind.DATE, number, text) from None
