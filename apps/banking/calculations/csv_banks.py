"""CSV exports of German banks: which columns each writes, and how they become movements. Recognised by the header.

An export has no statement number. If it carries the balance after each line, the chain of balances is checked and
proves the file as a statement does; otherwise its completeness can't be proven, and both balances are None.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

from apps.banking.calculations.errors import Fault, StatementFault
from apps.banking.calculations.returns import reason_in
from apps.banking.calculations.sepa_text import fields, reference
from apps.banking.calculations.statements import Movement, StatementData, iban_of
from apps.banking.calculations.tables import Row, Table, split_tables

OWN = re.compile(r"(?<![A-Z0-9])(DE\d{2}(?: ?\d){18})(?!\d)")
FOOTER = ("Anfangssaldo", "Endsaldo")
FEE_WORDS = ("ENTGELT", "KONTOABSCHLUSS", "ABSCHLUSS", "GEBÜHR", "GEBUEHR", "RECHNUNGSABSCHLUSS")
RETURN_WORDS = ("RÜCKLASTSCHRIFT", "RUECKLASTSCHRIFT", "RÜCKÜBERWEISUNG", "RUECKUEBERWEISUNG", "RETOURE", "RÜCKGABE")


@dataclass(frozen=True)
class Bank:
    """The export of one bank: its format, the columns that tell it from others, and where each fact stands.

    A fact may stand under one of several names; of `name` the first filled one counts.
    """

    format: str
    marks: frozenset[str]
    booked_on: tuple[str, ...]
    valued_on: tuple[str, ...]
    amount: tuple[str, ...]
    text: tuple[str, ...]
    kind: tuple[str, ...] = ()
    name: tuple[str, ...] = ()
    payer_and_payee: tuple[str, str] | None = None
    iban: tuple[str, ...] = ()
    bank_code: tuple[str, ...] = ()
    end_to_end: tuple[str, ...] = ()
    mandate: tuple[str, ...] = ()
    batch: tuple[str, ...] = ()
    original: tuple[str, ...] = ()
    currency: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    balance: tuple[str, ...] = ()
    debit_or_credit: str | None = None
    is_pending: Callable[[Row], bool] = field(default=lambda row: False)


def columns(*names: str) -> frozenset[str]:
    return frozenset(names)


def is_noted(row: Row) -> bool:
    """Sparkassen say »Umsatz vorgemerkt«, DKB »Vorgemerkt«."""
    return "vorgemerkt" in f"{row.text('Info')} {row.text('Status')}".casefold()


BANKS = (
    Bank(
        format="csv.sparkasse_camt",
        marks=columns("Auftragskonto", "Buchungstag", "Kundenreferenz (End-to-End)", "Betrag"),
        own=("Auftragskonto",),
        booked_on=("Buchungstag",),
        valued_on=("Valutadatum",),
        kind=("Buchungstext",),
        text=("Verwendungszweck",),
        name=("Beguenstigter/Zahlungspflichtiger", "Begünstigter/Zahlungspflichtiger"),
        iban=("Kontonummer/IBAN",),
        end_to_end=("Kundenreferenz (End-to-End)",),
        mandate=("Mandatsreferenz",),
        batch=("Sammlerreferenz",),
        original=("Lastschrift Ursprungsbetrag",),
        amount=("Betrag",),
        currency=("Waehrung", "Währung"),
        is_pending=is_noted,
    ),
    Bank(
        format="csv.sparkasse_mt940",
        marks=columns("Auftragskonto", "Buchungstag", "Valutadatum", "Kontonummer", "BLZ", "Betrag"),
        own=("Auftragskonto",),
        booked_on=("Buchungstag",),
        valued_on=("Valutadatum",),
        kind=("Buchungstext",),
        text=("Verwendungszweck",),
        name=("Begünstigter/Zahlungspflichtiger", "Beguenstigter/Zahlungspflichtiger"),
        iban=("Kontonummer",),
        bank_code=("BLZ",),
        amount=("Betrag",),
        currency=("Währung", "Waehrung"),
        is_pending=is_noted,
    ),
    Bank(
        format="csv.dkb",
        marks=columns("Buchungsdatum", "Wertstellung", "Status", "Zahlungspflichtige*r", "Zahlungsempfänger*in"),
        booked_on=("Buchungsdatum",),
        valued_on=("Wertstellung",),
        text=("Verwendungszweck",),
        payer_and_payee=("Zahlungspflichtige*r", "Zahlungsempfänger*in"),
        iban=("IBAN",),
        end_to_end=("Kundenreferenz",),
        mandate=("Mandatsreferenz",),
        amount=("Betrag (€)", "Betrag"),
        is_pending=is_noted,
    ),
    Bank(
        format="csv.dkb_2022",
        marks=columns("Buchungstag", "Wertstellung", "Auftraggeber / Begünstigter", "Kontonummer", "Betrag (EUR)"),
        booked_on=("Buchungstag",),
        valued_on=("Wertstellung",),
        kind=("Buchungstext",),
        text=("Verwendungszweck",),
        name=("Auftraggeber / Begünstigter",),
        iban=("Kontonummer",),
        bank_code=("BLZ",),
        end_to_end=("Kundenreferenz",),
        mandate=("Mandatsreferenz",),
        amount=("Betrag (EUR)",),
    ),
    Bank(
        format="csv.volksbank",
        marks=columns("IBAN Auftragskonto", "Buchungstag", "Name Zahlungsbeteiligter", "Verwendungszweck", "Betrag"),
        own=("IBAN Auftragskonto",),
        booked_on=("Buchungstag",),
        valued_on=("Valutadatum",),
        kind=("Buchungstext",),
        text=("Verwendungszweck",),
        name=("Name Zahlungsbeteiligter",),
        iban=("IBAN Zahlungsbeteiligter",),
        mandate=("Mandatsreferenz",),
        amount=("Betrag",),
        currency=("Waehrung", "Währung"),
        balance=("Saldo nach Buchung",),
    ),
    Bank(
        format="csv.volksbank_2020",
        marks=columns("Buchungstag", "Valuta", "Auftraggeber/Zahlungsempfänger", "Vorgang/Verwendungszweck", "Umsatz"),
        booked_on=("Buchungstag",),
        valued_on=("Valuta",),
        text=("Vorgang/Verwendungszweck",),
        payer_and_payee=("Auftraggeber/Zahlungsempfänger", "Empfänger/Zahlungspflichtiger"),
        iban=("IBAN", "Konto-Nr."),
        bank_code=("BLZ",),
        end_to_end=("Kundenreferenz",),
        amount=("Umsatz",),
        currency=("Währung",),
        debit_or_credit="",
    ),
    Bank(
        format="csv.ing",
        marks=columns("Buchung", "Auftraggeber/Empfänger", "Buchungstext", "Verwendungszweck", "Betrag"),
        booked_on=("Buchung",),
        valued_on=("Wertstellungsdatum", "Valuta"),
        kind=("Buchungstext",),
        text=("Verwendungszweck",),
        name=("Auftraggeber/Empfänger",),
        end_to_end=("Kundenreferenz", "Referenz"),
        mandate=("Mandatsreferenz",),
        amount=("Betrag",),
        currency=("Währung",),
        balance=("Saldo",),
    ),
    Bank(
        format="csv.commerzbank",
        marks=columns("Buchungstag", "Wertstellung", "Umsatzart", "Buchungstext", "Betrag"),
        own=("IBAN Auftraggeberkonto", "IBAN Kontoinhaber"),
        booked_on=("Buchungstag",),
        valued_on=("Wertstellung",),
        kind=("Umsatzart",),
        text=("Buchungstext",),
        amount=("Betrag",),
        currency=("Währung",),
    ),
)


def read_csv(text: str) -> list[StatementData]:
    """Read an export of lines; one statement for each own account in it."""
    found: Table | None = None
    for table in split_tables(text):
        for bank in BANKS:
            if bank.marks <= set(table.header):
                return read_table(bank, table)
        found = found or table
    first = next((row for row in text.splitlines() if row.strip()), "")
    line, header = (found.header_line, ";".join(found.header)) if found else (1, first)
    raise StatementFault(Fault.UNKNOWN_TABLE, line=line, found=header[:80])


def read_table(bank: Bank, table: Table) -> list[StatementData]:
    rows = [row for row in table.rows() if not is_footer(bank, row)]
    if not rows:
        raise StatementFault(Fault.NO_STATEMENT, line=table.header_line, element="CSV")
    preamble = own_account(table)
    booked: dict[str, list[Row]] = {}
    pending: Counter[str] = Counter()
    for row in rows:
        iban = iban_of(filled(row, bank.own)) or preamble
        if not iban:
            raise StatementFault(Fault.NO_OWN_ACCOUNT, line=row.line)
        if bank.is_pending(row):
            pending[iban] += 1
        else:
            booked.setdefault(iban, []).append(row)
    statements = [read_account(bank, iban, own, pending[iban]) for iban, own in booked.items()]
    return with_footer(bank, statements, [row for row in table.rows() if is_footer(bank, row)])


def with_footer(bank: Bank, statements: list[StatementData], footers: Sequence[Row]) -> list[StatementData]:
    """The balances that stand below the lines, if the export has them; then opening + lines = closing is checked."""
    balances = {label: signed_amount(bank, row) for row in footers for label in FOOTER if label in row.cells.values()}
    if len(balances) < 2 or len(statements) != 1:
        return statements
    [data] = statements
    opening, closing = (balances[label] for label in FOOTER)
    if opening + data.total != closing:
        values = {"opening": str(opening), "total": str(data.total), "closing": str(closing)}
        raise StatementFault(Fault.WRONG_BALANCE, line=footers[0].line, found="CSV", values=values)
    return [replace(data, opening=opening, closing=closing)]


def read_account(bank: Bank, iban: str, rows: Sequence[Row], pending: int) -> StatementData:
    movements = [movement(bank, row, iban) for row in rows]
    days = [each.booked_on for each in movements]
    if days[0] > days[-1]:  # newest first, as most banks write
        rows, movements = rows[::-1], movements[::-1]
    opening, closing, rows_and_movements = chained(bank, rows, movements)
    return StatementData(
        format=bank.format,
        iban=iban,
        number="",
        opened_on=min(days),
        closed_on=max(days),
        opening=opening,
        closing=closing,
        movements=rows_and_movements,
        pending=pending,
        line=rows[0].line,
    )


def chained(
    bank: Bank, rows: Sequence[Row], movements: Sequence[Movement]
) -> tuple[Decimal | None, Decimal | None, Sequence[Movement]]:
    """Balances before and after all lines, if every line carries the balance after it and each follows from the last.

    A single day gives no hint of the order of the rows, so both are tried.
    """
    column = present(rows[0], bank.balance)
    if not column or not all(row.text(column) for row in rows):
        return None, None, movements
    for order in (1, -1):
        pairs = list(zip(rows, movements, strict=True))[::order]
        balances = [row.money(column) for row, _movement in pairs]
        steps = zip(pairwise(balances), pairs[1:], strict=True)
        broken = next((pair for (before, after), pair in steps if before + pair[1].amount != after), None)
        if broken is None:
            ordered = [each for _row, each in pairs]
            return balances[0] - ordered[0].amount, balances[-1], ordered
        if order == 1:
            first_broken = broken
    row, each = first_broken
    values = {"amount": str(each.amount), "balance": str(row.money(column))}
    raise StatementFault(Fault.BROKEN_CHAIN, line=row.line, element=column, values=values)


def movement(bank: Bank, row: Row, iban: str) -> Movement:
    amount = signed_amount(bank, row)
    currency = filled(row, bank.currency)
    if currency and currency not in {"EUR", "€"}:
        raise StatementFault(Fault.WRONG_CURRENCY, line=row.line, element="Währung", found=currency[:10])
    valued_on, booked_on = days_of(bank, row)
    marks = fields(" ".join(filled(row, bank.text).split("\n")))
    kind = filled(row, bank.kind)
    returned = any(word in f"{kind} {marks['SVWZ']}".upper() for word in RETURN_WORDS)
    other = party(bank, row, incoming=amount > 0)
    other_iban = counter_iban(bank, row) or marks.get("IBAN", "").replace(" ", "")
    return Movement(
        amount=amount,
        booked_on=booked_on,
        valued_on=valued_on,
        counterparty=" ".join((marks.get("ABWA") or other).split())[:140],
        counterparty_iban="" if other_iban == iban else other_iban[:34],
        text=" ".join(marks["SVWZ"].split()) or kind,
        end_to_end_id=reference(filled(row, bank.end_to_end) or marks.get("EREF", "")),
        structured_reference="",
        bank_reference="",
        gvc=code_of(kind, returned=returned),
        is_reversal=returned,
        return_reason=reason_in(f"RETURN {marks['SVWZ']}") if returned else "",
        line=row.line,
        original_amount=original(bank, row, amount),
        mandate_reference=reference(filled(row, bank.mandate) or marks.get("MREF", "")),
        batch_reference=reference(filled(row, bank.batch)),
    )


def signed_amount(bank: Bank, row: Row) -> Decimal:
    column = present(row, bank.amount)
    if not column:
        raise StatementFault(Fault.MISSING, line=row.line, element=bank.amount[0])
    amount = row.money(column)
    if bank.debit_or_credit is None:
        return amount
    side = row.text(bank.debit_or_credit)
    if side not in {"S", "H"}:
        raise StatementFault(Fault.INVALID, line=row.line, element="Soll/Haben", found=side[:10])
    return -amount if side == "S" else amount


def days_of(bank: Bank, row: Row) -> tuple[date, date]:
    """Value day and booking day; some exports write the booking day without its year."""
    valued = present(row, bank.valued_on)
    booked = present(row, bank.booked_on) or bank.booked_on[0]
    if not valued or not row.text(valued):
        booked_on = row.day(booked)
        return booked_on, booked_on
    valued_on = row.day(valued)
    booked_on = row.day(booked, near=valued_on)
    return valued_on, booked_on


def party(bank: Bank, row: Row, *, incoming: bool) -> str:
    """The name of the other side; of the holder and the other, the cooperative banks write the holder first."""
    if bank.payer_and_payee is None:
        return filled(row, bank.name)
    payer, payee = (row.text(column) for column in bank.payer_and_payee)
    return payer if incoming and bank.format != "csv.volksbank_2020" else payee


def counter_iban(bank: Bank, row: Row) -> str:
    account, code = filled(row, bank.iban).replace(" ", "").upper(), filled(row, bank.bank_code)
    if account.isdecimal() and code.isdecimal() and len(code) == 8 and int(account) and int(code):
        return iban_of(f"{code}/{account}")
    return account if account[:2].isalpha() else ""


def original(bank: Bank, row: Row, amount: Decimal) -> Decimal | None:
    column = present(row, bank.original)
    if not column or not row.text(column):
        return None
    value = abs(row.money(column)).copy_sign(amount)
    return value if value and value != amount else None


def code_of(kind: str, *, returned: bool) -> str:
    """The transaction code that the wording of the bank stands for."""
    upper = kind.upper()
    if returned:
        return "159"
    return "808" if any(word in upper for word in FEE_WORDS) else ""


def own_account(table: Table) -> str:
    """The own IBAN, or bank code and number, from what stands above the header."""
    cells = [cell.strip() for row in table.preamble for cell in row]
    for cell in cells:
        if found := OWN.search(cell.upper()):
            return found[1].replace(" ", "")
    after = {name.rstrip(":"): value for row in table.preamble for name, value in pairwise(row)}
    bank, account = after.get("BLZ", "").strip(), after.get("Konto", after.get("Kontonummer", "")).strip()
    return iban_of(f"{bank}/{account}") if bank.isdecimal() and account.isdecimal() else ""


def is_footer(bank: Bank, row: Row) -> bool:
    """The lines »Anfangssaldo« and »Endsaldo« below the old export of the cooperative banks."""
    return bank.format == "csv.volksbank_2020" and any(cell.strip() in FOOTER for cell in row.cells.values())


def present(row: Row, names: Iterable[str]) -> str:
    return next((name for name in names if name in row.cells), "")


def filled(row: Row, names: Iterable[str]) -> str:
    return next((row.text(name) for name in names if row.text(name)), "")
