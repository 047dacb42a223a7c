"""DATEV EXTF, »Buchungsstapel«: format 700, category 21, version 13 with 125 columns; written and read.

Windows-1252, semicolons, CRLF, decimal comma, texts in quotes. The amount is always positive; S or H relates to »Konto«.
A reversal is the reversed posting with »Generalumkehr«: it takes the turnover of the same side back.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from itertools import chain

ENCODING = "cp1252"
COLUMNS: tuple[str, ...] = (
    "Umsatz (ohne Soll/Haben-Kz)", "Soll/Haben-Kennzeichen", "WKZ Umsatz", "Kurs", "Basis-Umsatz", "WKZ Basis-Umsatz",
    "Konto", "Gegenkonto (ohne BU-Schlüssel)", "BU-Schlüssel", "Belegdatum", "Belegfeld 1", "Belegfeld 2", "Skonto",
    "Buchungstext", "Postensperre", "Diverse Adressnummer", "Geschäftspartnerbank", "Sachverhalt", "Zinssperre", "Beleglink",
    *chain.from_iterable((f"Beleginfo - Art {n}", f"Beleginfo - Inhalt {n}") for n in range(1, 9)),
    "KOST1 - Kostenstelle", "KOST2 - Kostenstelle", "Kost-Menge", "EU-Land u. UStID (Bestimmung)",
    "EU-Steuersatz (Bestimmung)", "Abw. Versteuerungsart", "Sachverhalt L+L", "Funktionsergänzung L+L",
    "BU 49 Hauptfunktionstyp", "BU 49 Hauptfunktionsnummer", "BU 49 Funktionsergänzung",
    *chain.from_iterable((f"Zusatzinformation - Art {n}", f"Zusatzinformation- Inhalt {n}") for n in range(1, 21)),
    "Stück", "Gewicht", "Zahlweise", "Forderungsart", "Veranlagungsjahr", "Zugeordnete Fälligkeit", "Skontotyp",
    "Auftragsnummer", "Buchungstyp", "USt-Schlüssel (Anzahlungen)", "EU-Land (Anzahlungen)",
    "Sachverhalt L+L (Anzahlungen)", "EU-Steuersatz (Anzahlungen)", "Erlöskonto (Anzahlungen)", "Herkunft-Kz",
    "Buchungs GUID", "KOST-Datum", "SEPA-Mandatsreferenz", "Skontosperre", "Gesellschaftername", "Beteiligtennummer",
    "Identifikationsnummer", "Zeichnernummer", "Postensperre bis", "Bezeichnung SoBil-Sachverhalt",
    "Kennzeichen SoBil-Buchung", "Festschreibung", "Leistungsdatum", "Datum Zuord. Steuerperiode", "Fälligkeit",
    "Generalumkehr (GU)", "Steuersatz", "Land", "Abrechnungsreferenz", "BVV-Position", "EU-Land u. UStID (Ursprung)",
    "EU-Steuersatz (Ursprung)", "Abw. Skontokonto",
)  # fmt: skip
TEXTS = {
    2, 3, 6, 9, 11, 12, 14, 16, 20, *range(21, 39), 40, 42, *range(48, 88), 95, 96, 98, 102, 103, 105, 107, 109, 110,
    112, 118, 120, 121, 123,
}  # fmt: skip
FIELD = re.compile(r'"((?:[^"]|"")*)"|([^;]*)')
REFERENCE_FORBIDDEN = re.compile(r"[^A-Za-z0-9_$&%*+\-/]")


class DatevProblem(ValueError):
    """The file or the data don't keep to the format; `line` names where, if it is a file."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True)
class Header:
    """Who exports for whom: numbers of adviser and client, the business year, the dates in the file."""

    created: datetime
    exported_by: str
    consultant: int
    client: int
    year_start: date
    account_length: int
    start: date
    end: date
    name: str
    chart: str

    def fields(self) -> list[str]:
        def quoted(text: str) -> str:
            return f'"{text}"'

        day = "%Y%m%d"
        return [
            quoted("EXTF"), "700", "21", quoted("Buchungsstapel"), "13", f"{self.created:%Y%m%d%H%M%S}000", "", quoted("VE"),
            quoted(self.exported_by[:25]), quoted(""), str(self.consultant), str(self.client), self.year_start.strftime(day),
            str(self.account_length), self.start.strftime(day), self.end.strftime(day), quoted(self.name[:30]), quoted(""),
            "1", "0", "1", quoted("EUR"), "", quoted(""), "", "", quoted(self.chart), "", "", quoted(""), quoted(""),
        ]  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One posting: account against contra account. `is_debit` relates to `account`."""

    amount: Decimal
    is_debit: bool
    account: str
    contra: str
    on: date
    reference: str
    text: str
    sphere: str = ""
    cost_centre: str = ""
    is_reversal: bool = False
    due: date | None = None

    def fields(self) -> list[str]:
        values = {
            1: f"{self.amount:.2f}".replace(".", ","),
            2: "S" if self.is_debit else "H",
            3: "EUR",
            7: self.account,
            8: self.contra,
            10: f"{self.on:%d%m}",
            11: clean_reference(self.reference),
            14: clean_text(self.text)[:60],
            37: self.sphere,
            38: self.cost_centre[:36],
            114: "1",
            117: f"{self.due:%d%m%Y}" if self.due else "",
            118: "1" if self.is_reversal else "",
        }
        return [
            f'"{values.get(number, "")}"' if number in TEXTS else values.get(number, "")
            for number in range(1, len(COLUMNS) + 1)
        ]


def clean_reference(reference: str) -> str:
    """Field 11 knows letters, digits and a few signs, at most 36."""
    return REFERENCE_FORBIDDEN.sub("-", reference)[:36]


def clean_text(text: str) -> str:
    """No quotes and no line breaks inside a text; what Windows-1252 lacks becomes a question mark."""
    plain = " ".join(text.replace('"', "'").replace(";", ",").split())
    return plain.encode(ENCODING, "replace").decode(ENCODING)


def write_file(header: Header, rows: Iterable[Row]) -> bytes:
    lines = [header.fields(), list(COLUMNS), *(row.fields() for row in rows)]
    return "".join(";".join(line) + "\r\n" for line in lines).encode(ENCODING, "replace")


@dataclass(frozen=True)
class Side:
    """A line of an entry on its way into pairs; `sphere` and `cost_centre` only where the account is one of the result."""

    account: str
    amount: Decimal
    sphere: str = ""
    cost_centre: str = ""


def pair_up(debits: Sequence[Side], credits_: Sequence[Side]) -> list[tuple[Decimal, Side, Side]]:
    """Split a compound entry into pairs of debit and credit that add up to each line."""
    left, right = list(debits), list(credits_)
    pairs = []
    while left and right:
        amount = min(left[0].amount, right[0].amount)
        pairs.append((amount, left[0], right[0]))
        for waiting in (left, right):
            rest = replace(waiting[0], amount=waiting[0].amount - amount)
            waiting[:1] = [rest] if rest.amount else []
    return pairs


@dataclass(frozen=True)
class File:
    """What was read back."""

    consultant: int
    client: int
    year_start: date
    rows: Sequence[Row]


def read_file(content: bytes) -> File:
    """Read a file strictly: header, 125 columns, every field as the format demands it. Raises `DatevProblem`."""
    try:
        text = content.decode(ENCODING)
    except UnicodeDecodeError:
        raise DatevProblem("Die Datei ist nicht in Windows-1252 geschrieben.") from None
    if not text.endswith("\r\n"):
        raise DatevProblem("Die letzte Zeile endet nicht mit CR LF.")
    lines = text[:-2].split("\r\n")
    if len(lines) < 2:
        raise DatevProblem("Der Datei fehlen Kopf und Spaltennamen.")
    head = split_line(lines[0], 1)
    if len(head) != 31 or head[:5] != ["EXTF", "700", "21", "Buchungsstapel", "13"]:
        raise DatevProblem("Der Kopf nennt nicht EXTF 700, Buchungsstapel, Version 13.", 1)
    if tuple(split_line(lines[1], 2)) != COLUMNS:
        raise DatevProblem("Die Spaltennamen sind nicht die der Version 13.", 2)
    start, end = (datetime.strptime(head[index], "%Y%m%d").date() for index in (14, 15))  # noqa: DTZ007
    rows = [read_row(line, number, start, end) for number, line in enumerate(lines[2:], start=3)]
    year_start = datetime.strptime(head[12], "%Y%m%d").date()  # noqa: DTZ007
    return File(int(head[10]), int(head[11]), year_start, rows)


def split_line(line: str, number: int) -> list[str]:
    fields, position = [], 0
    while True:
        found = FIELD.match(line, position)
        if found is None:
            raise DatevProblem("Ein Feld ist nicht lesbar.", number)
        fields.append(found[1].replace('""', '"') if found[1] is not None else found[2])
        position = found.end()
        if position == len(line):
            return fields
        if line[position] != ";":
            raise DatevProblem("Nach einem Feld fehlt das Semikolon.", number)
        position += 1


def read_row(line: str, number: int, start: date, end: date) -> Row:
    fields = split_line(line, number)
    if len(fields) != len(COLUMNS):
        raise DatevProblem(f"Die Zeile hat {len(fields)} statt {len(COLUMNS)} Felder.", number)
    if not re.fullmatch(r"\d{1,10},\d{2}", fields[0]) or fields[1] not in {"S", "H"}:
        raise DatevProblem("Umsatz oder Kennzeichen Soll/Haben ist nicht gültig.", number)
    if not all(re.fullmatch(r"\d{4,9}", fields[index]) for index in (6, 7)):
        raise DatevProblem("Konto oder Gegenkonto ist nicht gültig.", number)
    day = date(start.year, int(fields[9][2:]), int(fields[9][:2]))
    if not start <= day <= end:
        raise DatevProblem("Das Belegdatum liegt nicht im Zeitraum der Datei.", number)
    return Row(
        amount=Decimal(fields[0].replace(",", ".")),
        is_debit=fields[1] == "S",
        account=fields[6],
        contra=fields[7],
        on=day,
        reference=fields[10],
        text=fields[13],
        sphere=fields[36],
        cost_centre=fields[37],
        is_reversal=fields[117] == "1",
        due=read_due(fields[116], number),
    )


def read_due(field: str, number: int) -> date | None:
    if not field:
        return None
    try:
        return datetime.strptime(field, "%d%m%Y").date()  # noqa: DTZ007
    except ValueError:
        raise DatevProblem("Die Fälligkeit ist kein Datum.", number) from None


def balances(rows: Iterable[Row]) -> dict[str, Decimal]:
    """Debit minus credit of every account, as an accounting program would add the file up."""
    found: dict[str, Decimal] = defaultdict(lambda: Decimal("0.00"))
    for row in rows:
        effect = row.amount if row.is_debit != row.is_reversal else -row.amount
        found[row.account] += effect
        found[row.contra] -= effect
    return {account: balance for account, balance in sorted(found.items()) if balance}
