"""Where the reminders stand."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache, reduce
from itertools import pairwise
from operator import or_
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery

from apps.dues.domain.collected import collected_invoices
from apps.dues.domain.payments import credit_rows
from apps.dues.domain.sending import has_left
from apps.dues.models import Invoice, InvoiceBalance
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
    steps = tuple((level.number, level.days_after) for level in levels)
    return ripe_by(on, steps, levels[0].procedure.minimum.amount).all()


@lru_cache(maxsize=1)
def ripe_by(on: date, steps: Sequence[tuple[int, int]], minimum: Decimal) -> InvoiceQuerySet:
    """The same for levels with their days since the level before. Kept unasked: building it takes as long as asking it."""
    reminded = DunningItem.objects.filter(letter__isnull=False, letter__withdrawn_on__isnull=True).order_by()
    first_on = on - timedelta(days=max(steps[0][1], 1))
    owed = InvoiceBalance.objects.filter(outstanding__gt=0)
    fresh = owed.filter(due_on__lte=first_on).exclude(pk__in=reminded.values("invoice"))
    due = Q(balance__pk__in=fresh.values("pk"))
    waited = [
        Q(last=before, last_on__lte=on - timedelta(days=days_after), last_until__lt=on)
        for (before, _days), (_number, days_after) in pairwise(steps)
    ]
    if waited:
        last = {"last": Max("level"), "last_on": Max("letter__issued_on"), "last_until": Max("letter__pay_by")}
        next_level = reminded.values("invoice").annotate(**last).filter(reduce(or_, waited))
        due |= Q(balance__pk__in=next_level.values("invoice"))
    blocks = DunningBlock.objects.valid_on(on)
    blocks = blocks.filter(Q(invoice=OuterRef("pk")) | Q(invoice__isnull=True, city=OuterRef("city")))
    overdue = Invoice.objects.overdue(on).filter(has_left())
    overpaid, free = credit_rows()
    with_credit = owed.filter(invoice__city__in=overpaid.values("city"))
    overdue = overdue.exclude(balance__pk__in=with_credit.values("pk")).exclude(city__in=free.values("city"))
    for collected in collected_invoices(on):
        overdue = overdue.exclude(balance__pk__in=collected)
    enough = Q(outstanding__gte=minimum)
    return overdue.filter(due, enough).exclude(Exists(blocks))


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
