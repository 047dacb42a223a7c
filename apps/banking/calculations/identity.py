"""When two movements are the same one: so that a file read twice, or two files that overlap, add nothing twice."""

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from hashlib import sha256

from apps.banking.calculations.camt import Movement, StatementData

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
    head = f"{statement.opening:.2f}\x1f{statement.closing:.2f}\x1f{statement.closed_on}"
    return sha256("\x1f".join((head, *fingerprints)).encode()).hexdigest()


def follows(number: str, opening: Decimal, previous_number: str, previous_closing: Decimal) -> bool:
    """True if a statement directly continues another: next number, and it opens with the other's closing balance."""
    numeric = number.isdecimal() and previous_number.isdecimal()
    return numeric and int(number) == int(previous_number) + 1 and opening == previous_closing
