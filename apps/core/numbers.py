"""Gap-free numbers: given from a locked counter row in the transaction that issues the object."""

from django.db import connection

from apps.core.models import NumberSeries


def take_numbers(series: str, count: int = 1) -> range:
    """Return the next `count` numbers of `series` (e.g. "dues.invoice:2027"), starting at 1.

    Must run inside the transaction that issues the objects: the counter row stays locked until its end, and a
    roll-back gives the numbers back, so that there is never a gap (GoBD Rz. 96).
    """
    row = locked_series(series)
    first = row.last + 1
    row.last += count
    row.save(update_fields=["last"])
    return range(first, first + count)


def peek_number(series: str) -> int:
    """The number `take_numbers` will give next, in the same transaction; the series stays locked until its end."""
    return locked_series(series).last + 1


def locked_series(series: str) -> NumberSeries:
    if not connection.in_atomic_block:
        raise RuntimeError("numbers are given in a transaction")
    NumberSeries.objects.get_or_create(series=series)
    return NumberSeries.objects.select_for_update().get(series=series)
