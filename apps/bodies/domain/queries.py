"""Which bodies there were and who sat in them, on a day."""

from datetime import date

from django.db.models import QuerySet

from apps.bodies.enums import BodyKind
from apps.bodies.models import Body, Term


def bodies_on(day: date) -> QuerySet[Body]:
    return Body.objects.valid_on(day)


def terms_on(day: date) -> QuerySet[Term]:
    """Seats held on that day, in the order of offices, with person, city and office."""
    return (
        Term.objects.valid_on(day)
        .filter(body__in=bodies_on(day))
        .select_related("user", "city", "office", "body")
        .order_by("body", "office__rank", "valid_from", "pk")
    )


def board_members(on: date) -> QuerySet[Term]:
    """Seats on the board on that day (BGB § 26)."""
    return terms_on(on).filter(body__kind=BodyKind.BOARD)


def office_holders(on: date) -> QuerySet[Term]:
    """Seats with an office, in any body, on that day."""
    return terms_on(on).filter(office__isnull=False)
