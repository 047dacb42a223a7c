"""Which vouchers are to be paid, and which entries paid them. Banking and payments match against `open_payables()`."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext as _

from apps.audit.acts import act
from apps.core.money import euros
from apps.core.templatetags.formats import euro
from apps.ledger.domain.drafts import Line
from apps.ledger.domain.posting import post_entry
from apps.ledger.enums import Side
from apps.ledger.models import Entry, EntryLine
from apps.vouchers.domain.checking import locked
from apps.vouchers.domain.errors import AlreadySettled, PaymentDoesNotFit
from apps.vouchers.domain.posting import PAYABLE
from apps.vouchers.domain.under_way import guard_not_under_way
from apps.vouchers.enums import VoucherState
from apps.vouchers.models import Settlement, Voucher, VoucherQuerySet


def open_payables() -> VoucherQuerySet:
    """Posted vouchers with `outstanding` > 0, the earliest due first; `creditor`, `iban`, `payment_reference` tell how to pay."""
    return Voucher.objects.payable().select_related("creditor").order_by("due_on", "number")


@transaction.atomic
def settle_payable(voucher: Voucher, *, entry: Entry, amount: Decimal, by: Any, on: date) -> Settlement:
    """Say that an entry that debits the payables pays this voucher, wholly or in part.

    Lock order: entry, then voucher. If the entry is reversed later, the voucher is open again by itself.
    """
    entry = Entry.objects.select_for_update().get(pk=entry.pk)
    voucher = locked(voucher)
    free, outstanding = free_amount(entry), outstanding_of(voucher)
    if amount <= 0 or amount > outstanding:
        raise AlreadySettled(
            _("Auf %(voucher)s sind nur noch %(open)s offen.") % {"voucher": voucher, "open": euro(outstanding)},
            field="amount",
        )
    if amount > free:
        raise PaymentDoesNotFit(
            _("Die Buchung %(entry)s zahlt höchstens noch %(free)s auf Verbindlichkeiten.")
            % {"entry": entry, "free": euro(free)},
            field="entry",
        )
    if Settlement.objects.filter(voucher=voucher, entry=entry).exists():
        raise AlreadySettled(_("Diese Zahlung ist dem Beleg schon zugeordnet."), field="entry")
    settlement = Settlement(voucher=voucher, entry=entry, amount=euros(amount), settled_on=on)
    with act("vouchers.settled", voucher, by=by, data={"entry": str(entry), "amount": str(amount)}):
        settlement.save()
    return settlement


@transaction.atomic
def assign_payment(voucher: Voucher, *, entry: Entry, amount: Decimal, by: Any, on: date) -> Settlement:
    """Settle by hand with an entry that is there already; not what is being transferred, for its bank line will settle it."""
    entry = Entry.objects.select_for_update().get(pk=entry.pk)
    guard_not_under_way(locked(voucher))
    return settle_payable(voucher, entry=entry, amount=amount, by=by, on=on)


@transaction.atomic
def return_payment(paid_with: Entry, *, entry: Entry, by: Any, voucher: Voucher | None = None) -> list[Voucher]:
    """The payment booked with `paid_with` came back with `entry`: its vouchers, or the one named, are open again."""
    rows = Settlement.objects.standing().filter(entry=paid_with).select_related("voucher").order_by("pk")
    rows = rows.filter(voucher=voucher) if voucher else rows
    returned = list(rows)
    for settlement in returned:
        with act("vouchers.payment_returned", settlement.voucher, by=by, data={"entry": str(entry)}):
            settlement.returned_with = entry
            settlement.save(update_fields=["returned_with"])
    return [settlement.voucher for settlement in returned]


def guard_paid_again(entry: Entry) -> None:
    """Once a return is taken back, what it returned is paid again; refused if it was paid otherwise meanwhile."""
    for settlement in Settlement.objects.filter(returned_with=entry).select_related("voucher"):
        if settlement.amount.amount > outstanding_of(locked(settlement.voucher)):
            raise AlreadySettled(_("%s ist inzwischen anders bezahlt worden.") % settlement.voucher)


def vouchers_of(entry: Entry) -> list[Voucher]:
    """What the entry has paid or sent back."""
    rows = Settlement.objects.filter(Q(entry=entry) | Q(returned_with=entry)).select_related("voucher")
    return [settlement.voucher for settlement in rows]


def outstanding_of(voucher: Voucher) -> Decimal:
    if voucher.state != VoucherState.POSTED or voucher.gross is None:
        return Decimal(0)
    paid = Settlement.objects.standing().filter(voucher=voucher).aggregate(total=Sum("amount"))["total"]
    return voucher.gross.amount - round(Decimal(paid or 0), 2)


def free_amount(entry: Entry) -> Decimal:
    """What the entry debits to payables, less what was already assigned; nothing if it was reversed."""
    if entry.reverses_id or Entry.objects.filter(reverses=entry).exists():
        return Decimal(0)
    sums = EntryLine.objects.filter(entry=entry, account__key=PAYABLE).with_sums()
    used = Settlement.objects.filter(entry=entry).aggregate(total=Sum("amount"))["total"]
    return round(Decimal(sums["debit"] or 0) - Decimal(sums["credit"] or 0) - Decimal(used or 0), 2)


def paying_entries() -> QuerySet[Entry]:
    """Entries that debit payables and are not assigned in full yet, newest first."""
    debit = Sum("lines__amount", filter=Q(lines__account__key=PAYABLE, lines__side=Side.DEBIT))
    found = Entry.objects.filter(
        lines__account__key=PAYABLE, lines__side=Side.DEBIT, reverses=None, reversed_by=None
    ).distinct()
    entries = Entry.objects.filter(pk__in=found.values("pk")).annotate(paid=debit).order_by("-booked_on", "-pk")
    used = Settlement.objects.order_by().values("entry").annotate(total=Sum("amount")).values_list("entry", "total")
    spent = {entry: round(Decimal(total), 2) for entry, total in used}
    open_ones = [entry.pk for entry in entries if round(Decimal(entry.paid), 2) > spent.get(entry.pk, 0)]
    return Entry.objects.filter(pk__in=open_ones).order_by("-booked_on", "-pk")


@transaction.atomic
def pay_from(voucher: Voucher, *, account: Any, on: date, by: Any, reference: str = "", document: Any = None) -> Entry:
    """Post the payment of everything outstanding from an account (cash, or a bank account without statements) and settle it."""
    voucher = locked(voucher)
    amount = outstanding_of(voucher)
    if not amount:
        raise AlreadySettled(_("%s ist nicht offen.") % voucher)
    entry = post_entry(
        on=on,
        text=_("Zahlung %(voucher)s: %(creditor)s") % {"voucher": voucher, "creditor": voucher.creditor},
        lines=[Line(PAYABLE, debit=amount, text=str(voucher.creditor)), Line(account, credit=amount)],
        source="vouchers.payment",
        reference=reference or voucher.number,
        voucher=document or voucher.document,
        by=by,
    )
    settle_payable(voucher, entry=entry, amount=amount, by=by, on=on)
    return entry
