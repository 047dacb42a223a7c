"""Why a statement file is refused, as facts; the German sentence is made in `domain.refusals`."""

from dataclasses import dataclass, field
from enum import StrEnum


class Fault(StrEnum):
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    NOT_A_STATEMENT = "not_a_statement"
    FOREIGN_FORMAT = "foreign_format"
    BROKEN_XML = "broken_xml"
    FORBIDDEN_XML = "forbidden_xml"
    TOO_DEEP = "too_deep"
    MISSING = "missing"
    INVALID = "invalid"
    WRONG_CURRENCY = "wrong_currency"
    WRONG_BATCH = "wrong_batch"
    WRONG_BALANCE = "wrong_balance"
    BROKEN_ROW = "broken_row"
    BROKEN_QUOTES = "broken_quotes"
    BROKEN_CHAIN = "broken_chain"
    UNKNOWN_TABLE = "unknown_table"
    NO_OWN_ACCOUNT = "no_own_account"
    NO_STATEMENT = "no_statement"
    BROKEN_ZIP = "broken_zip"
    ENCRYPTED_ZIP = "encrypted_zip"
    ZIP_TOO_MANY = "zip_too_many"
    ZIP_BOMB = "zip_bomb"
    ZIP_PATH = "zip_path"
    ZIP_WITHOUT_STATEMENT = "zip_without_statement"


@dataclass
class StatementFault(Exception):
    """One reason to refuse: where it stands (`file`, `line`, `element`) and what was found."""

    fault: Fault
    line: int | None = None
    element: str = ""
    found: str = ""
    file: str = ""
    values: dict[str, str] = field(default_factory=dict)
