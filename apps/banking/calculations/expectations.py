"""Lines that carry out what we ordered: collected debits, transfers, and their returns."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from apps.banking.calculations.evidence import ZERO, Batch, Clue, Expected, Index, Kind, Payment, Proposal

NEAR = 5  # days around the ordered day


def by_expected(payment: Payment, index: Index) -> Iterable[Proposal]:
    """A single order by its id and amount; a whole batch by its reference, else by sum and day, and amount."""
    single = index.expected_by_id.get(payment.end_to_end_id) if payment.end_to_end_id else None
    if single and not single.arrived and single.amount == payment.amount:
        yield Proposal(Kind.EXPECTED, 100, Clue.EXPECTED, expected=(single.id,))
        return
    fitting = index.batches_by_amount.get(payment.amount, ())
    for batch in fitting:
        if batch.reference in {payment.batch_reference, payment.end_to_end_id} or batch.reference in payment.text:
            yield Proposal(Kind.EXPECTED, 100, Clue.EXPECTED, expected=batch.orders)
            return
    near = [batch for batch in fitting if abs(batch.due - payment.on) <= NEAR]
    if len(near) == 1:
        yield Proposal(Kind.EXPECTED, 85, Clue.EXPECTED, expected=near[0].orders)


def batches_by_amount(orders: Iterable[Expected]) -> dict[Decimal, list[Batch]]:
    """Batches of which nothing has arrived, by their sum."""
    members: dict[str, list[Expected]] = defaultdict(list)
    for order in orders:
        members[order.batch_reference].append(order)
    batches: dict[Decimal, list[Batch]] = defaultdict(list)
    for reference, batch in members.items():
        if not any(order.arrived for order in batch):
            total = sum((order.amount for order in batch), ZERO)
            batches[total].append(Batch(reference, batch[0].due, tuple(order.id for order in batch)))
    return batches


def returned_order(payment: Payment, index: Index) -> Expected | None:
    """The order that comes back: its id, and its amount before fees."""
    order = index.expected_by_id.get(payment.end_to_end_id) if payment.end_to_end_id else None
    return order if order and order.arrived and order.amount == -payment.returned_amount else None
