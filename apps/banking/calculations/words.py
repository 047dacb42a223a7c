"""Reading what treasuries write: names without umlauts, numbers with blanks, references cut off."""

import re
from collections.abc import Iterable, Iterator

TRANSLITERATED = str.maketrans({"Ä": "AE", "Ö": "OE", "Ü": "UE", "ẞ": "SS", "ß": "SS"})
BARE = str.maketrans({"Ä": "A", "Ö": "O", "Ü": "U", "ẞ": "SS", "ß": "SS"})
NO_WORD = re.compile(r"[^A-Z0-9]+")
FILLERS = frozenset({"AM", "AN", "DER", "DIE", "DAS", "IM", "IN", "VON"})
LONGEST_NAME = 5

# 2027-0014, 2027/0014, 2027 - 0014, 20270014; without leading zeros only with a sign between (2027-14, 2027/14)
# (the number only looked ahead at, so that »Beitrag 2027 2027-0014« is read as well)
PADDED = re.compile(r"(?<!\d)(20\d\d)(?=\s?[-–/._]?\s?(\d{4,6})(?!\d))")
SHORT = re.compile(r"(?<!\d)(20\d\d)(?=\s?[-–/]\s?(\d{1,3})(?![\d.]))")
RF_START = re.compile(r"RF\d\d")
# the end of a number whose beginning the bank cut off: …27-0014
CUT_OFF = re.compile(r"(?<![\d-])(\d{1,3})-(\d{4,6})(?!\d)")


def normal(text: str) -> str:
    """Capital words without umlauts: »Freie Stadt Köln« → »FREIE STADT KOELN«."""
    return NO_WORD.sub(" ", text.upper().translate(TRANSLITERATED)).strip()


def spellings(name: str) -> set[str]:
    """Ways to write a name without umlauts: MUENCHEN and MUNCHEN; small words may be missing."""
    upper = name.upper()
    full = {NO_WORD.sub(" ", upper.translate(table)).strip() for table in (TRANSLITERATED, BARE)}
    short = {" ".join(word for word in each.split() if word not in FILLERS) for each in full}
    return {each for each in full | short if each}


def phrases(text: str) -> Iterator[str]:
    """Every run of up to five words, long ones first; small words once kept, once left out."""
    words = normal(text).split()
    bare = [word for word in words if word not in FILLERS]
    for row in (words, bare) if len(bare) < len(words) else (words,):
        for length in range(min(LONGEST_NAME, len(row)), 0, -1):
            for start in range(len(row) - length + 1):
                yield " ".join(row[start : start + length])


def padded_numbers(text: str) -> list[tuple[str, int]]:
    """(year, number) of everything that looks like a full invoice number, in order."""
    return [(year, int(number)) for year, number in PADDED.findall(text)]


def short_numbers(text: str) -> list[tuple[str, int]]:
    """(year, number) of numbers written without leading zeros."""
    return [(year, int(number)) for year, number in SHORT.findall(text)]


def cut_off_numbers(text: str) -> list[tuple[str, int]]:
    """(end of the year, number) of numbers that lost their beginning."""
    return [(year, int(number)) for year, number in CUT_OFF.findall(text)]


def references(text: str) -> Iterable[str]:
    """Every place where an RF reference may begin, without blanks; what follows may be glued to it."""
    compact = NO_WORD.sub("", text.upper())
    return (compact[found.start() : found.start() + 25] for found in RF_START.finditer(compact))
