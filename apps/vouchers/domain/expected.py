"""Open bills by the day they are due, for whoever looks ahead."""

from collections.abc import Iterator

from apps.core.money import round_cents
from apps.ledger.expected import DueItem
from apps.vouchers.models import Voucher


def open_bills() -> Iterator[DueItem]:
    """Bills without a day are due when they came in (§ 271 (1) BGB)."""
    rows = Voucher.objects.payable().order_by().values_list("due_on", "received_on", "outstanding")
    for due_on, received_on, outstanding in rows:
        yield DueItem(due_on or received_on, -round_cents(outstanding))
