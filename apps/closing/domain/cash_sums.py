"""What the database adds up for the cash view of a year, and on which accounts of open items order matters."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from itertools import chain
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, Sum

from apps.closing.calculations.cashflow import Key, Part, Piece
from apps.closing.domain.chart import Chart
from apps.core.money import round_cents
from apps.ledger.enums import Side
from apps.ledger.models import ENTRIES_PER_YEAR, EntryLine

ZERO = Decimal("0.00")
TARGETS = (Part.RESULT, Part.NEUTRAL)


def in_year(year: int) -> Q:
    """Lines of the entries of a year."""
    return Q(entry_id__gte=year * ENTRIES_PER_YEAR, entry_id__lt=(year + 1) * ENTRIES_PER_YEAR)


def lines_with_facts(year: int, chart: Chart) -> Any:
    """Lines of a year that know what else their entry holds: money, open items, results, anything money may be for."""

    def beside(*parts: Part) -> Exists:
        return Exists(EntryLine.objects.filter(in_year(year), entry=OuterRef("entry"), account__in=chart.ids(*parts)))

    return EntryLine.objects.filter(in_year(year)).alias(
        has_money=beside(Part.MONEY),
        has_open=beside(Part.OPEN),
        has_result=beside(Part.RESULT),
        has_target=beside(*TARGETS),
    )


def lines_of_keys(keys: set[Key], year: int) -> Any:
    """All lines of all entries of a year that touch one of the accounts of open items."""
    touching = EntryLine.objects.filter(in_year(year), on_keys(keys))
    return EntryLine.objects.filter(entry__in=touching.values("entry"))


def on_keys(keys: set[Key]) -> Q:
    parties: dict[str, set[int | None]] = defaultdict(set)
    for account, party in keys:
        parties[account].add(party)
    found = Q(pk__in=[])
    for account, cities in parties.items():
        at = Q(city__in=cities - {None})
        found |= Q(account__number=account) & (at | Q(city=None) if None in cities else at)
    return found


@dataclass(frozen=True)
class OpenItem:
    """A claim or debt that is open at the end of a year; `amount` is debit minus credit."""

    account: str
    party: int | None
    piece: Piece

    @property
    def key(self) -> Key:
        return self.account, self.party


@dataclass(frozen=True)
class PlainSums:
    """The part of a year in which every claim arose from what its payments count as. It begins with what was open before."""

    year: int
    chart: Chart
    opening: Sequence[OpenItem]

    @property
    def lines(self) -> Any:
        return lines_with_facts(self.year, self.chart)

    def target_of(self, account: str) -> tuple[str, str]:
        """Sphere and account that money on an account of open items counts as."""
        return self.chart.accounts[account].sphere, self.chart.stands_for.get(account, account)

    @cached_property
    def odd_keys(self) -> set[Key]:
        """Account and city where something arose from elsewhere than its payments count as, or in another sphere.

        Losses are not elsewhere: they take a claim back.
        """
        accounts = self.chart.accounts
        pairs = {number: other for number, other in self.chart.stands_for.items() if self.same_sphere(number, other)}
        plain = [accounts[number].pk for number in {*pairs.values(), *self.chart.losses}]
        with_target = [accounts[number].pk for number in pairs]
        elsewhere = ~Q(account__in=plain) | ~Q(sphere=F("account__sphere"))
        from_elsewhere = self.lines.filter(
            elsewhere, account__in=self.chart.ids(*TARGETS), has_open=True, has_money=False
        )
        unforeseen = self.lines.filter(has_target=True, has_money=False, account__in=self.chart.ids(Part.OPEN)).exclude(
            account__in=with_target
        )
        other_sphere = self.lines.filter(account__in=self.chart.ids(Part.OPEN)).exclude(sphere=F("account__sphere"))
        concerned = Q(pk__in=other_sphere.values("pk"))
        for lines in (from_elsewhere, unforeseen):
            concerned |= Q(entry__in=lines.values("entry"))
        found = EntryLine.objects.filter(in_year(self.year), concerned, account__in=self.chart.ids(Part.OPEN))
        keys = set(found.order_by().values_list("account__number", "city_id").distinct())
        return keys | {item.key for item in self.opening if not self.is_plain(item)}

    def is_plain(self, item: OpenItem) -> bool:
        return (item.piece.sphere, item.piece.account) == self.target_of(item.account)

    def same_sphere(self, number: str, other: str) -> bool:
        return self.chart.accounts[number].sphere == self.chart.accounts[other].sphere

    def flows(self) -> Iterator[tuple[tuple[str, str], Decimal]]:
        """Sphere and account with the money of the year."""
        direct = Q(has_money=True) | Q(has_open=False, has_result=True)
        for number, sphere, side, total in self.summed(
            self.lines.filter(direct, account__in=self.chart.ids(*TARGETS)), "sphere"
        ):
            yield (sphere, number), signed(side, total)
        settling = Q(has_money=True) | Q(has_target=False)
        settled = self.lines.filter(settling, account__in=self.chart.ids(Part.OPEN))
        for number, side, total in self.summed(settled.exclude(on_keys(self.odd_keys))):
            yield self.target_of(number), signed(side, total)

    def summed(self, lines: Any, *more: str) -> Any:
        return lines.order_by().values_list("account__number", *more, "side").annotate(total=Sum("amount"))

    def open_pieces(self) -> Iterator[tuple[Key, Piece]]:
        """What is open on the other accounts: of the newest claims (or payments) as many as make up the balance."""
        left = self.balances()
        before = ((item.key, item.piece) for item in reversed(self.opening))
        found: list[tuple[Key, Piece]] = []
        for key, piece in chain(self.newest_pieces(set(left)), before):
            rest = left.get(key, ZERO)
            if not rest or (rest > 0) != (piece.amount > 0):
                continue
            part = piece.amount if abs(piece.amount) <= abs(rest) else rest
            found.append((key, replace(piece, amount=part)))
            left[key] = rest - part
        yield from reversed(found)

    def balances(self) -> dict[Key, Decimal]:
        """Debit minus credit of every account of open items, per city."""
        sums: dict[Key, Decimal] = defaultdict(lambda: ZERO)
        for item in self.opening:
            sums[item.key] += item.piece.amount
        lines = self.lines.filter(account__in=self.chart.ids(Part.OPEN))
        for number, city, side, total in self.summed(lines, "city_id"):
            sums[number, city] -= signed(side, total)
        return {key: amount for key, amount in sums.items() if amount and key not in self.odd_keys}

    def newest_pieces(self, keys: set[Key]) -> Iterator[tuple[Key, Piece]]:
        """The lines of the year on these accounts, the newest first."""
        lines = (
            self.lines.filter(on_keys(keys))
            .annotate(is_money=Q(has_money=True) | Q(has_target=False))
            .order_by("-entry_id", "-pk")
            .values_list("account__number", "city_id", "side", "amount", "entry_id", "entry__booked_on", "is_money")
        )
        for number, city, side, amount, entry, on, is_money in lines.iterator(chunk_size=5000):
            sphere, account = self.target_of(number)
            yield (number, city), Piece(entry, on, account, sphere, -signed(side, amount), is_money)


def signed(side: str, total: Any) -> Decimal:
    """Money in is positive: credit minus debit, in whole cents."""
    return round_cents(-Decimal(total) if side == Side.DEBIT else Decimal(total))
