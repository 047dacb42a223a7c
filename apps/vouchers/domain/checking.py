"""Checks and approval: factually correct, arithmetically correct, ordered to be paid; each with person and day."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.audit.acts import act
from apps.core.transitions import WrongState, guard_transition
from apps.ledger.domain.errors import ReasonMissing
from apps.vouchers.domain.einvoices import other_account
from apps.vouchers.domain.errors import AccountUnconfirmed, DetailsMissing
from apps.vouchers.domain.parties import guard_second_person
from apps.vouchers.domain.receiving import guard_sum
from apps.vouchers.enums import VoucherState
from apps.vouchers.models import Voucher

CHECKS = ["factual_by", "factual_on", "arithmetical_by", "arithmetical_on", "approved_by", "approved_on"]


def locked(voucher: Voucher) -> Voucher:
    return Voucher.objects.select_for_update().get(pk=voucher.pk)


def guard_described(voucher: Voucher) -> Decimal:
    """Refuse a voucher that isn't described and assigned in full; return its amount."""
    if voucher.creditor_id is None or voucher.gross is None or voucher.dated_on is None:
        raise DetailsMissing(_("Bitte erfassen Sie zuerst Kreditor:in, Datum, Betrag und Kontierung."))
    amounts = [line.amount.amount for line in voucher.lines.filter(entry=None)]
    guard_sum(amounts, voucher.gross.amount)
    return voucher.gross.amount


@transaction.atomic
def confirm_factual(voucher: Voucher, *, by: Any, on: date) -> Voucher:
    """»Sachlich richtig«: ordered, delivered, needed for the purpose, assigned to the right accounts."""
    return confirm(voucher, "factual", "arithmetical", by=by, on=on)


@transaction.atomic
def confirm_arithmetical(voucher: Voucher, *, by: Any, on: date) -> Voucher:
    """»Rechnerisch richtig«: quantities, prices, tax and sum are right."""
    return confirm(voucher, "arithmetical", "factual", by=by, on=on)


def confirm(voucher: Voucher, which: str, other: str, *, by: Any, on: date) -> Voucher:
    voucher = locked(voucher)
    if voucher.state != VoucherState.RECEIVED or getattr(voucher, f"{which}_by_id"):
        raise WrongState(_("%s kann so nicht mehr bestätigt werden oder ist es schon.") % voucher)
    guard_described(voucher)
    guard_second_person(voucher, other=getattr(voucher, f"{other}_by"), by=by, on=on)
    with act(f"vouchers.{which}_confirmed", voucher, by=by, data={"on": on}):
        setattr(voucher, f"{which}_by", by)
        setattr(voucher, f"{which}_on", on)
        if voucher.factual_by_id and voucher.arithmetical_by_id:
            guard_transition(voucher, VoucherState.CHECKED)
            voucher.state = VoucherState.CHECKED
        voucher.save(update_fields=["state", *CHECKS])
    return voucher


@transaction.atomic
def approve_voucher(voucher: Voucher, *, account_confirmed: bool = False, by: Any, on: date) -> Voucher:
    """Order the payment (Anweisung); not by who confirmed the arithmetic, as long as four eyes are asked for.

    Another account than the known one is only paid to once somebody has had it confirmed in another way.
    """
    voucher = locked(voucher)
    guard_transition(voucher, VoucherState.APPROVED)
    guard_second_person(voucher, other=voucher.arithmetical_by, by=by, on=on)
    data = {"on": on} | (confirmed_account(voucher, confirmed=account_confirmed) if other_account(voucher) else {})
    with act("vouchers.approved", voucher, by=by, data=data):
        voucher.state, voucher.approved_by, voucher.approved_on = VoucherState.APPROVED, by, on
        voucher.save(update_fields=["state", "approved_by", "approved_on"])
    return voucher


def confirmed_account(voucher: Voucher, *, confirmed: bool) -> dict[str, Any]:
    """What the journal keeps about the confirmation of another account."""
    if not confirmed:
        raise AccountUnconfirmed(
            _(
                "Die Rechnung nennt eine andere Bankverbindung als bisher. Bitte lassen Sie sich diese zuerst bestätigen."
            ),
            field="account_confirmed",
        )
    former = voucher.creditor.iban if voucher.creditor else ""
    return {"account_confirmed": True, "iban": voucher.iban, "former_iban": former}


@transaction.atomic
def return_voucher(voucher: Voucher, *, reason: str, by: Any) -> Voucher:
    """Hand it back to be changed; the confirmations lapse."""
    voucher = locked(voucher)
    if voucher.state == VoucherState.POSTED:
        raise WrongState(_("%s ist gebucht. Bitte stornieren Sie die Buchung.") % voucher)
    if voucher.state != VoucherState.RECEIVED:
        guard_transition(voucher, VoucherState.RECEIVED)
    with act("vouchers.returned", voucher, by=by, reason=required(reason)):
        begin_anew(voucher)
    return voucher


def begin_anew(voucher: Voucher) -> None:
    voucher.state = VoucherState.RECEIVED
    for name in CHECKS:
        setattr(voucher, name, None)
    voucher.save(update_fields=["state", *CHECKS])


@transaction.atomic
def reject_voucher(voucher: Voucher, *, reason: str, by: Any) -> Voucher:
    """Refuse it: not ours, twice, wrong. It keeps its number and its file."""
    voucher = locked(voucher)
    guard_transition(voucher, VoucherState.REJECTED)
    with act("vouchers.rejected", voucher, by=by, reason=required(reason)):
        voucher.state, voucher.rejected_reason = VoucherState.REJECTED, reason.strip()[:250]
        voucher.save(update_fields=["state", "rejected_reason"])
    return voucher


def required(reason: str) -> str:
    if not reason.strip():
        raise ReasonMissing(_("Bitte geben Sie einen Grund an."), field="reason")
    return reason.strip()
