"""Where the bank and the books stand."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Prefetch, Q, QuerySet, Sum

from apps.banking.domain.entries import SOURCE
from apps.banking.models import CERTAIN, OPEN, BankAccount, BankLine, MatchProposal, ProposalTarget, Statement
from apps.ledger.domain.queries import balance_of
from apps.ledger.models import EntryLine

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Reconciliation:
    """Bank against books on the day of the last statement: the difference must be explained to the cent."""

    bank_account: BankAccount
    statement: Statement | None
    on: date | None
    bank: Decimal
    books: Decimal
    open: Decimal
    open_count: int
    opening: Decimal

    @property
    def difference(self) -> Decimal:
        """What neither open lines nor the opening balance explain; lines left out came twice and explain nothing."""
        return self.bank - self.books - self.open - self.opening

    @property
    def is_proven(self) -> bool:
        return self.statement is not None and self.difference == 0


def reconcile(bank_account: BankAccount) -> Reconciliation:
    """Compare the closing balance of the last statement with the books of that day (Saldenabstimmung)."""
    proven = bank_account.statements.filter(closing__isnull=False)
    last = proven.order_by("-closed_on", "-pk").first()
    first = proven.order_by("opened_on", "pk").first()
    if last is None or first is None or last.closing is None or first.opening is None:
        return Reconciliation(bank_account, None, None, ZERO, ZERO, ZERO, 0, ZERO)
    sums = bank_account.lines.filter(entry=None, parked_entry=None, booked_on__lte=last.closed_on).aggregate(
        open=Sum("amount", filter=OPEN),
        open_count=Count("pk", filter=OPEN),
    )
    return Reconciliation(
        bank_account=bank_account,
        statement=last,
        on=last.closed_on,
        bank=last.closing.amount,
        books=balance_of(bank_account.account, until=last.closed_on),
        open=sums["open"] or ZERO,
        open_count=sums["open_count"],
        opening=unbooked_opening(bank_account, first),
    )


def unbooked_opening(bank_account: BankAccount, first: Statement) -> Decimal:
    """The balance before the first statement, if the books held nothing then: posted by hand counts as posted."""
    if bank_account.opening_entry_id or first.opening is None:
        return ZERO
    entries = EntryLine.objects.filter(account=bank_account.account, entry__booked_on__lte=first.opened_on)
    return ZERO if entries.exclude(entry__source=SOURCE).exists() else first.opening.amount


def with_best_proposal(lines: QuerySet[BankLine]) -> QuerySet[BankLine]:
    """Each line with `best`, a list that holds its first proposal."""
    shown: tuple[str, ...] = ("proposal", "amount", "amount_currency", "invoice__number", "invoice__city__name")
    shown += ("voucher__number", "voucher__creditor__name")
    targets = ProposalTarget.objects.select_related("invoice__city", "voucher__creditor").only(*shown)
    best = (
        MatchProposal.objects.filter(rank=1)
        .select_related("city", "account", "rule__cost_centre")
        .prefetch_related(Prefetch("targets", targets))
    )
    return lines.prefetch_related(Prefetch("proposals", best, to_attr="best"))


@dataclass(frozen=True)
class Worklist:
    """How much waits: open lines and their sum, those with a certain proposal, and unclear ones."""

    open: int
    amount: Decimal
    certain: int
    unclear: int


def worklist() -> Worklist:
    """Numbers above the list, in two queries. A line has at most one proposal of rank 1."""
    parked = Q(parked_entry__isnull=False)
    waiting = BankLine.objects.filter(entry=None, ignored_reason="").aggregate(
        open=Count("pk", filter=~parked),
        amount=Sum("amount", filter=~parked, default=0),
        unclear=Count("pk", filter=parked),
    )
    certain = MatchProposal.objects.filter(
        rank=1, score=CERTAIN, line__entry=None, line__parked_entry=None, line__ignored_reason=""
    )
    return Worklist(certain=certain.count(), **waiting)
