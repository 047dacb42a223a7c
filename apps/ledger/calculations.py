"""Double entry as arithmetic."""

from collections.abc import Iterable
from decimal import Decimal

ZERO = Decimal("0.00")
CENT = Decimal("0.01")


def balance_problem(sides: Iterable[tuple[Decimal | None, Decimal | None]]) -> str:
    """Return "" if the (debit, credit) pairs make an entry, otherwise what is missing.

    `empty`: fewer than two lines; `sides`: a line names no side or both; `amount`: not positive or not whole cents;
    `balance`: debit and credit differ.
    """
    pairs = list(sides)
    if len(pairs) < 2:
        return "empty"
    if any((debit is None) == (credit is None) for debit, credit in pairs):
        return "sides"
    amounts = [debit if debit is not None else credit for debit, credit in pairs]
    if any(amount is None or amount <= 0 or amount != amount.quantize(CENT) for amount in amounts):
        return "amount"
    difference = sum(((debit or ZERO) - (credit or ZERO) for debit, credit in pairs), ZERO)
    return "balance" if difference else ""
