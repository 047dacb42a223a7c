"""What shall be posted, before it has a number."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from apps.ledger.models import Account, CostCentre, Entry


@dataclass(frozen=True)
class Line:
    """One side of a draft: `account` is an `Account` or the key of one; exactly one of `debit` and `credit` is given."""

    account: Account | str
    debit: Decimal | None = None
    credit: Decimal | None = None
    city: Any = None
    text: str = ""
    sphere: str = ""
    cost_centre: CostCentre | None = None


@dataclass(frozen=True)
class EntryDraft:
    """What shall be posted; `document_on` is the date of the voucher (default: the booking date).

    `voucher` is the document that proves it; without one `source` and `reference` name the object that does
    (the invoice, the line of the bank statement). What `takes_back` an earlier entry may stand on a cost centre closed since.
    """

    on: date
    text: str
    lines: Sequence[Line]
    source: str
    reference: str = ""
    voucher: Any = None
    document_on: date | None = None
    reverses: Entry | None = field(default=None, repr=False)
    takes_back: bool = False
