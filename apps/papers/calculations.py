"""The signature block: order, count and the sentence under a declaration."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

ALPHABETICAL, DATE, POPULATION = "alphabetical", "date", "population"
UMLAUTS = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "ss"})


@dataclass(frozen=True)
class Signatory:
    """One line of the signature block."""

    city: str
    person: str
    function: str
    signed_on: date
    is_first: bool = False
    population: int | None = None
    basis: str = ""


def sort_key(name: str) -> str:
    """German dictionary order (DIN 5007-1): ä like a, ß like ss."""
    folded = name.casefold().translate(UMLAUTS)
    return "".join(sign for sign in unicodedata.normalize("NFD", folded) if not unicodedata.combining(sign))


def ordered(signatories: Sequence[Signatory], order: str) -> list[Signatory]:
    """The block in the chosen order; equal ones by name. Cities without a figure come last."""
    by_name = sorted(signatories, key=lambda one: sort_key(one.city))
    if order == DATE:
        return sorted(by_name, key=lambda one: one.signed_on)
    if order == POPULATION:
        return sorted(by_name, key=lambda one: -(one.population or 0))
    return by_name


def carried_by(signed: int, members: int, on: date) -> str:
    """»Diese Erklärung wird getragen von den unterzeichnenden Städten (Stand 20.11.2026: 12 von 29).«"""
    return (
        f"Diese Erklärung wird getragen von den unterzeichnenden Städten (Stand {on:%d.%m.%Y}: {signed} von {members})."
    )


def percent(signed: int, members: int) -> int:
    """Whole percent, rounded down, for the progress bar."""
    return min(100, 100 * signed // members) if members else 0
