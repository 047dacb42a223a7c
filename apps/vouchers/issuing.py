"""Acts together with the print that proves them."""

from datetime import datetime
from typing import Any

from apps.vouchers.domain.cash import count_cash
from apps.vouchers.models import CashCount
from apps.vouchers.prints import print_count


def count_with_protocol(*, at: datetime, **counted: Any) -> CashCount:
    """Count the cash as `count_cash` does, its protocol printed and filed at `at`."""
    return count_cash(protocol=lambda count: print_count(count, on=counted["on"], created=at), **counted)
