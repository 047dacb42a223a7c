"""Contracts and orders: entered, paid by postings, closed."""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.acts import act
from apps.budget.models import Commitment, CommitmentPosting
from apps.core.errors import DomainError
from apps.core.money import euros
from apps.ledger.enums import AccountKind, Side
from apps.ledger.models import Account, CostCentre, EntryLine


class CommitmentImpossible(DomainError):
    """Only expenses of a positive amount can be committed."""


class CommitmentClosed(DomainError):
    """Nothing refers to a closed commitment any more."""


class PostingDoesNotFit(DomainError):
    """The posting stands elsewhere or pays another commitment already."""


def locked(commitment: Commitment) -> Commitment:
    return Commitment.objects.select_for_update().get(pk=commitment.pk)


@transaction.atomic
def enter_commitment(
    *,
    year: int,
    title: str,
    partner: str,
    account: Account,
    amount: Decimal,
    agreed_on: date,
    cost_centre: CostCentre | None = None,
    due_on: date | None = None,
    by: User | None,
) -> Commitment:
    """Bind money of the year's budget by a contract or an order."""
    if account.kind != AccountKind.EXPENSE:
        raise CommitmentImpossible(_("Verpflichtungen stehen auf Ausgabekonten."), field="account")
    if amount <= 0:
        raise CommitmentImpossible(_("Der Betrag muss größer als null sein."), field="amount")
    with act("budget.commitment_entered", by=by, data={"year": year, "amount": str(amount)}) as entry:
        entry.subject = commitment = Commitment.objects.create(
            year=year,
            title=title,
            partner=partner,
            account=account,
            cost_centre=cost_centre,
            amount=euros(amount),
            agreed_on=agreed_on,
            due_on=due_on,
        )
    return commitment


def fitting_lines(commitment: Commitment) -> QuerySet[EntryLine]:
    """Postings that could pay it: same account and cost centre, from its year on, not reversed, referred to nothing."""
    return (
        EntryLine.objects.filter(
            account=commitment.account,
            cost_centre=commitment.cost_centre,
            side=Side.DEBIT,
            entry__year__gte=commitment.year,
            entry__reversed_by__isnull=True,
            entry__reverses__isnull=True,
            commitment_posting__isnull=True,
        )
        .select_related("entry")
        .order_by("-entry__booked_on", "-pk")
    )


@transaction.atomic
def refer_posting(commitment: Commitment, line: EntryLine, *, by: User | None) -> CommitmentPosting:
    """Let a posting pay the commitment; what stays bound falls by its amount, never below zero."""
    commitment = locked(commitment)
    guard_open(commitment)
    if not fitting_lines(commitment).filter(pk=line.pk).exists():
        raise PostingDoesNotFit(
            _("Diese Buchung passt nicht: anderes Konto, andere Kostenstelle, storniert oder schon zugeordnet."),
            field="line",
        )
    with act("budget.posting_referred", commitment, by=by, data={"entry": str(line.entry)}):
        return CommitmentPosting.objects.create(commitment=commitment, line=line)


@transaction.atomic
def release_posting(posting: CommitmentPosting, *, by: User | None) -> Commitment:
    """Undo the reference; the amount is bound again."""
    commitment = locked(posting.commitment)
    guard_open(commitment)
    with act("budget.posting_released", commitment, by=by, data={"entry": str(posting.line.entry)}):
        posting.delete()
    return commitment


def guard_open(commitment: Commitment) -> None:
    if not commitment.is_open:
        raise CommitmentClosed(_("„%s“ ist geschlossen.") % commitment)


@transaction.atomic
def close_commitment(commitment: Commitment, *, by: User | None, on: date, reason: str) -> Commitment:
    """Nothing more will be paid: the rest is free again."""
    commitment = locked(commitment)
    guard_open(commitment)
    with act("budget.commitment_closed", commitment, by=by, reason=reason):
        commitment.closed_on, commitment.closing_reason = on, reason
        commitment.save(update_fields=["closed_on", "closing_reason"])
    return commitment


@transaction.atomic
def reopen_commitment(commitment: Commitment, *, by: User | None) -> Commitment:
    """Undo the closing; what was not paid is bound again."""
    commitment = locked(commitment)
    if commitment.is_open:
        raise CommitmentClosed(_("„%s“ ist schon offen.") % commitment)
    with act("budget.commitment_reopened", commitment, by=by):
        commitment.closed_on, commitment.closing_reason = None, ""
        commitment.save(update_fields=["closed_on", "closing_reason"])
    return commitment
