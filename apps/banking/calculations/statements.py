"""What every reader of bank files hands on: statements with movements, notices with the parts of a batch."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

ZERO = Decimal("0.00")
LONGEST_IBAN, LONGEST_NUMBER = 34, 40
ACCOUNT = re.compile(r"(\d{8})(?:/0*|(?=\d{10}(?:EUR)?$))(\d{1,10})(?:EUR)?")


@dataclass(frozen=True, slots=True)
class Movement:
    """One booked line. `amount` is signed: what came in is positive. `line` is its place in the file.

    `original_amount` is what a returned debit was about before the banks added their fees.
    """

    amount: Decimal
    booked_on: date
    valued_on: date
    counterparty: str
    counterparty_iban: str
    text: str
    end_to_end_id: str
    structured_reference: str
    bank_reference: str
    gvc: str
    is_reversal: bool
    return_reason: str
    line: int
    original_amount: Decimal | None = None
    mandate_reference: str = ""
    batch_reference: str = ""


@dataclass(frozen=True, slots=True)
class StatementData:
    """One statement as the bank wrote it. With both balances, opening + movements = closing has been checked.

    Without balances (an export of lines, the lines of a running day) completeness can't be proven.
    """

    format: str
    iban: str
    number: str
    opened_on: date
    closed_on: date
    opening: Decimal | None
    closing: Decimal | None
    movements: Sequence[Movement]
    pending: int
    line: int

    @property
    def total(self) -> Decimal:
        return sum((movement.amount for movement in self.movements), ZERO)


@dataclass(frozen=True, slots=True)
class NoticeData:
    """A batch as CAMT.054 explains it: its parts, and what identifies the one line they make up on the statement."""

    iban: str
    amount: Decimal
    booked_on: date
    references: frozenset[str]
    parts: Sequence[Movement]
    line: int


@dataclass
class FileData:
    """What one file holds."""

    statements: list[StatementData] = field(default_factory=list)
    notices: list[NoticeData] = field(default_factory=list)


def iban_of(account: str) -> str:
    """The IBAN of an account written as IBAN or, as older files do, as bank code and number (ISO 13616, mod 97)."""
    compact = "".join(account.split()).upper().removeprefix("/")[:LONGEST_IBAN]
    found = ACCOUNT.fullmatch(compact)
    if not found:
        return compact.removesuffix("EUR") if re.fullmatch(r"[A-Z]{2}\d\d[A-Z]{0,4}\d+EUR", compact) else compact
    national = f"{found[1]}{found[2]:0>10}"
    return f"DE{98 - int(f'{national}131400') % 97:02}{national}"


def bank_day(year: int, month: int, day: int) -> date:
    """A day as banks write it: for interest each month has 30 days, so 30 February is the value date of its last day."""
    if month == 2 and day in {29, 30}:
        return date(year, 3, 1) - timedelta(days=1)
    return date(year, month, day)
