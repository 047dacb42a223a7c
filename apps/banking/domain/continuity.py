"""Whether the statements of an account follow one another without a gap."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from django.utils.translation import gettext as _

from apps.banking.models import Statement
from apps.core.templatetags.formats import euro


def continuity_warnings(fresh: Sequence[Statement]) -> list[str]:
    """Name every new statement that doesn't continue the one before it; one query per account."""
    new = {each.pk for each in fresh}
    found: list[str] = []
    for account_id in sorted({each.bank_account_id for each in fresh}):
        row = list(Statement.objects.filter(bank_account=account_id).order_by("closed_on", "opened_on", "pk"))
        for previous, present in pairwise(row):
            if new & {previous.pk, present.pk}:
                found += gap(previous, present)
    return found


def gap(previous: Statement, present: Statement) -> list[str]:
    if overlaps(previous, present):
        return []
    missing: Decimal = present.opening.amount - previous.closing.amount
    names = {"previous": previous, "present": present}
    if missing:
        return [
            _(
                "Auszug %(present)s beginnt mit %(opening)s, Auszug %(previous)s endet mit %(closing)s. "
                "Dazwischen fehlt vermutlich ein Auszug."
            )
            % {**names, "opening": euro(present.opening), "closing": euro(previous.closing)}
        ]
    if skips_a_number(previous, present):
        return [_("Zwischen Auszug %(previous)s und %(present)s fehlt der Nummer nach ein Auszug.") % names]
    return []


def overlaps(previous: Statement, present: Statement) -> bool:
    return present.opened_on < previous.closed_on


def skips_a_number(previous: Statement, present: Statement) -> bool:
    if previous.closed_on.year != present.closed_on.year:
        return False
    numbers = (previous.number, present.number)
    return all(number.isdecimal() for number in numbers) and int(present.number) > int(previous.number) + 1
