"""A cash box holds what it holds: its balance is never negative, on no day (§ 146 (1) AO; GoBD Rz. 55)."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from apps.core.templatetags.formats import day, euro
from apps.ledger.calculations import ZERO
from apps.ledger.domain.drafts import EntryDraft
from apps.ledger.domain.errors import CashNegative
from apps.ledger.enums import Side
from apps.ledger.models import Account, EntryLine

CASH = "CASH"


def guard_cash(drafts: Sequence[EntryDraft]) -> None:
    """Refuse what was just written if it takes more out of the cash box than was in it on that day or a later one."""
    days = [draft.on for draft in drafts if any(line.credit and is_cash(line.account) for line in draft.lines)]
    if not days:
        return
    found = shortfall(min(days))
    if found:
        raise CashNegative(
            _("In der Kasse fehlen am %(day)s dafür %(missing)s. Eine Kasse kann nie unter null gehen.")
            % {"day": day(found[0]), "missing": euro(-found[1])},
            field="amount",
        )


def is_cash(account: Account | str) -> bool:
    return account == CASH if isinstance(account, str) else account.key == CASH


def shortfall(since: date) -> tuple[date, Decimal] | None:
    """The first day since then on which the balance is below zero, with the balance."""
    rows: Any = (
        EntryLine.objects.filter(account__key=CASH)
        .order_by("entry__booked_on")
        .values("entry__booked_on")
        .annotate(debit=Sum("amount", filter=Q(side=Side.DEBIT)), credit=Sum("amount", filter=Q(side=Side.CREDIT)))
    )
    balance = ZERO
    for row in rows:
        balance += round(Decimal(row["debit"] or 0), 2) - round(Decimal(row["credit"] or 0), 2)
        if balance < 0 and row["entry__booked_on"] >= since:
            return row["entry__booked_on"], balance
    return None
