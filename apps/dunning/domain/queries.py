"""Where the reminders stand."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db.models import OuterRef, Subquery

from apps.dues.models import Invoice
from apps.dunning.domain.assessment import assess
from apps.dunning.domain.errors import NoProcedure
from apps.dunning.domain.procedures import procedure_on
from apps.dunning.domain.runs import dunned
from apps.dunning.models import DunningBlock, DunningItem, DunningLetter
from apps.members.models import City


def dunnable(on: date) -> tuple[int, int, Decimal]:
    """How many cities and items could be reminded today, and their sum."""
    try:
        items = dunned(assess(procedure_on(on), on=on))
    except NoProcedure:
        return 0, 0, Decimal(0)
    total = sum((item.outstanding.amount for item in items), Decimal(0))
    return len({item.city_id for item in items}), len(items), total


def missing_documents() -> int:
    return DunningLetter.objects.filter(document__isnull=True).count()


def reminded_invoices(city: City) -> Iterable[Invoice]:
    """Open invoices of the city with the letter that last spoke of them."""
    items = DunningItem.objects.filter(invoice=OuterRef("pk"), letter__withdrawn_on__isnull=True, letter__isnull=False)
    newest = items.order_by("-letter__issued_on", "-level")
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
