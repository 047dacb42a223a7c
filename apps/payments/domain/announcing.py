"""What invoices themselves say of their collection: the mandate when they are issued, and whether that announced a debit."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Exists, OuterRef
from django.db.models.fields.json import KT
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.templatetags.formats import day
from apps.dues.domain.collected import DirectDebit
from apps.dues.models import Invoice
from apps.dues.models.invoice import InvoiceQuerySet
from apps.organisation.domain.queries import decimal_parameter
from apps.payments.domain.creditor import known_creditor_id
from apps.payments.domain.mandates import usable_mandates
from apps.payments.enums import MandateState
from apps.payments.enums import Sequence as Use
from apps.payments.models import Mandate, PaymentOrder, PaymentRun
from apps.payments.models.notices import left_house

Debit = tuple[Mandate, Invoice, Decimal, datetime | None]


def notice_days(on: date) -> int:
    return int(decimal_parameter("sepa_prenotification_days", on))


def direct_debits(due: Mapping[int, date]) -> dict[int, DirectDebit]:
    """Of the cities with their due days those with a mandate that may be used on that day, and what their invoice says of it.

    Without a creditor identifier nothing can be collected. A one-off mandate is in use once an invoice names it or a run takes it.
    """
    found: dict[int, DirectDebit] = {}
    for due_on in set(due.values()):
        number = known_creditor_id(due_on)
        if not number:
            continue
        days = notice_days(due_on)
        usable = {pk: mandate for pk, mandate in usable_mandates(due_on).items() if due.get(pk) == due_on}
        spoken_for = one_off_in_use([each for each in usable.values() if each.sequence == Use.ONE_OFF])
        for pk, mandate in usable.items():
            if mandate.reference not in spoken_for:
                found[pk] = DirectDebit(
                    mandate=mandate.reference,
                    creditor_id=number,
                    iban=mandate.iban,
                    notice_days=mandate.notice_days or days,
                )
    return found


def one_off_in_use(mandates: Sequence[Mandate]) -> set[str]:
    """The references of these that a standing invoice or order names."""
    if not mandates:
        return set()
    named = (
        Invoice.objects.standing().filter(city__in=[mandate.city_id for mandate in mandates]).exclude(direct_debit={})
    )
    ordered = PaymentOrder.objects.standing().filter(mandate__in=mandates).values_list("mandate__reference", flat=True)
    return {debit["mandate"] for debit in named.values_list("direct_debit", flat=True)} | {
        str(each) for each in ordered
    }


def told_by_invoices(debits: Iterable[Debit], due_on: date) -> dict[int, date]:
    """Mandates all of whose debits on that day their invoices announce, with the day the last of these invoices left the house.

    The pre-notification may be part of the invoice (SEPA rulebook): then the city gets no second letter. It
    counts only if day, amount, mandate and creditor are exactly those of the debit.
    """
    found: dict[int, list[date | None]] = defaultdict(list)
    number = known_creditor_id(due_on)
    for mandate, invoice, amount, left_at in debits:
        said = invoice.collected_on == due_on and invoice.amount.amount == amount
        said = said and invoice.direct_debit.items() >= {"mandate": mandate.reference, "creditor_id": number}.items()
        found[mandate.pk].append(timezone.localtime(left_at).date() if said and left_at else None)
    return {pk: max(filter(None, days)) for pk, days in found.items() if all(days)}


def told_in_run(run: PaymentRun) -> dict[int, date]:
    """Mandates of the run whose invoices announce it."""
    orders = run.orders.exclude(mandate=None).select_related("mandate", "invoice")
    rows = orders.annotate(left_at=left_house("invoice__document"))
    return told_by_invoices(
        [(row.mandate, row.invoice, row.amount.amount, row.left_at) for row in rows if row.mandate and row.invoice],
        run.due_on,
    )


def still_to_collect(on: date) -> InvoiceQuerySet:
    """Open invoices that announce a debit by a mandate that still holds, and that no run has taken to the bank yet.

    Where both agreed on direct debit the creditor has to fetch the money: who does not fetch it may not remind (BGH, 19.10.1977,
    IV ZR 149/76). After a debit that came back, or without the mandate, the city owes a transfer like any other.
    """
    holding = Mandate.objects.in_state(MandateState.VALID, on)
    at_the_bank = PaymentOrder.objects.filter(invoice=OuterRef("pk")).exclude(end_to_end_id="")
    announced = Invoice.objects.open().exclude(direct_debit={}).alias(mandate=KT("direct_debit__mandate"))
    holds = Exists(holding.filter(reference=OuterRef("mandate")))
    return announced.filter(holds, ~Exists(at_the_bank))


def named_on(mandate: Mandate, on: date) -> InvoiceQuerySet:
    """Invoices still to collect that name this mandate."""
    return (
        still_to_collect(on).filter(city=mandate.city, direct_debit__mandate=mandate.reference).order_by("due_on", "pk")
    )


def where_announced(on: date) -> dict[int, str]:
    words = _("laut Rechnung wird der Betrag zum %s eingezogen; er steht noch in keinem freigegebenen Zahlungslauf")
    return {pk: words % day(due_on) for pk, due_on in still_to_collect(on).values_list("pk", "due_on")}
