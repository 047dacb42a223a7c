"""A voucher becomes an entry: expenses against payables; and back by reversal."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.audit import bulk
from apps.audit.acts import act
from apps.core.transitions import WrongState, guard_transition
from apps.ledger.domain.drafts import Line
from apps.ledger.domain.posting import post_entry, reverse_entry
from apps.ledger.models import Entry
from apps.vouchers.domain.checking import begin_anew, guard_described, locked, required
from apps.vouchers.domain.errors import AlreadySettled, NotBookable
from apps.vouchers.enums import VoucherKind, VoucherState
from apps.vouchers.models import Settlement, Voucher, VoucherLine

SOURCE = "vouchers.voucher"
PAYABLE = "PAYABLE"


@transaction.atomic
def post_voucher(voucher: Voucher, *, on: date, by: Any) -> Entry:
    """Post the parts against payables; the voucher and its assignment are final from then on."""
    voucher = locked(voucher)
    guard_transition(voucher, VoucherState.POSTED)
    guard_bookable(voucher)
    gross = guard_described(voucher)
    lines = list(voucher.lines.filter(entry=None).select_related("account", "cost_centre", "city").order_by("pk"))
    with act("vouchers.posted", voucher, by=by) as record:
        entry = post_entry(
            on=on,
            document_on=voucher.dated_on,
            text=f"{voucher.creditor}: {voucher.text}" if voucher.text else str(voucher.creditor),
            lines=[
                *(debit(line) for line in lines),
                Line(PAYABLE, credit=gross, text=str(voucher.creditor)),
            ],
            source=SOURCE,
            reference=voucher.number,
            voucher=voucher.document,
            by=by,
        )
        voucher.state, voucher.entry = VoucherState.POSTED, entry
        voucher.save(update_fields=["state", "entry"])
        for line in lines:
            line.entry = entry
        bulk.update(VoucherLine, lines, ["entry"])
        record.data["entry"] = str(entry)
    return entry


def debit(line: VoucherLine) -> Line:
    return Line(
        line.account,
        debit=line.amount.amount,
        city=line.city,
        text=line.text,
        sphere=line.sphere,
        cost_centre=line.cost_centre,
    )


def guard_bookable(voucher: Voucher) -> None:
    if voucher.kind == VoucherKind.CONTRACT:
        raise NotBookable(_("Ein Vertrag wird nicht gebucht, sondern die Rechnungen, die auf ihm beruhen."))


@transaction.atomic
def reverse_voucher(voucher: Voucher, *, reason: str, by: Any, on: date) -> Voucher:
    """Reverse the entry; the voucher is open again with a copy of its assignment and has to be checked anew."""
    voucher = locked(voucher)
    if voucher.entry is None:
        raise WrongState(_("%s ist nicht gebucht.") % voucher)
    guard_transition(voucher, VoucherState.RECEIVED)
    if Settlement.objects.standing().filter(voucher=voucher).exists():
        raise AlreadySettled(_("Auf %s stehen Zahlungen. Bitte nehmen Sie zuerst diese zurück.") % voucher)
    with act("vouchers.reversed", voucher, by=by, reason=required(reason)) as record:
        reversal = reverse_entry(voucher.entry, by=by, on=on, reason=reason)
        copies = list(voucher.current_lines())
        for line in copies:
            line.pk, line.entry, line._state.adding = None, None, True
        voucher.entry = None
        voucher.state = VoucherState.RECEIVED
        voucher.save(update_fields=["entry", "state"])
        begin_anew(voucher)
        bulk.create(VoucherLine, copies)
        record.data["reversal"] = str(reversal)
    return voucher
