"""Accounts, statements and their lines; notices about batches; rules of booking; payments we expect."""

from apps.banking.models.expected import ExpectedPayment
from apps.banking.models.lines import (
    OPEN,
    BankAccount,
    BankLine,
    BankLineQuerySet,
    KnownAccount,
    Statement,
    StatementFile,
    StatementImport,
    StatementLine,
)
from apps.banking.models.notices import BatchNotice, NoticePart
from apps.banking.models.proposals import CERTAIN, MatchProposal, ProposalTarget
from apps.banking.models.rules import BookingRule

__all__ = [
    "CERTAIN",
    "OPEN",
    "BankAccount",
    "BankLine",
    "BankLineQuerySet",
    "BatchNotice",
    "BookingRule",
    "ExpectedPayment",
    "KnownAccount",
    "MatchProposal",
    "NoticePart",
    "ProposalTarget",
    "Statement",
    "StatementFile",
    "StatementImport",
    "StatementLine",
]
