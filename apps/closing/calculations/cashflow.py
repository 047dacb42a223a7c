"""The cash view of double entry: income and expense of the year in which the money moved (§ 4 (3), § 11 EStG).

Receivables and liabilities remember what they arose from. When money settles one, the oldest first, it counts as that
income or expense; money without a claim counts as what its account stands for. Per entry the flows add up to the change of
money, whatever was posted.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import Enum, auto

ZERO = Decimal("0.00")


class Part(Enum):
    """What an account is to the cash view."""

    MONEY = auto()
    RESULT = auto()
    OPEN = auto()  # receivables and liabilities: settled by money later
    NEUTRAL = auto()  # own funds and fixed assets: money moves, but it is no income and no expense


@dataclass(frozen=True)
class Leg:
    """A line of an entry; `amount` is debit minus credit, `party` whom the open item concerns."""

    account: str
    part: Part
    amount: Decimal
    sphere: str
    party: int | None = None


@dataclass(frozen=True)
class Flow:
    """Money that came in (positive) or went out, and what for. `accrued_on`: when the claim behind it arose."""

    entry: int
    on: date
    account: str
    sphere: str
    amount: Decimal
    accrued_on: date | None = None


@dataclass(frozen=True)
class Piece:
    """What is still open on an account: a claim or a debt not yet paid, or (`is_money`) money paid without a claim."""

    entry: int
    on: date
    account: str
    sphere: str
    amount: Decimal
    is_money: bool


type Key = tuple[str, int | None]


@dataclass
class CashView:
    """Walks through the entries in order. `stands_for` names the account that money without a claim counts as.

    What is written off to one of `losses` moves no money: it takes back the claim as if that had not been raised.
    """

    stands_for: Mapping[str, str] = field(default_factory=dict)
    losses: Collection[str] = ()
    open_items: dict[Key, list[Piece]] = field(default_factory=lambda: defaultdict(list))

    def take(self, entry: int, on: date, legs: Sequence[Leg]) -> list[Flow]:
        """The flows of one entry; open items change accordingly."""
        targets = [leg for leg in legs if leg.part in {Part.RESULT, Part.NEUTRAL}]
        open_legs = [leg for leg in legs if leg.part is Part.OPEN]
        moves_money = any(leg.part is Part.MONEY for leg in legs)
        if open_legs and targets and not moves_money:
            parts = shares(open_legs, targets)
            if parts is not None:
                return [flow for leg, piece in self._accruals(entry, on, parts) for flow in self._meet(leg, piece, on)]
        if not moves_money and not open_legs and all(leg.part is Part.NEUTRAL for leg in targets):
            return []  # own funds among themselves, e.g. a reserve formed
        flows = [Flow(entry, on, leg.account, leg.sphere, -leg.amount) for leg in targets]
        for leg in open_legs:
            target = self.stands_for.get(leg.account, leg.account)
            flows += self._meet(leg, Piece(entry, on, target, leg.sphere, leg.amount, is_money=True), on)
        return flows

    def _accruals(self, entry: int, on: date, parts: Iterable[tuple[Leg, Leg, Decimal]]) -> Iterator[tuple[Leg, Piece]]:
        for open_leg, target, amount in parts:
            account, sphere = target.account, target.sphere
            if account in self.losses and open_leg.account in self.stands_for:
                account, sphere = self.stands_for[open_leg.account], open_leg.sphere
            yield open_leg, Piece(entry, on, account, sphere, amount, is_money=False)

    def _meet(self, leg: Leg, new: Piece, on: date) -> list[Flow]:
        """Set the new piece against open ones of the opposite sign, oldest first; keep what remains of it."""
        queue = self.open_items[leg.account, leg.party]
        flows: list[Flow] = []
        while new.amount and queue and (queue[0].amount > 0) != (new.amount > 0):
            old = queue[0]
            part = new.amount if abs(new.amount) <= abs(old.amount) else -old.amount
            flows += settled(old, new, part, on)
            new = replace(new, amount=new.amount - part)
            queue[0] = replace(old, amount=old.amount + part)
            if not queue[0].amount:
                queue.pop(0)
        if new.amount:
            queue.append(new)
            if new.is_money:
                flows.append(Flow(new.entry, on, new.account, new.sphere, -new.amount))
        return flows


def settled(old: Piece, new: Piece, part: Decimal, on: date) -> Iterator[Flow]:
    """What `part` of the new piece means against the old one."""
    if new.is_money and not old.is_money:
        yield Flow(new.entry, on, old.account, old.sphere, -part, accrued_on=old.on)
    elif new.is_money:
        yield Flow(new.entry, on, old.account, old.sphere, -part)
    elif old.is_money and (old.account, old.sphere) != (new.account, new.sphere):
        yield Flow(new.entry, on, old.account, old.sphere, -part)
        yield Flow(new.entry, on, new.account, new.sphere, part)


def shares(open_legs: Sequence[Leg], targets: Sequence[Leg]) -> list[tuple[Leg, Leg, Decimal]] | None:
    """Which open item arose from which income or expense; None if signs are mixed beyond one open item."""
    if len(open_legs) == 1:
        return [(open_legs[0], target, -target.amount) for target in targets]
    signs = {leg.amount > 0 for leg in open_legs} | {leg.amount < 0 for leg in targets}
    if len(signs) > 1:
        return None
    found: list[tuple[Leg, Leg, Decimal]] = []
    waiting = list(targets)
    for leg in open_legs:
        rest = leg.amount
        while rest and waiting:
            left = -waiting[0].amount
            part = left if abs(left) <= abs(rest) else rest
            found.append((leg, waiting[0], part))
            rest -= part
            waiting[:1] = [replace(waiting[0], amount=part - left)] if left != part else []
    return found
