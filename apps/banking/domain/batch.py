"""Booking everything that is certain at one go."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.audit.acts import act
from apps.banking.domain.booking import book_locked
from apps.banking.domain.errors import ProposalOutdated
from apps.banking.domain.matching import Touched, match_related
from apps.banking.models import CERTAIN, BankLine, MatchProposal

AT_ONE_GO = 100


@dataclass(frozen=True)
class BatchReport:
    """How many lines were booked and their sum."""

    count: int
    total: Decimal


def certain_proposals() -> list[MatchProposal]:
    """First proposals that are certain, each invoice, voucher and order at most once: number and amount fit to the cent.

    Parked lines have a person who clears them up and stay out. The oldest hundred, as many as somebody can look through; the next ones come when these are booked.
    """
    rows = MatchProposal.objects.filter(rank=1, score=CERTAIN, line__in=BankLine.objects.open())
    rows = rows.select_related("line", "city").prefetch_related("targets__invoice__city", "targets__voucher__creditor")
    taken: set[tuple[str, int]] = set()
    found = []
    for row in rows.order_by("line__booked_on", "line_id")[:AT_ONE_GO]:
        claimed = {("order", pk) for pk in row.expected}
        claimed |= {("invoice", target.invoice_id) for target in row.targets.all() if target.invoice_id}
        claimed |= {("voucher", target.voucher_id) for target in row.targets.all() if target.voucher_id}
        if not claimed & taken:
            found.append(row)
            taken |= claimed
    return found


@transaction.atomic
def book_certain(proposals: Collection[int], *, by: Any, on: date) -> BatchReport:
    """Book exactly the certain proposals that were shown, or none if one of them no longer holds."""
    wanted = MatchProposal.objects.filter(pk__in=list(proposals)).values("line")
    lines = {line.pk: line for line in BankLine.objects.select_for_update().filter(pk__in=wanted).order_by("pk")}
    chosen = [each for each in certain_proposals() if each.pk in set(proposals)]
    if len(chosen) != len(set(proposals)):
        raise ProposalOutdated(
            _("Inzwischen hat sich etwas geändert; es wurde nichts gebucht. Bitte prüfen Sie die Liste noch einmal.")
        )
    touched = Touched()
    total = sum((each.line.amount.amount for each in chosen), Decimal("0.00"))
    with act("banking.certain_lines_booked", by=by, data={"count": len(chosen), "total": str(total)}):
        for each in chosen:
            touched |= book_locked(lines[each.line_id], by=by, on=on, proposal=each.pk)
    match_related(touched, lines=lines.values())
    return BatchReport(len(chosen), total)
