"""Why a payment came back: the codes of ISO 20022 (External Code Sets) that German banks use."""

import re

CODES = frozenset(
    [
        "AC01",
        "AC04",
        "AC06",
        "AC13",
        "AG01",
        "AG02",
        "AM04",
        "AM05",
        "BE04",
        "BE05",
        "CNOR",
        "CUST",
        "DNOR",
        "DUPL",
        "FF01",
        "FF05",
        "FOCR",
        "MD01",
        "MD02",
        "MD06",
        "MD07",
        "MS02",
        "MS03",
        "RC01",
        "RR01",
        "RR02",
        "RR03",
        "RR04",
        "SL01",
        "TECH",
        "UPAY",
    ]
)
WORD = re.compile(r"(?<![A-Z0-9])[A-Z]{2}[A-Z0-9]{2}(?![A-Z0-9])")
MARKS = ("RETOURE", "RUECKGABE", "RÜCKGABE", "RUECKLASTSCHRIFT", "RÜCKLASTSCHRIFT", "RETURN", "REJECT")


def reason_in(text: str) -> str:
    """The code in a text that speaks of a return, else nothing."""
    upper = text.upper()
    if not any(mark in upper for mark in MARKS):
        return ""
    return next((word for word in WORD.findall(upper) if word in CODES), "")
