"""From the draft to the bank: released by a second person, or changed and discarded before."""

from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.audit import bulk
from apps.audit.acts import act
from apps.banking.domain.expected import expect_payments
from apps.banking.models import ExpectedPayment
from apps.documents.domain.filing import file_document
from apps.documents.enums import Access, Category
from apps.organisation.domain.queries import full_name_on, parameter
from apps.payments.domain.checking import guard_owed, lock_paid
from apps.payments.domain.creditor import creditor_id
from apps.payments.domain.errors import NotYoursToRelease, OrderNotPossible, RunNotPossible
from apps.payments.domain.files import bank_file
from apps.payments.domain.notices import call_off, guard_announced
from apps.payments.domain.runs import guard_day, locked_draft, orders_of
from apps.payments.enums import RunKind, RunState
from apps.payments.models import Mandate, PaymentOrder, PaymentRun


@transaction.atomic
def release_run(run: PaymentRun, *, by: Any, on: date) -> PaymentRun:
    """Release a run: its file is made once, checked, filed and expected at the bank. Nothing changes afterwards.

    Who drafted it or ordered one of its payments may not release it (parameter `payment_four_eyes`).
    """
    run = locked_draft(run)
    orders = orders_of(run)
    lock_paid(orders)
    guard_releasable(run, by=by, on=on)
    guard_owed(run, orders)
    for place, order in enumerate(orders, start=1):
        order.end_to_end_id = f"{run.reference}-{place}"
    creditor = creditor_id(on) if run.kind == RunKind.COLLECTION else ""
    content, references = bank_file(run, orders, holder=full_name_on(on), creditor_id=creditor)
    run.sha256 = sha256(content).hexdigest()
    with act("payments.run_released", run, by=by, data={"count": len(orders), "sha256": run.sha256}):
        bulk.update(PaymentOrder, orders, ["end_to_end_id"])
        run.document = file_document(
            content=content,
            filename=f"{run.number.lower()}.xml",
            title=_("%(kind)s %(number)s") % {"kind": run.get_kind_display(), "number": run.number},
            category=Category.BANK,
            access=Access.TREASURY,
            origin="payments.run",
            subject=run,
            by=by,
            on=on,
        )
        run.state, run.released_on, run.released_by = RunState.RELEASED, on, by
        run.save()
        expect_payments([expected(run, order, references[order.end_to_end_id]) for order in orders], by=by)
        mark_used([order.mandate for order in orders if order.mandate], run.due_on)
    return run


def guard_releasable(run: PaymentRun, *, by: Any, on: date) -> None:
    """What is asked before a release, in the order in which people can help it; `guard_owed` asks the rest."""
    if not run.orders.exists():
        raise RunNotPossible(_("In diesem Lauf steht keine Zahlung mehr. Bitte verwerfen Sie ihn."))
    guard_four_eyes(run, by=by, on=on)
    guard_day(run.due_on, on)
    if run.kind == RunKind.COLLECTION:
        guard_announced(run, on=on)


def guard_four_eyes(run: PaymentRun, *, by: Any, on: date) -> None:
    if parameter("payment_four_eyes", on) != 1:
        return
    if by.pk == run.drafted_by_id or run.orders.filter(ordered_by=by).exists():
        raise NotYoursToRelease(
            _("Vier Augen: Wer einen Lauf entworfen oder eine Zahlung veranlasst hat, gibt ihn nicht frei.")
        )


def expected(run: PaymentRun, order: PaymentOrder, reference: str) -> ExpectedPayment:
    return ExpectedPayment(
        bank_account=run.bank_account,
        end_to_end_id=order.end_to_end_id,
        batch_reference=reference,
        amount=order.amount if run.kind == RunKind.COLLECTION else -order.amount,
        due_on=run.due_on,
        invoice=order.invoice,
        city=order.city,
        voucher=order.voucher,
        source="payments.order",
    )


def mark_used(mandates: Sequence[Mandate], due_on: date) -> None:
    used = list({mandate.pk: mandate for mandate in mandates}.values())
    for mandate in used:
        mandate.last_collected_on = due_on
    bulk.update(Mandate, used, ["last_collected_on"])


@transaction.atomic
def discard_run(run: PaymentRun, *, by: Any) -> PaymentRun:
    """Throw a draft away: its invoices can be collected again, its transfers wait for another run."""
    run = locked_draft(run)
    with act("payments.run_discarded", run, by=by, data={"count": run.orders.count()}):
        set_aside(run.orders.all(), run)
        call_off(run.notices.all(), reason=_("Zahlungslauf %s verworfen") % run, by=by)
        run.state = RunState.DISCARDED
        run.save(update_fields=["state"])
    return run


@transaction.atomic
def take_out(order: PaymentOrder, *, by: Any) -> PaymentRun:
    """Take a payment out of a draft; of a collection everything by the same mandate, as its notice names the sum."""
    if order.run is None:
        raise OrderNotPossible(_("Dieser Auftrag steht in keinem Zahlungslauf."))
    run = locked_draft(order.run)
    same = run.orders.filter(mandate=order.mandate_id) if order.mandate_id else run.orders.filter(pk=order.pk)
    with act("payments.order_taken_out", run, by=by, data={"payment": str(order)}):
        set_aside(same, run)
        notices = run.notices.filter(mandate=order.mandate_id) if order.mandate_id else run.notices.none()
        call_off(notices, reason=_("aus dem Zahlungslauf %s genommen") % run, by=by)
    return run


def set_aside(orders: Any, run: PaymentRun) -> None:
    if run.kind == RunKind.COLLECTION:
        bulk.change(orders, is_standing=False, run=None)
    else:
        bulk.change(orders, run=None)
