"""CSV files of banks as rows of named cells: separator, preamble and header are found by content, not by position."""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from apps.banking.calculations.errors import Fault, StatementFault
from apps.banking.calculations.statements import bank_day

SEARCHED = 40  # rows in which the header must stand
AMOUNT = re.compile(r"[+-]?(\d{1,3}(\.\d{3}){1,3}|\d{1,12})(,\d{1,2})?")
POINTED = re.compile(r"[+-]?\d{1,12}\.\d{1,2}")
DAY = re.compile(r"(\d{1,2})\.(\d{1,2})(?:\.(\d{4}|\d{2})?)?")
SEPARATORS = ";,\t"


@dataclass(frozen=True)
class Row:
    """One row below the header, by column."""

    line: int
    cells: Mapping[str, str]

    def text(self, column: str) -> str:
        return self.cells.get(column, "").strip()

    def money(self, column: str) -> Decimal:
        """A German amount in whole cents: -1.234,56, with or without a sign of the currency; or -1234.56."""
        written = self.text(column)
        bare = re.sub(r"[\s€]|EUR", "", written).replace("\u2212", "-").removesuffix("-") if written else ""
        if POINTED.fullmatch(bare):
            bare = bare.replace(".", ",")
        if not AMOUNT.fullmatch(bare):
            raise self.fault(column)
        value = round(Decimal(bare.replace(".", "").replace(",", ".")), 2)
        return -value if written.rstrip(" €EUR").endswith("-") else value

    def day(self, column: str, *, near: date | None = None) -> date:
        """A German date, also with two digits of the year, or without a year: then the one `near` that day."""
        found = DAY.fullmatch(self.text(column))
        if not found or not (found[3] or near):
            raise self.fault(column)
        try:
            if found[3]:
                return bank_day(2000 + int(found[3]) % 2000, int(found[2]), int(found[1]))
            same_year = near or date.min
            days = [date(year, int(found[2]), int(found[1])) for year in range(same_year.year - 1, same_year.year + 2)]
        except ValueError:
            raise self.fault(column) from None
        return min(days, key=lambda day: abs((day - same_year).days))

    def fault(self, column: str) -> StatementFault:
        found = self.text(column)
        kind = Fault.INVALID if found else Fault.MISSING
        return StatementFault(kind, line=self.line, element=column, found=found[:40])


@dataclass(frozen=True)
class Table:
    """A file split into what stands above the header, the header, and the rows below."""

    preamble: Sequence[Sequence[str]]
    header: tuple[str, ...]
    header_line: int
    records: Sequence[tuple[int, list[str]]]

    def rows(self) -> Iterator[Row]:
        """Rows with as many cells as the header; a shorter or longer one is a damaged file."""
        width = len(self.header)
        for line, cells in self.records:
            trimmed = cells[:width] if not any(cell.strip() for cell in cells[width:]) else cells
            if len(trimmed) != width:
                values = {"columns": str(width), "cells": str(len(cells))}
                raise StatementFault(Fault.BROKEN_ROW, line=line, found=";".join(cells)[:40], values=values)
            yield Row(line, dict(reversed(list(zip(self.header, trimmed, strict=True)))))


def split_tables(text: str) -> Iterator[Table]:
    """The file as a table for every row that may be its header; the caller knows which header is meant."""
    damaged: StatementFault | None = None
    is_table = False
    for separator in SEPARATORS:
        try:
            records = read_records(text, separator)
        except StatementFault as fault:
            damaged = damaged or fault
            continue
        for place, (line, cells) in enumerate(records[:SEARCHED]):
            header = tuple(" ".join(cell.replace("\ufeff", "").split()) for cell in cells)
            if len([cell for cell in header if cell]) >= 4:
                is_table = True
                above = [row for _line, row in records[:place]]
                yield Table(above, trimmed(header), line, records[place + 1 :])
    if damaged and not is_table:
        raise damaged


def trimmed(header: tuple[str, ...]) -> tuple[str, ...]:
    """Without the empty column that a separator at the end of every row makes."""
    return header[:-1] if header and not header[-1] and header[-2] not in {"Umsatz"} else header


def read_records(text: str, separator: str) -> list[tuple[int, list[str]]]:
    """Rows with the line on which each begins; blank ones left out."""
    reader = csv.reader(text.splitlines(keepends=True), delimiter=separator, strict=True)
    records, line = [], 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                records.append((line, cells))
            line = reader.line_num + 1
    except csv.Error:
        raise StatementFault(Fault.BROKEN_QUOTES, line=line) from None
    return records
