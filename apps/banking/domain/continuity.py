"""Whether the statements of an account follow one another without a gap and without telling days twice."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.banking.models import Statement
from apps.core.templatetags.formats import day, euro


def continuity_warnings(fresh: Sequence[Statement]) -> list[str]:
    """Name every new statement that doesn't continue the one before it; one query per account."""
    new = {each.pk for each in fresh}
    found: list[str] = []
    for account_id in sorted({each.bank_account_id for each in fresh}):
        found += warnings_between(
            told_once(Statement.objects.filter(bank_account=account_id, closing__isnull=False)), new
        )
    return found


def warnings_between(row: Sequence[Statement], concerned: set[int]) -> list[str]:
    """Name every one of the concerned statements that doesn't continue the one before it."""
    pairs = [(previous, present) for previous, present in pairwise(row) if concerned & {previous.pk, present.pk}]
    return [warning for previous, present in pairs for warning in gap(previous, present)]


def told_once(statements: QuerySet[Statement]) -> list[Statement]:
    """Statements in their order; one that came in several formats counts once."""
    rows = statements.order_by("closed_on", "opened_on", "pk")
    return list({(row.closed_on, row.opened_on, row.opening, row.closing): row for row in reversed(rows)}.values())[
        ::-1
    ]


def gap(previous: Statement, present: Statement) -> list[str]:
    if overlaps(previous, present):
        return (
            []
            if previous.format != present.format
            else [
                _(
                    "Auszug %(present)s überschneidet sich mit Auszug %(previous)s vom %(start)s bis %(end)s. "
                    "Gemeinsame Umsätze sind nur einmal vorhanden."
                )
                % {
                    "present": present,
                    "previous": previous,
                    "start": day(present.opened_on),
                    "end": day(min(previous.closed_on, present.closed_on)),
                }
            ]
        )
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
