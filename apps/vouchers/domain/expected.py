"""Open bills by the day they are due, for whoever looks ahead."""

from collections.abc import Iterator

from apps.core.money import round_cents
from apps.ledger.expected import DueItem
from apps.vouchers.models import Voucher


def open_bills() -> Iterator[DueItem]:
    """Bills without a day are due when they came in (§ 271 (1) BGB)."""
    for voucher in Voucher.objects.payable().only("due_on", "received_on").order_by():
        yield DueItem(voucher.due_on or voucher.received_on, -round_cents(voucher.outstanding))  # type: ignore[attr-defined]
