"""Write-offs and cash payments of invoices, through the acts, with an empty page instead of the print."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pikepdf

from apps.dues.domain.cash import accept_cash
from apps.dues.domain.payments import with_balance
from apps.dues.domain.writing_off import write_off
from apps.dues.models import Allocation, Invoice, WriteOff

DAY = date(2027, 4, 14)


def empty_page(_shown: Any = None) -> bytes:
    pdf, content = pikepdf.new(), BytesIO()
    pdf.add_blank_page()
    pdf.save(content)
    return content.getvalue()


def make_write_off(invoice: Invoice, amount: str = "", *, on: date = DAY, **given: Any) -> WriteOff:
    """All that is open, as uncollectible, unless told otherwise."""
    chosen = {"ground": "uncollectible", "reason": "Die Stadt zahlt nicht", "booked_on": on, "by": None} | given
    return write_off(
        invoice,
        amount=Decimal(amount) if amount else with_balance(invoice).owed,
        voucher=empty_page,
        notice=empty_page,
        on=on,
        **chosen,
    )


def make_cash_payment(invoice: Invoice, amount: str, *, on: date = DAY, **given: Any) -> Allocation:
    chosen = {"payer": "Robin Muster", "booked_on": on, "by": None} | given
    return accept_cash(invoice, amount=Decimal(amount), receipt=empty_page, on=on, **chosen)
