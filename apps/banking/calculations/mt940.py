"""Reader of MT940 as German banks write it (DFÜ-Abkommen Anlage 3, chapter 8): text in, statements out, or a fault.

The library mt-940 was left aside: it drops the transaction code and glues subfields of :86: with blanks.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from apps.banking.calculations.errors import Fault, StatementFault
from apps.banking.calculations.returns import reason_in
from apps.banking.calculations.sepa_text import fields, reference
from apps.banking.calculations.statements import LONGEST_NUMBER, ZERO, Movement, StatementData, bank_day, iban_of

FIELD = re.compile(r":(20|21|25|28C?|60[FM]|61|62[FM]|64|65|86|NS):(.*)")
CLOCK = re.compile(r":[0-5]\d:[0-5]\d(?![\d/,])")  # a time of day that the width of the row has cut in two
FRAME = re.compile(r"\{[1235]:.*|\{4:|:940:|-?\}.*")  # what SWIFT and banks write around a message
INTERIM = re.compile(r"^:(34F|13D):", re.MULTILINE)
BALANCE = re.compile(r"(?P<side>[CD])(?P<day>\d{6})(?P<currency>[A-Z]{3})(?P<amount>\d{1,12},\d{0,2})")
LINE = re.compile(
    r"(?P<value>\d{6})(?P<entry>\d{4})?(?P<reversal>R?)(?P<side>[CD])[A-Z]?"
    r"(?P<amount>\d{1,12}(?:,\d{0,2})?)(?P<type>[NFS][A-Z0-9]{3})(?P<own>.*?)(?://(?P<bank>.*))?"
)
TEXT = (*(f"{number}" for number in range(20, 30)), *(f"{number}" for number in range(60, 64)))
RETURNS = frozenset({"108", "109", "159"})
RETURNED_ITEM = "NRTI"


@dataclass(frozen=True, slots=True)
class Field:
    """One field with its tag, the lines of its content, and its place in the file."""

    tag: str
    rows: tuple[str, ...]
    line: int

    @property
    def text(self) -> str:
        return self.rows[0].strip()


def looks_like_mt940(head: str) -> bool:
    return bool(re.match(r"\{1:|:\d{2,4}[A-Z]?:", head))


def read_mt940(text: str) -> list[StatementData]:
    """Read every statement of a file; the pages of one statement (:60M:/:62M:) are put together."""
    if INTERIM.search(text) and ":60" not in text:
        raise StatementFault(Fault.FOREIGN_FORMAT, found="MT942")
    pages = [read_page(page) for page in messages(text)]
    if not pages:
        raise StatementFault(Fault.NO_STATEMENT, element=":20:")
    whole: list[StatementData] = []
    for data, continues in pages:
        if continues and whole and (whole[-1].iban, whole[-1].number) == (data.iban, data.number):
            whole[-1] = joined(whole[-1], data)
        else:
            whole.append(data)
    return whole


def joined(first: StatementData, second: StatementData) -> StatementData:
    if first.closing != second.opening:
        values = {"opening": str(first.closing), "total": str(second.total), "closing": str(second.closing)}
        raise StatementFault(Fault.WRONG_BALANCE, line=second.line, found=second.number, values=values)
    movements = [*first.movements, *second.movements]
    opened_on = min(first.opened_on, second.closed_on)
    return replace(first, opened_on=opened_on, closing=second.closing, closed_on=second.closed_on, movements=movements)


def messages(text: str) -> Iterator[list[Field]]:
    """The fields of each message; a message begins with :20: and ends with »-« or the next one."""
    message: list[Field] = []
    for found in read_fields(text):
        if found.tag == "20" and message:
            yield message
            message = []
        message.append(found)
    if message:
        yield message


def read_fields(text: str) -> Iterator[Field]:
    """The fields with their rows. A lone »-« ends a message only after its closing balance, before that it is text."""
    tag, rows, place, is_closed = "", [""], 0, False
    for number, row in enumerate(text.split("\n"), start=1):
        row = row.strip("\x01\x03\x1a")
        found = None if tag == "86" and CLOCK.match(row) else FIELD.match(row.removeprefix("{4:"))
        bare = row.strip()
        if found or FRAME.fullmatch(bare) or (bare == "-" and (is_closed or not tag)):
            if tag:
                yield Field(tag, tuple(rows), place)
            tag, rows, place = (found[1], [found[2]], number) if found else ("", [""], number)
            is_closed = tag.startswith("62") or (is_closed and tag != "20")
        elif tag:
            rows.append(row)
        elif bare:
            raise StatementFault(Fault.INVALID, line=number, element=":20:", found=row[:40])
    if tag:
        yield Field(tag, tuple(rows), place)


def read_page(message: Sequence[Field]) -> tuple[StatementData, bool]:
    """One message, and whether it continues the page before it."""
    by_tag = {found.tag: found for found in message}
    start, end = by_tag.get("60F") or by_tag.get("60M"), by_tag.get("62F") or by_tag.get("62M")
    place = message[0].line
    missing = [name for name, found in ((":25:", by_tag.get("25")), (":60F:", start), (":62F:", end)) if found is None]
    if missing or start is None or end is None:
        raise StatementFault(Fault.MISSING, line=place, element=missing[0])
    opening, opened_on = balance(start)
    closing, closed_on = balance(end)
    movements = list(read_movements(message))
    numbered = by_tag.get("28C") or by_tag.get("28")
    number = numbered.text.split("/")[0].lstrip("0")[:LONGEST_NUMBER] if numbered else ""
    data = StatementData(
        format="mt940",
        iban=iban_of(by_tag["25"].text),
        number=number,
        opened_on=min(opened_on, closed_on),
        closed_on=closed_on,
        opening=opening,
        closing=closing,
        movements=movements,
        pending=0,
        line=place,
    )
    if opening + data.total != closing:
        values = {"opening": str(opening), "total": str(data.total), "closing": str(closing)}
        raise StatementFault(Fault.WRONG_BALANCE, line=place, found=data.number, values=values)
    return data, start.tag == "60M"


def read_movements(message: Sequence[Field]) -> Iterator[Movement]:
    told = [found for found in message if found.tag != "NS"]  # notes of the bank in a form of its own
    for place, found in enumerate(told):
        if found.tag == "61":
            after = told[place + 1] if place + 1 < len(told) else None
            yield movement(found, after if after and after.tag == "86" else None)


def movement(entry: Field, details: Field | None) -> Movement:
    found = LINE.fullmatch(entry.text)
    if not found:
        raise StatementFault(Fault.INVALID, line=entry.line, element=":61:", found=entry.text[:40])
    valued_on = day(found["value"], entry)
    sign = (1 if found["side"] == "C" else -1) * (-1 if found["reversal"] else 1)
    gvc, sub = subfields(details)
    marks = fields("".join(sub.get(key, "") for key in TEXT) or sub.get("", ""))
    text = " ".join(marks["SVWZ"].split()) or sub.get("00", "").strip()
    came_back = bool(found["reversal"]) or gvc in RETURNS or found["type"] == RETURNED_ITEM
    return Movement(
        amount=money(found["amount"]) * sign,
        booked_on=entry_day(found["entry"], valued_on, entry),
        valued_on=valued_on,
        counterparty=" ".join((marks.get("ABWA") or sub.get("32", "") + sub.get("33", "")).split())[:140],
        counterparty_iban=counter_account(sub)[:34],
        text=text,
        end_to_end_id=reference(marks.get("EREF", "")),
        structured_reference="",
        bank_reference=reference((found["bank"] or "").strip()),
        gvc=gvc,
        is_reversal=bool(found["reversal"]),
        return_reason=reason_in(f"RETURN {marks['SVWZ']} {marks.get('RTRN', '')}") if came_back else "",
        line=entry.line,
        original_amount=original(marks.get("OAMT", ""), sign),
        mandate_reference=reference(marks.get("MREF", "")),
        batch_reference=reference(marks.get("KREF", "")),
    )


def subfields(details: Field | None) -> tuple[str, dict[str, str]]:
    """Transaction code and subfields of :86:; unstructured text stands under the empty key.

    A field of 65 characters goes on in the next row without a blank (Anlage 3, 8.2.4), so rows and subfields are
    joined as they are; so are the code words between slashes that banks elsewhere write.
    """
    if details is None:
        return "", {}
    content = "".join(details.rows)
    code, sign = content[:3], content[3:4]
    if not (code.isdecimal() and sign and not sign.isalnum() and sign != " "):
        return "", {"": ("" if content.startswith("/") else " ").join(details.rows)}
    parts = re.split(re.escape(sign) + r"(\d\d)", content[3:] if sign == "?" else content[3:].rstrip(sign))
    values: dict[str, str] = {}
    for key, value in zip(parts[1::2], parts[2::2], strict=True):
        values.setdefault(key, value)
    return code, values


def counter_account(sub: dict[str, str]) -> str:
    """The other side's IBAN, from ?31 alone or made of an old bank code (?30) and number (?31)."""
    account, bank = sub.get("31", "").replace(" ", "").upper(), sub.get("30", "").strip()
    if bank.isdecimal() and len(bank) == 8 and account.isdecimal() and int(account):
        return iban_of(f"{bank}/{account}")
    return account if account[:2].isalpha() else ""


def original(value: str, sign: int) -> Decimal | None:
    found = re.search(r"\d{1,12},\d{0,2}", value)
    return money(found[0]) * sign if found else None


def balance(found: Field) -> tuple[Decimal, date]:
    read = BALANCE.fullmatch(found.text)
    if not read:
        raise StatementFault(Fault.INVALID, line=found.line, element=f":{found.tag}:", found=found.text[:40])
    if read["currency"] != "EUR":
        raise StatementFault(Fault.WRONG_CURRENCY, line=found.line, element=f":{found.tag}:", found=read["currency"])
    return money(read["amount"]) * (1 if read["side"] == "C" else -1), day(read["day"], found)


def money(value: str) -> Decimal:
    return round(Decimal(value.replace(",", ".")), 2) if value.strip(",0") else ZERO


def day(value: str, found: Field) -> date:
    try:
        return bank_day(2000 + int(value[:2]), int(value[2:4]), int(value[4:]))
    except ValueError:
        raise StatementFault(Fault.INVALID, line=found.line, element=f":{found.tag}:", found=value) from None


def entry_day(value: str | None, valued_on: date, found: Field) -> date:
    """The booking day is written without a year: the one nearest to the value date is meant."""
    if not value:
        return valued_on
    near = []
    for year in (valued_on.year - 1, valued_on.year, valued_on.year + 1):
        try:
            near.append(date(year, int(value[:2]), int(value[2:])))
        except ValueError:
            continue
    if not near:
        raise StatementFault(Fault.INVALID, line=found.line, element=":61:", found=value)
    return min(near, key=lambda each: abs(each - valued_on) or timedelta(0))
