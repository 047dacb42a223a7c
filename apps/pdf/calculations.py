"""Rules of what is printed: address window, creditor reference, payload of the transfer code. Pure."""

import re
from collections.abc import Sequence
from decimal import Decimal
from math import ceil

ADDRESS_LINE_CHARACTERS = 44
MAX_BYTES = 331
MAX_NAME = 70
MAX_TEXT = 140
LARGEST_AMOUNT = Decimal("999999999.99")


class PaymentDataError(ValueError):
    """The data can't stand in a transfer code (EPC069-12)."""


def lines_needed(recipient: Sequence[str]) -> int:
    """Return how many lines an address takes in the 80 mm of the window (DIN 5008: at most six)."""
    return sum(max(1, ceil(len(line) / ADDRESS_LINE_CHARACTERS)) for line in recipient)


def mod97(text: str) -> int:
    """Return the remainder of ISO 7064 mod 97-10, letters counting A = 10 … Z = 35."""
    return int("".join(str(int(character, 36)) for character in text)) % 97


def compact(text: str) -> str:
    """Return `text` in capitals without white space, as references and account numbers are compared."""
    return "".join(text.split()).upper()


def group4(text: str) -> str:
    """Return `text` in groups of four, non-breaking, as references and account numbers are printed."""
    text = compact(text)
    return "\N{NO-BREAK SPACE}".join(text[index : index + 4] for index in range(0, len(text), 4))


def rf_reference(reference: str) -> str:
    """Return the creditor reference `RF`, two check digits, `reference` (ISO 11649; 1 to 21 letters and digits)."""
    reference = compact(reference)
    if not re.fullmatch(r"[A-Z0-9]{1,21}", reference):
        raise PaymentDataError(f"{reference!r}: 1 to 21 letters A–Z and digits are allowed (ISO 11649).")
    return f"RF{98 - mod97(f'{reference}RF00'):02d}{reference}"


def is_valid_rf(reference: str) -> bool:
    """Tell whether `reference` is a creditor reference with right check digits (ISO 11649)."""
    reference = compact(reference)
    return bool(re.fullmatch(r"RF\d\d[A-Z0-9]{1,21}", reference)) and mod97(reference[4:] + reference[:4]) == 1


def is_valid_iban(iban: str) -> bool:
    """Tell whether `iban` has the form and the check digits of ISO 13616."""
    iban = compact(iban)
    return bool(re.fullmatch(r"[A-Z]{2}\d\d[A-Z0-9]{11,30}", iban)) and mod97(iban[4:] + iban[:4]) == 1


def epc_payload(name: str, iban: str, amount: Decimal, reference: str = "", text: str = "", bic: str = "") -> str:
    """Return the content of a transfer code (EPC069-12, version 002, UTF-8, lines ended by LF, no empty lines at the end).

    The purpose is either a creditor reference (ISO 11649) or a text, never both; the whole is at most 331 bytes.
    """
    check_single_lines(name, text)
    check_payment(name, iban, amount)
    check_purpose(reference, text)
    lines = (
        "BCD",
        "002",
        "1",
        "SCT",
        compact(bic),
        name,
        compact(iban),
        f"EUR{amount:.2f}",
        "",
        compact(reference),
        text,
    )
    payload = "\n".join(lines).rstrip("\n")
    if len(payload.encode()) > MAX_BYTES:
        raise PaymentDataError(f"{len(payload.encode())} bytes: a transfer code holds at most {MAX_BYTES}.")
    return payload


def check_single_lines(*fields: str) -> None:
    if any(re.search(r"[\x00-\x1f\x7f]", field) for field in fields):
        raise PaymentDataError("A field of a transfer code is one line without control characters.")


def check_payment(name: str, iban: str, amount: Decimal) -> None:
    if not 1 <= len(name.strip()) <= MAX_NAME:
        raise PaymentDataError(f"{name!r}: the payee's name has 1 to {MAX_NAME} characters.")
    if not is_valid_iban(iban):
        raise PaymentDataError(f"{iban!r} is no IBAN.")
    if not Decimal("0.01") <= amount <= LARGEST_AMOUNT or amount != amount.quantize(Decimal("0.01")):
        raise PaymentDataError(f"{amount}: from 0.01 to {LARGEST_AMOUNT} euro in whole cents.")


def check_purpose(reference: str, text: str) -> None:
    if bool(reference) == bool(text):
        raise PaymentDataError("Exactly one of reference and text says what is paid.")
    if reference and not is_valid_rf(reference):
        raise PaymentDataError(f"{reference!r} is no creditor reference (ISO 11649).")
    if len(text) > MAX_TEXT:
        raise PaymentDataError(f"The text has at most {MAX_TEXT} characters.")
