"""Tables as files: XLSX with typed cells, CSV in German notation. No cell can become a formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from djmoney.money import Money
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from apps.core.tables import Column
from apps.core.templatetags.formats import tidy

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
EURO_FORMAT = '#,##0.00\\ "€"'
CHARACTERS_FORBIDDEN = dict.fromkeys(index for index in range(32) if index not in {9, 10, 13})


def exported_columns(columns: Sequence[Column]) -> list[Column]:
    return [column for column in columns if column.export is not False]


def plain(value: Any) -> Any:
    """Bring a value to what a spreadsheet knows: number, date, text."""
    match value:
        case None:
            return ""
        case bool():
            return _("Ja") if value else _("Nein")
        case Money():
            return round(value.amount, 2)
        case Decimal():
            return tidy(value)
        case datetime():
            return timezone.make_naive(timezone.localtime(value)) if timezone.is_aware(value) else value
        case date() | int():
            return value
    return strip_tags(str(value)).translate(CHARACTERS_FORBIDDEN)


def table_rows(columns: Sequence[Column], rows: Iterable[Any], totals: dict[str, Any]) -> Iterator[list[Any]]:
    for row in rows:
        yield [column.get_export(row) for column in columns]
    if totals:
        line = [column.as_amount(totals.get(column.name, "")) for column in columns]
        yield [_("Summe") if not index and line[0] == "" else value for index, value in enumerate(line)]


def to_xlsx(title: str, columns: Sequence[Column], rows: Iterable[Any], totals: dict[str, Any]) -> bytes:
    columns = exported_columns(columns)
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_sheet_title(title))
    sheet.freeze_panes = "A2"
    for index, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = max(14, min(48, len(str(column.label)) + 6))
    sheet.append([_cell(sheet, str(column.label), bold=True) for column in columns])
    for line in table_rows(columns, rows, totals):
        sheet.append([_cell(sheet, value) for value in line])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _sheet_title(title: str) -> str:
    return "".join(character for character in title if character not in r"[]:*?/\'")[:31] or _("Liste")


def _cell(sheet: Any, value: Any, *, bold: bool = False) -> WriteOnlyCell:
    known = plain(value)
    cell = WriteOnlyCell(sheet, known)
    if isinstance(value, Money):
        cell.number_format = EURO_FORMAT
    elif isinstance(value, datetime):
        cell.number_format = "DD.MM.YYYY HH:MM"
    elif isinstance(value, date):
        cell.number_format = "DD.MM.YYYY"
    elif isinstance(value, Decimal):
        cell.number_format = "#,##0.00"
    elif isinstance(known, str):
        cell.data_type = "s"
    if bold:
        cell.font = Font(bold=True)
    return cell


def to_csv(title: str, columns: Sequence[Column], rows: Iterable[Any], totals: dict[str, Any]) -> bytes:
    """Semicolons, byte order mark and decimal comma: what a German spreadsheet opens without questions."""
    columns = exported_columns(columns)
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    writer.writerow([str(column.label) for column in columns])
    writer.writerows([_csv_text(value) for value in line] for line in table_rows(columns, rows, totals))
    return file.getvalue().encode("utf-8-sig")


def _csv_text(value: Any) -> str:
    known = plain(value)
    match known:
        case datetime():
            return f"{known:%d.%m.%Y %H:%M}"
        case date():
            return f"{known:%d.%m.%Y}"
        case Decimal() | int():
            return f"{known:f}".replace(".", ",") if isinstance(known, Decimal) else str(known)
    text = str(known)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
