"""When two movements are the same one: so that a file read twice, or two files that overlap, add nothing twice."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256

from apps.banking.calculations.statements import Movement, StatementData
from apps.banking.calculations.words import normal

type Identity = tuple[str, int]


def fingerprint(movement: Movement) -> str:
    """Hash of everything the bank says about a movement, without its place in the file."""
    fields = (
        movement.booked_on.isoformat(),
        movement.valued_on.isoformat(),
        f"{movement.amount:.2f}",
        movement.counterparty,
        movement.counterparty_iban,
        movement.text,
        movement.end_to_end_id,
        movement.structured_reference,
        movement.bank_reference,
        movement.gvc,
        str(movement.is_reversal),
    )
    return sha256("\x1f".join(fields).encode()).hexdigest()


def identities(fingerprints: Iterable[str], before: Mapping[str, int]) -> list[Identity]:
    """Number equal movements: the first is 0, the next 1; `before` counts those on the directly preceding statement."""
    seen = Counter(before)
    found: list[Identity] = []
    for each in fingerprints:
        found.append((each, seen[each]))
        seen[each] += 1
    return found


def content_hash(statement: StatementData, fingerprints: Iterable[str]) -> str:
    """Hash of a statement as a whole, to tell the same one from another under its number."""
    balances = (f"{balance:.2f}" if balance is not None else "" for balance in (statement.opening, statement.closing))
    head = "\x1f".join((*balances, str(statement.closed_on)))
    return sha256("\x1f".join((head, *fingerprints)).encode()).hexdigest()


def follows(number: str, opening: Decimal, previous_number: str, previous_closing: Decimal) -> bool:
    """True if a statement directly continues another: next number, and it opens with the other's closing balance."""
    numeric = number.isdecimal() and previous_number.isdecimal()
    return numeric and int(number) == int(previous_number) + 1 and opening == previous_closing


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is needed to see that two formats speak of the same movement."""

    counterparty_iban: str
    end_to_end_id: str
    bank_reference: str
    text: str


def sketch(movement: Movement) -> Sketch:
    return Sketch(movement.counterparty_iban, movement.end_to_end_id, movement.bank_reference, movement.text)


def agree(one: Sketch, other: Sketch) -> bool:
    """True if two movements of one account, day and amount, told in different formats, are the same one.

    The same reference of the bank decides. Otherwise accounts and end-to-end ids must not contradict each other, and
    either the end-to-end id or the text must speak for it: one text begins with or holds the other, whatever the
    blanks, signs, case and umlauts.
    """
    if one.bank_reference and one.bank_reference == other.bank_reference:
        return True
    if contradict(one.counterparty_iban, other.counterparty_iban):
        return False
    if contradict(one.end_to_end_id, other.end_to_end_id):
        return False
    if one.end_to_end_id and one.end_to_end_id == other.end_to_end_id:
        return True
    left, right = bare(one.text), bare(other.text)
    return left in right or right in left


def contradict(one: str, other: str) -> bool:
    return bool(one and other and one != other)


def bare(text: str) -> str:
    """Letters and digits only: »Beitrag 2027, Köln« → »BEITRAG2027KOELN«."""
    return normal(text).replace(" ", "")
