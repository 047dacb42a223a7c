"""Dues paid in cash: into the cash book, on the invoice, with a receipt."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.acts import act
from apps.core.templatetags.formats import euro
from apps.dues.domain.collected import guard_not_collected
from apps.dues.domain.errors import PayerMissing
from apps.dues.domain.issuing import RECEIVABLE
from apps.dues.domain.payments import allocate_payment, guard_owed, lock_city, release_allocation, with_balance
from apps.dues.models import Allocation, AllocationQuerySet, Invoice
from apps.ledger.domain.drafts import Line
from apps.ledger.models import Entry
from apps.vouchers.domain.cash import take_cash
from apps.vouchers.models import CashEntry


@dataclass(frozen=True)
class CashReceipt:
    """What the receipt confirms (§ 368 BGB); `number` is that of the cash book, without gaps."""

    number: str
    invoice: Invoice
    amount: Decimal
    rest: Decimal
    payer: str
    received_on: date
    received_by: str


@transaction.atomic
def accept_cash(
    invoice: Invoice,
    *,
    amount: Decimal,
    payer: str,
    booked_on: date,
    receipt: Callable[[CashReceipt], bytes],
    by: User | None,
    on: date,
) -> Allocation:
    """Take cash for an open invoice, not more than is owed; `payer` is the person who hands it over.

    Everything that holds for the cash book holds here: not ahead of time, not before the last count, no closed period.
    """
    lock_city(invoice.city_id)
    invoice = with_balance(invoice)
    guard_owed(invoice, amount)
    guard_not_collected(invoice, on=on)
    payer = payer.strip()
    if not payer:
        raise PayerMissing(_("Bitte geben Sie an, wer das Geld übergeben hat."), field="payer")

    def printed(number: str) -> bytes:
        rest = invoice.outstanding - amount
        return receipt(CashReceipt(number, invoice, amount, rest, payer, booked_on, str(by or "")))

    with act("dues.cash_accepted", invoice, by=by, data={"amount": str(amount), "on": booked_on}) as record:
        row = take_cash(
            amount=amount,
            text=_("Barzahlung Rechnung %(invoice)s, %(city)s")
            % {"invoice": invoice.number, "city": invoice.city_label},
            claim=Line(RECEIVABLE, credit=amount, city=invoice.city, text=invoice.number),
            city=invoice.city,
            receipt=printed,
            booked_on=booked_on,
            by=by,
            on=on,
        )
        record.data["cash"] = row.number
        text = _("bar, Quittung %s") % row.number
        return allocate_payment(amount=amount, entry=row.entry, invoice=invoice, by=by, on=booked_on, text=text)


# what a reversed line of the cash book takes back


def paid_with(row: CashEntry) -> AllocationQuerySet:
    return Allocation.objects.standing().filter(entry=row.entry_id).select_related("invoice", "city")


def lock_payers(row: CashEntry) -> None:
    for city_id in sorted(set(paid_with(row).order_by().values_list("city", flat=True))):
        lock_city(city_id)


def release_paid(row: CashEntry, *, reversal: Entry, reason: str, by: Any, on: date) -> None:
    for allocation in paid_with(row):
        release_allocation(allocation, reason=reason, by=by, on=on, entry=reversal)


def words(row: CashEntry) -> list[str]:
    return [f"{consequence(each)} {_('Bitte lassen Sie sich die Quittung zurückgeben.')}" for each in paid_with(row)]


def consequence(paid: Allocation) -> str:
    """What was paid on an invoice that is cancelled since is credit of the city."""
    if paid.invoice is None or paid.invoice.is_cancelled:
        return _("Das Guthaben von %(city)s sinkt um %(amount)s.") % {"city": paid.city, "amount": euro(paid.amount)}
    return _("Auf Rechnung %(invoice)s sind %(amount)s wieder offen.") % {
        "invoice": paid.invoice,
        "amount": euro(paid.amount),
    }
