"""Outgoing lines that pay suppliers: their account, the number the purpose names, the amount."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from apps.banking.calculations.evidence import ZERO, Clue, Index, Kind, Payable, Payment, Proposal
from apps.banking.calculations.words import NO_WORD, normal

SHORTEST_NUMBER = 4


def compact(text: str) -> str:
    """»RE 2027/118« → »RE2027118«."""
    return NO_WORD.sub("", text.upper())


def index_payables(index: Index, payables: Iterable[Payable]) -> None:
    for payable in sorted(payables, key=lambda each: (each.due, each.id)):
        index.payables_by_amount[payable.open].append(payable)
        if payable.iban:
            index.payables_by_iban[payable.iban].append(payable)


def by_payables(payment: Payment, index: Index) -> Iterable[Proposal]:
    """Read an outgoing line as the payment of posted vouchers, the most certain reading first."""
    amount = -payment.amount
    said = compact(f"{payment.text} {payment.end_to_end_id} {payment.structured_reference}")
    same_amount = index.payables_by_amount.get(amount, [])
    same_account = index.payables_by_iban.get(payment.iban, []) if payment.iban else []
    for payable in same_amount:
        if found := one_payable(payment, payable, said):
            yield found
    yield from several(amount, [each for each in same_account if is_named(each, said)], Clue.NUMBER, (100, 85))
    yield from several(amount, same_account, Clue.IBAN, (85, 60))
    if len(same_amount) == 1 and not payment.iban:
        yield proposal(Kind.AMOUNT, 50, Clue.AMOUNT, same_amount)


def one_payable(payment: Payment, payable: Payable, said: str) -> Proposal | None:
    """A voucher of exactly this amount: how far account, number and name speak for it."""
    is_account, named = payment.iban == payable.iban, is_named(payable, said)
    if named and (is_account or not payment.iban or not payable.iban):
        return proposal(Kind.NUMBER, 100 if is_account and payable.iban else 95, Clue.NUMBER, [payable])
    if named:
        return proposal(Kind.NUMBER, 70, Clue.OTHER_ACCOUNT, [payable])
    if is_account and payable.iban:
        return proposal(Kind.IBAN_AMOUNT, 90, Clue.IBAN, [payable])
    if payable.name and payable.name in normal(payment.counterparty):
        return proposal(Kind.NAME_AMOUNT, 80, Clue.NAME, [payable])
    return None


def several(amount: Decimal, owed: Sequence[Payable], clue: Clue, scores: tuple[int, int]) -> Iterable[Proposal]:
    """All of these together, or part of the only one."""
    total = sum((each.open for each in owed), ZERO)
    if len(owed) > 1 and total == amount:
        yield proposal(Kind.JOINT, scores[0], clue, owed)
    elif len(owed) == 1 and amount < total:
        yield Proposal(Kind.PARTIAL, scores[1], clue, payables=((owed[0].id, amount),))


def proposal(kind: Kind, score: int, clue: Clue, payables: Sequence[Payable]) -> Proposal:
    return Proposal(kind, score, clue, payables=tuple((each.id, each.open) for each in payables))


def is_named(payable: Payable, said: str) -> bool:
    return any(number in said for number in payable.numbers if len(number) >= SHORTEST_NUMBER)
