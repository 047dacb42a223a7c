"""Rules of the SEPA schemes: creditor identifier, lapse of mandates, days of notice, letters that banks accept."""

import re
from calendar import monthrange
from datetime import date, timedelta

from holidays import financial_holidays

CREDITOR_ID = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{3}[A-Z0-9]{1,28}")
TRANSLITERATED = str.maketrans(
    {"Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ẞ": "SS", "–": "-", "€": "EUR"}
)
TARGET_HOLIDAYS = financial_holidays("XECB")
ALLOWED = re.compile(r"[^A-Za-z0-9/?:().,'+ -]")


def is_creditor_id(value: str) -> bool:
    """Check digits by ISO 7064 mod 97-10 over the national part and »DE00«; the business code is left out (ZZZ)."""
    if not CREDITOR_ID.fullmatch(value):
        return False
    moved = f"{value[7:]}{value[:4]}"
    digits = "".join(str(int(letter, 36)) for letter in moved)
    return int(digits) % 97 == 1


def months_later(day: date, months: int) -> date:
    """The same day some months later, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def is_last_of_month(day: date) -> bool:
    return (day + timedelta(days=1)).day == 1


def lapses_on(signed_on: date, last_collected_on: date | None, months: int) -> date:
    """The first day on which an unused mandate may no longer be used (rulebook 4.1: 36 months after the last use)."""
    return months_later(last_collected_on or signed_on, months)


def latest_notice(due_on: date, days: int) -> date:
    """The last day for the pre-notification: due 31.03.2027, 14 days → 17.03.2027."""
    return due_on - timedelta(days=days)


def is_bank_day(day: date) -> bool:
    """TARGET is closed at weekends and on six holidays (New Year, Good Friday, Easter Monday, May 1, December 25, 26)."""
    return day.weekday() < 5 and day not in TARGET_HOLIDAYS


def next_bank_day(day: date) -> date:
    """This day, or the first after it on which banks execute payments."""
    while not is_bank_day(day):
        day += timedelta(days=1)
    return day


def accepted(text: str, most: int) -> str:
    """The text in the letters of the SEPA character set, umlauts written out, cut to its length."""
    plain = ALLOWED.sub(" ", text.translate(TRANSLITERATED))
    return " ".join(plain.split())[:most].strip()
