"""Payment runs: drafted from what is due, released by a second person, filed with their hash, expected at the bank."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.audit import bulk
from apps.audit.acts import act
from apps.banking.domain.expected import expect_payments
from apps.banking.models import BankAccount, ExpectedPayment
from apps.core.money import euros
from apps.core.numbers import take_numbers
from apps.core.templatetags.formats import day
from apps.documents.domain.filing import file_document
from apps.documents.enums import Access, Category
from apps.dues.models import Invoice
from apps.organisation.domain.queries import decimal_parameter, full_name_on, parameter
from apps.payments.calculations.sepa import is_bank_day, is_creditor_id, latest_notice
from apps.payments.domain.errors import NotYoursToRelease, RunAlreadyDecided, RunNotPossible
from apps.payments.domain.files import bank_file
from apps.payments.domain.mandates import usable_mandates
from apps.payments.enums import RunKind, RunState
from apps.payments.models import CreditorIdentifier, Mandate, PaymentOrder, PaymentRun


@dataclass(frozen=True)
class Candidate:
    """An open invoice that a mandate allows to collect."""

    invoice: Invoice
    mandate: Mandate
    amount: Decimal


def collectable(due_on: date) -> list[Candidate]:
    """Open invoices due by that day, of cities with a usable mandate, that no standing order collects already."""
    mandates = usable_mandates(due_on)
    ordered = PaymentOrder.objects.standing().filter(source="payments.invoice").values_list("invoice", flat=True)
    invoices = Invoice.objects.open().filter(city__in=mandates, due_on__lte=due_on).exclude(pk__in=list(ordered))
    return [
        Candidate(invoice, mandates[invoice.city_id], Decimal(invoice.outstanding).quantize(Decimal("0.01")))
        for invoice in invoices.select_related("city").order_by("city__name", "number")
    ]


@transaction.atomic
def draft_collection(
    *, instrument: str, bank_account: BankAccount, due_on: date, announced_on: date, by: Any, on: date
) -> PaymentRun:
    """Draft the collection of everything collectable by one instrument (CORE or B2B).

    Payers are told amount and day at least 14 days before (pre-notification; a legal parameter), else no run.
    """
    free_returned()
    guard_day(due_on, on)
    days = int(decimal_parameter("sepa_prenotification_days", due_on))
    latest = latest_notice(due_on, days)
    if announced_on > latest:
        raise RunNotPossible(
            _("Für den Einzug am %(due)s muss die Vorabankündigung spätestens am %(latest)s verschickt sein.")
            % {"due": day(due_on), "latest": day(latest)},
            field="announced_on",
        )
    found = [each for each in collectable(due_on) if each.mandate.instrument == instrument]
    if not found:
        raise RunNotPossible(_("Zu diesem Tag ist keine Rechnung mit gültigem Mandat offen."), field="due_on")
    with act("payments.run_drafted", by=by, data={"count": len(found)}) as record:
        run = new_run(RunKind.COLLECTION, bank_account, due_on, by=by, on=on, announced_on=announced_on)
        record.subject = run
        orders = [collection_order(run, place, each, by=by) for place, each in enumerate(found, start=1)]
        bulk.create(PaymentOrder, orders)
    return run


def collection_order(run: PaymentRun, place: int, found: Candidate, *, by: Any) -> PaymentOrder:
    return PaymentOrder(
        run=run,
        amount=euros(found.amount),
        name=found.mandate.debtor_name,
        iban=found.mandate.iban,
        purpose=_("Rechnung %s") % found.invoice.number,
        end_to_end_id=f"{run.number}-{place}",
        mandate=found.mandate,
        invoice=found.invoice,
        source="payments.invoice",
        source_key=str(found.invoice.pk),
        ordered_by=by,
    )


@transaction.atomic
def draft_transfers(
    orders: Iterable[PaymentOrder], *, bank_account: BankAccount, due_on: date, by: Any, on: date
) -> PaymentRun:
    """Draft a run of waiting transfers."""
    guard_day(due_on, on)
    wanted = [order.pk for order in orders]
    waiting = list(PaymentOrder.objects.select_for_update().filter(pk__in=wanted, run=None, is_standing=True))
    if not wanted or len(waiting) != len(wanted):
        raise RunNotPossible(_("Inzwischen steht ein Auftrag in einem anderen Lauf. Bitte laden Sie die Seite neu."))
    with act("payments.run_drafted", by=by, data={"count": len(waiting)}) as record:
        run = new_run(RunKind.TRANSFER, bank_account, due_on, by=by, on=on)
        record.subject = run
        for place, order in enumerate(waiting, start=1):
            order.run = run
            order.end_to_end_id = f"{run.number}-{place}"
        bulk.update(PaymentOrder, waiting, ["run", "end_to_end_id"])
    return run


def new_run(
    kind: RunKind, bank_account: BankAccount, due_on: date, *, by: Any, on: date, announced_on: date | None = None
) -> PaymentRun:
    [number] = take_numbers(f"payments.run:{on.year}")
    return PaymentRun.objects.create(
        number=f"ZL-{on.year}-{number:04}",
        kind=kind,
        bank_account=bank_account,
        due_on=due_on,
        announced_on=announced_on,
        drafted_on=on,
        drafted_by=by,
    )


def guard_day(due_on: date, on: date) -> None:
    """Banks execute on TARGET days, and want the file at least a day before."""
    if due_on <= on:
        raise RunNotPossible(_("Der Ausführungstag muss nach dem heutigen Tag liegen."), field="due_on")
    if not is_bank_day(due_on):
        raise RunNotPossible(
            _("Am %s führen die Banken keine Zahlungen aus (Wochenende oder Feiertag).") % day(due_on), field="due_on"
        )


@transaction.atomic
def release_run(run: PaymentRun, *, by: Any, on: date) -> PaymentRun:
    """Release a run: its file is made once, checked, filed and expected at the bank. Nothing changes afterwards.

    Who drafted it or ordered one of its payments may not release it (parameter `payment_four_eyes`).
    """
    run = locked_draft(run)
    orders = list(run.orders.select_related("mandate", "invoice", "city", "account").order_by("pk"))
    guard_four_eyes(run, orders, by=by, on=on)
    guard_day(run.due_on, on)
    guard_still_due(run, orders)
    creditor = creditor_id(on) if run.kind == RunKind.COLLECTION else ""
    content, references = bank_file(run, orders, holder=full_name_on(on), creditor_id=creditor)
    with act("payments.run_released", run, by=by, data={"count": len(orders), "sha256": sha256(content).hexdigest()}):
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
        run.sha256 = sha256(content).hexdigest()
        run.state, run.released_on, run.released_by = RunState.RELEASED, on, by
        run.save()
        expect_payments([expected(run, order, references[order.end_to_end_id]) for order in orders], by=by)
        mark_used([order.mandate for order in orders if order.mandate], run.due_on)
    return run


def locked_draft(run: PaymentRun) -> PaymentRun:
    run = PaymentRun.objects.select_for_update(of=("self",)).select_related("bank_account").get(pk=run.pk)
    if run.state != RunState.DRAFT:
        raise RunAlreadyDecided(
            _("Der Lauf %(run)s ist inzwischen %(state)s.") % {"run": run, "state": run.get_state_display()}
        )
    return run


def guard_four_eyes(run: PaymentRun, orders: Sequence[PaymentOrder], *, by: Any, on: date) -> None:
    if parameter("payment_four_eyes", on) != 1:
        return
    if by.pk in {run.drafted_by_id, *(order.ordered_by_id for order in orders)}:
        raise NotYoursToRelease(
            _("Vier Augen: Wer einen Lauf entworfen oder eine Zahlung veranlasst hat, gibt ihn nicht frei.")
        )


def guard_still_due(run: PaymentRun, orders: Sequence[PaymentOrder]) -> None:
    """What was paid, cancelled or revoked since the draft must not be collected."""
    if run.kind != RunKind.COLLECTION:
        return
    mandates = {each.pk for each in usable_mandates(run.due_on).values()}
    invoices = Invoice.objects.open().filter(pk__in=[order.invoice_id for order in orders])
    columns = ("pk", "outstanding")
    rows: Any = invoices.values_list(*columns)
    owed = {pk: Decimal(outstanding) for pk, outstanding in rows}
    for order in orders:
        if order.mandate_id not in mandates or owed.get(order.invoice_id or 0, Decimal(0)) < order.amount.amount:
            raise RunNotPossible(
                _(
                    "Rechnung %s ist inzwischen bezahlt oder storniert, oder das Mandat gilt nicht mehr. "
                    "Bitte verwerfen Sie den Lauf und entwerfen Sie ihn neu."
                )
                % order.invoice
            )


def creditor_id(on: date) -> str:
    found = CreditorIdentifier.objects.filter(valid_from__lte=on).order_by("-valid_from").first()
    if found is None:
        raise RunNotPossible(
            _("Es ist noch keine Gläubiger-Identifikationsnummer hinterlegt. Sie bekommen sie von der Bundesbank.")
        )
    return found.value


@transaction.atomic
def set_creditor_id(*, value: str, valid_from: date, by: Any) -> CreditorIdentifier:
    """Record the creditor identifier given by the Bundesbank; its check digits must be right (mod 97)."""
    value = "".join(value.split()).upper()
    if not is_creditor_id(value):
        raise RunNotPossible(
            _("Die Gläubiger-Identifikationsnummer „%s“ ist nicht gültig (Prüfziffer).") % value, field="value"
        )
    if CreditorIdentifier.objects.filter(valid_from=valid_from).exists():
        raise RunNotPossible(_("Für diesen Tag ist schon eine Nummer hinterlegt."), field="valid_from")
    with act("payments.creditor_id_set", by=by, data={"value": value}) as record:
        found = CreditorIdentifier.objects.create(value=value, valid_from=valid_from)
        record.subject = found
    return found


def expected(run: PaymentRun, order: PaymentOrder, reference: str) -> ExpectedPayment:
    amount = order.amount if run.kind == RunKind.COLLECTION else -order.amount
    return ExpectedPayment(
        bank_account=run.bank_account,
        end_to_end_id=order.end_to_end_id,
        batch_reference=reference,
        amount=amount,
        due_on=run.due_on,
        invoice=order.invoice,
        city=order.city,
        account=order.account,
        source="payments.order",
    )


def mark_used(mandates: Sequence[Mandate], due_on: date) -> None:
    for mandate in mandates:
        mandate.last_collected_on = due_on
    bulk.update(Mandate, mandates, ["last_collected_on"])


@transaction.atomic
def discard_run(run: PaymentRun, *, by: Any) -> PaymentRun:
    """Throw a draft away: its invoices can be collected again; its transfers are to be ordered anew."""
    run = locked_draft(run)
    with act("payments.run_discarded", run, by=by):
        bulk.change(run.orders.all(), is_standing=False)
        run.state = RunState.DISCARDED
        run.save(update_fields=["state"])
    return run


def free_returned() -> None:
    """What came back may be collected again."""
    returned = ExpectedPayment.objects.exclude(returned_by=None).values("end_to_end_id")
    bulk.change(PaymentOrder.objects.standing().filter(end_to_end_id__in=returned), is_standing=False)
