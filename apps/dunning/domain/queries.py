"""Where the reminders stand."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from apps.dues.domain.collected import collected_invoices
from apps.dues.domain.payments import credit_rows
from apps.dues.domain.sending import has_left
from apps.dues.models import Invoice
from apps.dues.models.invoice import InvoiceQuerySet
from apps.dunning.domain.runs import dunned
from apps.dunning.models import DunningBlock, DunningItem, DunningLetter, DunningLevel, DunningProcedure
from apps.members.models import City


def summed(items: Sequence[DunningItem]) -> tuple[int, int, Decimal]:
    """Cities and items to be dunned among these, and their sum."""
    chosen = dunned(items)
    total = sum((item.outstanding.amount for item in chosen), Decimal(0))
    return len({item.city_id for item in chosen}), len(chosen), total


def ripe(on: date) -> InvoiceQuerySet:
    """Invoices whose next level is due, that have left the house, are neither blocked nor being collected, of cities without credit.

    In the database: what the start page counts. The preview looks closer: at the sum of a city, its address, and whether
    its credit is promised away.
    """
    levels = levels_on(on)
    if not levels:
        return Invoice.objects.with_balance().none()
    due = Q(last_level__isnull=True, due_on__lte=on - timedelta(days=max(levels[0].days_after, 1)))
    for before, level in pairwise(levels):
        waited = on - timedelta(days=level.days_after)
        due |= Q(last_level=before.number, last_on__lte=waited, last_until__lt=on)
    blocks = DunningBlock.objects.valid_on(on)
    blocks = blocks.filter(Q(invoice=OuterRef("pk")) | Q(invoice__isnull=True, city=OuterRef("city")))
    last = last_items()
    overdue = Invoice.objects.overdue(on).filter(has_left())
    for rows in credit_rows():
        overdue = overdue.exclude(city__in=rows.values("city"))
    for collected in collected_invoices(on):
        overdue = overdue.exclude(pk__in=collected)
    return (
        overdue.filter(Q(outstanding__gte=levels[0].procedure.minimum.amount))
        .annotate(
            last_level=Subquery(last.values("level")[:1]),
            last_on=Subquery(last.values("letter__issued_on")[:1]),
            last_until=Subquery(last.values("letter__pay_by")[:1]),
        )
        .filter(due)
        .exclude(Exists(blocks))
    )


def levels_on(on: date) -> list[DunningLevel]:
    """The levels of the procedure in force on that day, in their order, with the procedure; none without one."""
    in_force = DunningProcedure.objects.in_force().valid_on(on).order_by("-valid_from").values("pk")[:1]
    return list(DunningLevel.objects.filter(procedure__in=in_force).select_related("procedure").order_by("number"))


def last_items() -> QuerySet[DunningItem]:
    """The items of letters that count, the last one first, of an outer invoice."""
    items = DunningItem.objects.filter(invoice=OuterRef("pk"), letter__withdrawn_on__isnull=True, letter__isnull=False)
    return items.order_by("-letter__issued_on", "-level")


def missing_documents() -> int:
    return DunningLetter.objects.filter(document__isnull=True).count()


def reminded_invoices(city: City) -> Iterable[Any]:
    """Open invoices of the city with the letter that last spoke of them."""
    newest = last_items()
    return (
        Invoice.objects.filter(city=city)
        .open()
        .annotate(
            letter_number=Subquery(newest.values("letter__number")[:1]),
            letter_name=Subquery(newest.values("level_name")[:1]),
            letter_on=Subquery(newest.values("letter__issued_on")[:1]),
            letter_until=Subquery(newest.values("letter__pay_by")[:1]),
        )
        .filter(letter_number__isnull=False)
        .order_by("due_on")
    )


def blocks_of(city: City, on: date) -> Iterable[DunningBlock]:
    return DunningBlock.objects.valid_on(on).filter(city=city).select_related("invoice")
