"""Movements that are known already, from this or another format: every movement becomes one line, wherever it stands.

Within a format the fingerprint decides. Between formats (a CAMT.052 of the running day and the CAMT.053 of the evening,
a CSV export and MT940) two movements are the same if account, booking day and amount are equal and `identity.agree`
says so; each line counts once, and a line told in the same format before is never taken by this second rule. What
comes first stays as the bank wrote it; what comes later only adds its place.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from apps.banking.calculations.identity import Identity, Sketch, agree, sketch
from apps.banking.calculations.statements import Movement
from apps.banking.models import BankLine, StatementLine

type Place = tuple[int, date, Decimal]


@dataclass
class Told:
    """A line, stored (its key) or about to be, with the formats that told of it."""

    line: BankLine | int
    sketch: Sketch
    formats: set[str]
    identity: Identity = ("", 0)

    @property
    def pk(self) -> int:
        return self.line if isinstance(self.line, int) else self.line.pk


@dataclass
class Known:
    """Lines of the days in question by identity, and by account, day and amount."""

    by_identity: dict[tuple[int, Identity], Told] = field(default_factory=dict)
    by_place: dict[Place, list[Told]] = field(default_factory=lambda: defaultdict(list))

    def add(self, account: int, identity: Identity, place: Place, told: Told) -> None:
        told.identity = identity
        self.by_identity[account, identity] = told
        self.by_place[place].append(told)

    def twin(self, place: Place, movement: Movement, told_in: str, taken: set[int]) -> Told | None:
        """A line told only in other formats that is this movement."""
        seen = sketch(movement)
        for told in self.by_place.get(place, []):
            if told_in not in told.formats and id(told) not in taken and agree(told.sketch, seen):
                return told
        return None


def known_lines(accounts: Iterable[int], days: Iterable[date]) -> Known:
    """Stored lines of these accounts and days, in three queries."""
    known = Known()
    span = sorted(set(days))
    if not span:
        return known
    stored = BankLine.objects.filter(bank_account__in=list(accounts), booked_on__gte=span[0], booked_on__lte=span[-1])
    positions = StatementLine.objects.filter(line__in=stored.values("pk"))
    formats: dict[int, set[str]] = defaultdict(set)
    for pk, told_in in positions.values_list("line", "statement__format").distinct():
        formats[pk].add(told_in)
    columns: tuple[str, ...] = ("pk", "bank_account_id", "fingerprint", "occurrence", "booked_on", "amount")
    columns += ("counterparty_iban", "end_to_end_id", "bank_reference", "text")
    by_pk: dict[int, Told] = {}
    for pk, account, print_, occurrence, day, amount, *rest in stored.values_list(*columns):
        by_pk[pk] = told = Told(pk, Sketch(*rest), formats[pk])
        known.add(account, (print_, occurrence), (account, day, amount), told)
    others = positions.exclude(fingerprint="")
    for pk, account, print_, occurrence in others.values_list(
        "line", "statement__bank_account", "fingerprint", "occurrence"
    ):
        known.by_identity[account, (print_, occurrence)] = by_pk[pk]
    return known
