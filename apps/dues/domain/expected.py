"""Open dues by the day they are due, for whoever looks ahead."""

from collections.abc import Iterator

from django.db.models import Sum

from apps.core.money import round_cents
from apps.dues.models import Invoice
from apps.ledger.expected import DueItem


def open_claims() -> Iterator[DueItem]:
    rows = Invoice.objects.standing().open().order_by().values_list("due_on")
    for due_on, total in rows.annotate(total=Sum("balance__outstanding")):
        yield DueItem(due_on, round_cents(total))
