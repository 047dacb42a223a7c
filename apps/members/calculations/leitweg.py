"""The Leitweg-ID, by which public bodies receive electronic invoices."""

import re
from enum import StrEnum


class LeitwegFault(StrEnum):
    SHAPE = "shape"
    CHECK_DIGITS = "check_digits"


LEITWEG_SHAPE = re.compile(
    r"(?P<coarse>\d{2}|\d{3}|\d{5}|\d{8}|\d{9}|\d{12})(-(?P<fine>[A-Z0-9]{1,30}))?-(?P<check>\d{2})"
)


def leitweg_check_digits(coarse: str, fine: str = "") -> str:
    """Check digits of a Leitweg-ID by ISO 7064 mod 97-10 (letters A=10 … Z=35)."""
    digits = "".join(str(int(character, 36)) for character in coarse + fine)
    return f"{98 - int(digits + '00') % 97:02d}"


def leitweg_fault(value: str) -> LeitwegFault | None:
    """Tell what is wrong with a Leitweg-ID `coarse[-fine]-check`, or None when it is valid."""
    match = LEITWEG_SHAPE.fullmatch(value)
    if match is None:
        return LeitwegFault.SHAPE
    expected = leitweg_check_digits(match["coarse"], match["fine"] or "")
    return None if match["check"] == expected else LeitwegFault.CHECK_DIGITS
