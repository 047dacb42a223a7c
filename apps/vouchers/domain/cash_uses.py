"""What upper floors did with money of the cash box, so that a reversed line of the cash book undoes that too."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from apps.ledger.models import Entry
from apps.vouchers.models import CashEntry


@dataclass(frozen=True)
class CashUse:
    """`lock(row)` locks what the money was used for before the cash box is locked, `undo(row, reversal=…)` takes it back.

    `words(row)` says what will follow.
    """

    lock: Callable[[CashEntry], None]
    undo: Callable[..., None]
    words: Callable[[CashEntry], list[str]]


uses: list[CashUse] = []


def register_cash_use(use: CashUse) -> None:
    uses.append(use)


def lock_uses(row: CashEntry) -> None:
    for use in uses:
        use.lock(row)


def undo_uses(row: CashEntry, *, reversal: Entry, reason: str, by: Any, on: date) -> None:
    for use in uses:
        use.undo(row, reversal=reversal, reason=reason, by=by, on=on)


def consequences_of_reversing(row: CashEntry) -> list[str]:
    return [sentence for use in uses for sentence in use.words(row)]
