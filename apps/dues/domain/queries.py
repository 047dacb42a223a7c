"""What is owed, by whom and since when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    When,
)
from django.db.models.functions import Coalesce, Round
from django.utils.translation import gettext as _

from apps.core.money import CENT
from apps.dispatch.models import Dispatch
from apps.dues.domain.payments import credit_balance
from apps.dues.enums import AllocationKind, DataState, WriteOffGround
from apps.dues.models import (
    Allocation,
    AllocationQuerySet,
    Assessment,
    AssessmentQuerySet,
    CreditNote,
    DuesRun,
    Invoice,
    InvoiceBalance,
    InvoiceData,
    InvoiceQuerySet,
    WriteOff,
    WriteOffQuerySet,
)
from apps.dues.models.invoice import CENTS, NOTHING, in_cents
from apps.members.models import City

AGES = ((1, 30), (31, 90), (91, None))


@dataclass(frozen=True)
class AccountLine:
    """One movement on the account of a city; `balance` is what it owes afterwards (negative: credit)."""

    on: date
    text: str
    claim: Decimal | None
    payment: Decimal | None
    balance: Decimal
    invoice: Invoice | None = None


@dataclass(frozen=True)
class Account:
    city: City
    lines: Sequence[AccountLine]
    claims: Decimal
    payments: Decimal
    credit: Decimal

    @property
    def balance(self) -> Decimal:
        return self.claims - self.payments

    @property
    def owed(self) -> Decimal:
        """What is open on invoices; credit lies beside it until somebody sets it off (§ 395 BGB)."""
        return self.balance + self.credit

    @property
    def stands_against_itself(self) -> bool:
        return self.owed > 0 and self.credit > 0


@dataclass(frozen=True)
class AgeGroup:
    """Open receivables whose due date lies in one span."""

    label: str
    count: int
    amount: Decimal
    key: str


def cents(value: Any) -> Decimal:
    return Decimal(value or 0).quantize(CENT)


def city_account(city: City) -> Account:
    """Claims, cancellations, write-offs, payments and refunds of a city in order; credits that only moved are left out."""
    movements = sorted(claims_of(city) + losses_of(city) + payments_of(city), key=lambda item: item[:2])
    lines, balance, claims, payments = [], Decimal("0.00"), Decimal("0.00"), Decimal("0.00")
    for day, _rank, text, claim, payment, invoice in movements:
        claims += claim or 0
        payments += payment or 0
        balance += (claim or 0) - (payment or 0)
        lines.append(AccountLine(day, text, claim, payment, balance, invoice))
    return Account(city, lines, claims, payments, credit_balance(city))


def claims_of(city: City) -> list[Any]:
    invoices = Invoice.objects.filter(city=city)
    notes = CreditNote.objects.filter(invoice__city=city).select_related("invoice")
    found: list[Any] = [
        (
            invoice.issued_on,
            0,
            _("Beitragsrechnung %(number)s, Beitrag %(year)s") % {"number": invoice.number, "year": invoice.year},
            invoice.amount.amount,
            None,
            invoice,
        )
        for invoice in invoices
    ]
    found += [
        (
            note.issued_on,
            1,
            _("Stornorechnung %(number)s zu %(invoice)s") % {"number": note.number, "invoice": note.invoice.number},
            -note.amount.amount,
            None,
            note.invoice,
        )
        for note in notes
    ]
    return found


def losses_of(city: City) -> list[Any]:
    """What was written off lessens the claims; what was taken back of that adds to them again."""
    rows = Allocation.objects.filter(city=city, kind=AllocationKind.WRITE_OFF)
    rows = rows.select_related("invoice", "write_off", "releases__write_off")
    return [(row.booked_on, 2 + row.pk, loss_text(row), -row.amount.amount, None, row.invoice) for row in rows]


def loss_text(row: Allocation) -> str:
    taken_back = row.releases
    sentence = (
        _("Ausbuchung %(number)s zu Rechnung %(invoice)s zurückgenommen")
        if taken_back
        else _("Ausbuchung %(number)s zu Rechnung %(invoice)s")
    )
    return sentence % {"number": (taken_back or row).write_off, "invoice": row.invoice}


def payments_of(city: City) -> list[Any]:
    rows = Allocation.objects.money().filter(city=city).exclude(kind=AllocationKind.CREDIT).select_related("invoice")
    return [
        (
            row.booked_on,
            2 + row.pk,
            payment_text(row),
            None,
            row.amount.amount,
            row.invoice,
        )
        for row in rows
    ]


def payment_text(row: Allocation) -> str:
    target = _("zu Rechnung %s") % row.invoice.number if row.invoice else _("ohne Rechnung")
    if row.releases_id:
        return _("Zahlung zurückgenommen, %(target)s: %(reason)s") % {"target": target, "reason": row.text}
    label = _("Erstattung") if row.kind == AllocationKind.REFUND else _("Zahlung")
    return f"{label} {target}"


def open_totals(invoices: InvoiceQuerySet, on: date) -> dict[str, Any]:
    """Number and sum of open and of overdue invoices among those given, in one query."""
    visible = Invoice.objects.filter(pk__in=invoices.values("pk"))
    late = Q(due_on__lt=on)
    found = visible.open().aggregate(
        open_count=Count("pk"),
        open_sum=Sum("outstanding"),
        overdue_count=Count("pk", filter=late),
        overdue_sum=Sum("outstanding", filter=late),
    )
    return found | {"open_sum": cents(found["open_sum"]), "overdue_sum": cents(found["overdue_sum"])}


def invoice_totals(invoices: InvoiceQuerySet) -> tuple[int, dict[str, Decimal]]:
    """Number of those given, and sums of amount, allocated and owed over those given.

    What was claimed is paid, written off, owed or cancelled.
    """
    invoices = invoices.order_by()
    sums = invoices.aggregate(
        count=Count("pk"),
        paid=Sum("balance__allocated"),
        lost=Sum("balance__written_off"),
        rest=Sum("balance__outstanding"),
        owed=Sum("balance__outstanding", filter=Q(balance__outstanding__gt=0)),
    )
    return sums["count"], totals(sums, invoices)


def totals(sums: dict[str, Any], invoices: InvoiceQuerySet) -> dict[str, Decimal]:
    """What was overpaid, or paid on a cancelled invoice, is credit and lessens no claim."""
    cancelled = invoices.filter(cancelled_on__isnull=False).aggregate(sum=Sum("amount"))
    allocated = cents(sums["paid"])
    amount = allocated + cents(sums["lost"]) + cents(sums["rest"]) + cents(cancelled["sum"])
    return {"amount": amount, "allocated": allocated, "owed": cents(sums["owed"])}


def all_invoice_totals() -> tuple[int, dict[str, Decimal]]:
    """The same of all invoices, from their balances alone."""
    sums = InvoiceBalance.objects.aggregate(
        count=Count("pk"),
        paid=Sum("allocated"),
        lost=Sum("written_off"),
        rest=Sum("outstanding"),
        owed=Sum("outstanding", filter=Q(outstanding__gt=0)),
    )
    return sums["count"], totals(sums, Invoice.objects.all())


def account_totals(cities: QuerySet[City]) -> dict[str, Decimal]:
    """Sums of claimed (less what was written off), paid and balance over the accounts of those cities."""
    of_these = Q(city__in=cities.order_by().values("pk"))
    invoiced = cents(Invoice.objects.standing().filter(of_these).aggregate(sum=Sum("amount"))["sum"])
    sums = Allocation.objects.filter(of_these).aggregate(
        all=Sum("amount"), lost=Sum("amount", filter=Q(kind=AllocationKind.WRITE_OFF))
    )
    claimed, paid = invoiced - cents(sums["lost"]), cents(sums["all"]) - cents(sums["lost"])
    return {"claimed": claimed, "paid": paid, "balance": claimed - paid}


def wrong_balances() -> list[str]:
    """Numbers of invoices whose kept balance does not follow from invoice, allocations, cancellation and sendings. Empty: all do."""
    assigned = Allocation.objects.filter(invoice=OuterRef("pk")).order_by().values("invoice")
    owed = Case(When(cancelled_on__isnull=False, then=NOTHING), default=F("amount"), output_field=CENTS)
    rows = Invoice.objects.annotate(
        proven=summed(assigned.exclude(kind=AllocationKind.WRITE_OFF)),
        lost=summed(assigned.filter(kind=AllocationKind.WRITE_OFF)),
        left_to_pay=in_cents(owed - F("proven") - F("lost")),
        sent=Exists(Dispatch.objects.standing().filter(document=OuterRef("document"))),
    )
    sums = Q(balance__allocated=F("proven"), balance__written_off=F("lost"), balance__outstanding=F("left_to_pay"))
    right = Q(sums, balance__isnull=False, balance__due_on=F("due_on"), balance__is_queued=F("sent"))
    return list(rows.exclude(right).order_by("pk").values_list("number", flat=True))


def receivables_by_age(invoices: InvoiceQuerySet, on: date) -> list[AgeGroup]:
    """Open receivables by days since the due date, in one query."""
    spans = {"waiting": (_("noch nicht fällig"), Q(due_on__gte=on))}
    for first, last in AGES:
        overdue = Q(due_on__lte=on - timedelta(days=first))
        if last:
            label = _("%(first)s bis %(last)s Tage überfällig") % {"first": first, "last": last}
            overdue &= Q(due_on__gte=on - timedelta(days=last))
        else:
            label = _("über 90 Tage überfällig")
        spans[f"{first}"] = (label, overdue)
    counts = {f"count_{key}": Count("pk", filter=condition) for key, (_label, condition) in spans.items()}
    sums = {f"sum_{key}": Sum("outstanding", filter=condition) for key, (_label, condition) in spans.items()}
    found = invoices.open().order_by().aggregate(**counts, **sums)
    return [
        AgeGroup(label, found[f"count_{key}"], cents(found[f"sum_{key}"]), key)
        for key, (label, _condition) in spans.items()
    ]


def assessments_of(run: DuesRun) -> AssessmentQuerySet:
    """The assessments of a run with their invoice and what the city was billed the year before (`previous`)."""
    standing = Q(city__dues_invoices__year=run.year - 1, city__dues_invoices__cancelled_on=None)
    before = FilteredRelation("city__dues_invoices", condition=standing)
    return (
        Assessment.objects.filter(run=run)
        .select_related("invoice")
        .annotate(before=before, previous=F("before__amount"))
        .annotate(change=Round(ExpressionWrapper(F("amount") - F("previous"), output_field=CENTS), precision=2))
    )


def account_balances(cities: QuerySet[City]) -> QuerySet[City]:
    """Annotate `claimed` (less what was written off), `paid` and `balance` (negative: credit) of each city."""
    standing = Invoice.objects.standing().filter(city=OuterRef("pk")).order_by().values("city")
    assigned = Allocation.objects.filter(city=OuterRef("pk")).order_by().values("city")
    lost = summed(assigned.filter(kind=AllocationKind.WRITE_OFF))
    return cities.annotate(
        claimed=in_cents(summed(standing) - lost),
        paid=in_cents(summed(assigned) - lost),
        balance=in_cents(summed(standing) - summed(assigned)),
    )


def summed(rows: QuerySet) -> Any:
    """The sum of their amounts as a subquery; `rows` are grouped already."""
    return in_cents(Coalesce(Subquery(rows.annotate(sum=Sum("amount")).values("sum"), output_field=CENTS), NOTHING))


def receipts(invoice: Invoice) -> AllocationQuerySet:
    """The money that was assigned to the invoice, in order."""
    return Allocation.objects.money().filter(invoice=invoice).select_related("entry__voucher")


def write_offs_of(invoice: Invoice) -> WriteOffQuerySet:
    return WriteOff.objects.filter(invoice=invoice).select_related("allocation__released_by", "entry", "invoice")


def waived_of(invoice: Invoice) -> Decimal:
    """How much of the invoice was waived by resolution."""
    waivers = WriteOff.objects.standing().filter(invoice=invoice, ground=WriteOffGround.WAIVED)
    return cents(waivers.aggregate(sum=Sum("amount"))["sum"])


def still_owed(city: City) -> WriteOffQuerySet:
    """What the city owes though it is written off, the newest first; what is waived it owes no longer."""
    rows = WriteOff.objects.standing().filter(invoice__city=city).exclude(ground=WriteOffGround.WAIVED)
    return rows.select_related("invoice")


def held_back_count() -> int:
    """Pieces without document because their e-invoice breaks a rule."""
    return InvoiceData.objects.held_back().count()


def to_print(pieces: QuerySet) -> QuerySet:
    """Of these invoices or credit notes those without document, unless their e-invoice is held back."""
    return pieces.filter(document__isnull=True).exclude(data__state=DataState.HELD_BACK)


def missing_documents() -> int:
    """Pieces without document: the background work has still to print them, or to judge them again if they are held back."""
    invoices = Invoice.objects.without_document().order_by().values("pk")
    notes = CreditNote.objects.filter(document__isnull=True).order_by().values("pk")
    return invoices.union(notes, all=True).count()
