"""Direct debits: which invoices may be collected on a day, and the draft that collects them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from apps.audit import bulk
from apps.audit.acts import act
from apps.banking.models import BankAccount, ExpectedPayment
from apps.core.money import CENT, euros
from apps.core.templatetags.formats import day
from apps.dispatch.enums import DispatchState
from apps.dispatch.models import Dispatch
from apps.dues.models import Invoice, InvoiceData
from apps.dues.models.invoice import InvoiceQuerySet
from apps.members.models import City
from apps.payments.domain.announcing import Debit, notice_days, told_by_invoices
from apps.payments.domain.creditor import creditor_id
from apps.payments.domain.errors import RunNotPossible
from apps.payments.domain.mandates import usable_mandates
from apps.payments.domain.outcomes import free_settled
from apps.payments.domain.runs import guard_day, new_run
from apps.payments.enums import RunKind, RunState, Sequence
from apps.payments.models import Mandate, OrderQuerySet, PaymentOrder, PaymentRun
from apps.payments.models.notices import left_house

NAMED = 5


@dataclass(frozen=True)
class Candidate:
    """An open invoice that a mandate allows to collect."""

    invoice: Invoice
    mandate: Mandate
    amount: Decimal

    @property
    def debit(self) -> Debit:
        """Needs `left_at` of the invoice, as `collectable` gives it."""
        return self.mandate, self.invoice, self.amount, self.invoice.left_at  # type: ignore[attr-defined]


def not_received() -> InvoiceQuerySet:
    """Invoices the city cannot know yet: held back, or their letter has not left the house or came back."""
    letters = Dispatch.objects.filter(document=OuterRef("document"))
    has_left = letters.has_left()
    waits = letters.exclude(state=DispatchState.CANCELLED)
    held_back = InvoiceData.objects.held_back().filter(invoice=OuterRef("pk"))
    return Invoice.objects.filter(Exists(held_back) | (Exists(waits) & ~Exists(has_left)))


def left_unsent(due_on: date, instrument: str) -> list[Invoice]:
    """What would be collected by that day, had the city received its invoice."""
    cities = [pk for pk, mandate in usable_mandates(due_on).items() if mandate.instrument == instrument]
    open_ones = Invoice.objects.open().filter(city__in=cities, due_on__lte=due_on, pk__in=not_received().values("pk"))
    return list(open_ones.select_related("city").order_by("city__name", "number"))


def collectable(due_on: date) -> list[Candidate]:
    """Open invoices due by that day that their city has received, of cities with a usable mandate, and not collected already.

    A one-off mandate collects one invoice, the first due. What the bank has not booked yet is on its way, whatever else.
    """
    mandates = usable_mandates(due_on)
    ordered = PaymentOrder.objects.standing().exclude(invoice=None).values("invoice")
    on_its_way = ExpectedPayment.objects.waiting().exclude(invoice=None).values("invoice")
    invoices = Invoice.objects.open().filter(city__in=mandates, due_on__lte=due_on)
    invoices = invoices.exclude(pk__in=ordered).exclude(pk__in=on_its_way).exclude(pk__in=not_received().values("pk"))
    invoices = invoices.select_related("city").annotate(left_at=left_house())
    found: list[Candidate] = []
    drafts = PaymentOrder.objects.filter(run__state=RunState.DRAFT, mandate__sequence=Sequence.ONE_OFF)
    taken = set(drafts.values_list("mandate", flat=True))
    for invoice in invoices.order_by("city__name", "due_on", "number"):
        mandate = mandates[invoice.city_id]
        if mandate.sequence == Sequence.ONE_OFF and mandate.pk in taken:
            continue
        taken.add(mandate.pk)
        found.append(Candidate(invoice, mandate, Decimal(invoice.outstanding).quantize(CENT)))
    return found


def collections_under_way() -> OrderQuerySet:
    """Orders that collect an invoice."""
    return PaymentOrder.objects.exclude(invoice=None).under_way()


def still_collecting(on: date) -> OrderQuerySet:
    """Those that may still collect: a draft whose day has passed can't be released any more."""
    return collections_under_way().exclude(run__state=RunState.DRAFT, run__due_on__lt=on)


def where_they_stand(on: date) -> dict[int, str]:
    orders = still_collecting(on).select_related("run")
    return {order.invoice_id: order.whereabouts for order in orders if order.invoice_id}


@transaction.atomic
def draft_collection(
    *,
    instrument: str,
    bank_account: BankAccount,
    due_on: date,
    announced_on: date | None = None,
    by: Any,
    on: date,
) -> PaymentRun:
    """Draft the collection of everything collectable by one instrument (CORE or B2B).

    Payers are told amount and day before: 14 days (a legal parameter), or as agreed with the city. Cities that were not told
    by their invoice and can no longer be told in time are left out; with none left there is no run. `announced_on`: they
    were told in another way.
    """
    guard_day(due_on, on)
    creditor_id(on)
    lock_cities(list(usable_mandates(due_on)))
    free_settled()
    found = [each for each in collectable(due_on) if each.mandate.instrument == instrument]
    if not found:
        raise nothing_found(due_on, instrument)
    days = notice_days(due_on)
    told = told_by_invoices([each.debit for each in found], due_on)
    now = announced_on or on
    in_time = [
        each for each in found if each.mandate.latest_notice(due_on, days) >= min(now, told.get(each.mandate.pk, now))
    ]
    if not in_time:
        raise too_late(found, due_on, field="announced_on" if announced_on else "due_on")
    with act("payments.run_drafted", by=by, data={"count": len(in_time), "late": len(found) - len(in_time)}) as record:
        run = new_run(RunKind.COLLECTION, bank_account, due_on, by=by, on=on, announced_on=announced_on)
        record.subject = run
        bulk.create(PaymentOrder, [collection_order(run, each, by=by) for each in in_time])
    return run


def nothing_found(due_on: date, instrument: str) -> RunNotPossible:
    unsent = left_unsent(due_on, instrument)
    if unsent:
        return RunNotPossible(
            _("Noch nicht bei der Stadt und darum nicht einzuziehen: %s. Bitte versenden Sie die Rechnungen zuerst.")
            % ", ".join(f"{invoice} ({invoice.city})" for invoice in unsent[:NAMED]),
            field="due_on",
        )
    return RunNotPossible(_("Zu diesem Tag ist keine Rechnung mit gültigem Mandat offen."), field="due_on")


def lock_cities(keys: list[int]) -> None:
    """What changes the money of these cities waits, and so does the other treasurer who drafts."""
    list(City.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))


def too_late(found: list[Candidate], due_on: date, *, field: str) -> RunNotPossible:
    days = notice_days(due_on)
    latest = max(each.mandate.latest_notice(due_on, days) for each in found)
    return RunNotPossible(
        _("Für den Einzug am %(due)s muss die Vorabankündigung spätestens am %(latest)s verschickt sein.")
        % {"due": day(due_on), "latest": day(latest)},
        field=field,
    )


def collection_order(run: PaymentRun, found: Candidate, *, by: Any) -> PaymentOrder:
    return PaymentOrder(
        run=run,
        amount=euros(found.amount),
        name=found.mandate.debtor_name,
        iban=found.mandate.iban,
        purpose=_("Rechnung %s") % found.invoice.number,
        mandate=found.mandate,
        invoice=found.invoice,
        ordered_by=by,
    )
