"""Entries made by hand, with their voucher, and their reversal."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.documents.domain.filing import file_document
from apps.documents.enums import Access, Category
from apps.ledger.domain.drafts import Line
from apps.ledger.domain.errors import DayNotReached, EntryBelongsElsewhere, VoucherMissing
from apps.ledger.domain.kept import guard_free
from apps.ledger.domain.posting import post_entry, reverse_entry
from apps.ledger.domain.proofs import guard_proof
from apps.ledger.models import Entry
from apps.ledger.sources import MANUAL, source_label

RECLASSIFIED = {"RECEIVABLE_DUES", "CREDIT_MEMBERS"}
CHOSEN_BY_HAND = (*RECLASSIFIED, "PAYABLE")


@transaction.atomic
def post_by_hand(
    *,
    on: date,
    document_on: date,
    text: str,
    reference: str,
    lines: Sequence[Line],
    filename: str,
    content: bytes,
    own_reason: str = "",
    by: Any,
    today: date,
) -> Entry:
    """Post an entry by hand with the file that proves it: a voucher of others, or an own one with its reason (§ 146 (1) AO).

    Not ahead of time, and not on accounts that another book keeps.
    """
    guard_reached(on, today, field="on")
    guard_reached(document_on, today, field="document_on")
    guard_accounts(lines)
    if not content:
        raise VoucherMissing(
            _("Keine Buchung ohne Beleg. Bitte laden Sie ihn hoch oder erstellen Sie einen Eigenbeleg."),
            field="voucher",
        )
    guard_proof(filename, content, field="voucher")
    title = _("Eigenbeleg: %s") if own_reason else _("Beleg: %s")
    voucher = file_document(
        content=content,
        filename=filename,
        title=title % text,
        category=Category.VOUCHER,
        access=Access.TREASURY,
        origin="ledger.own_voucher" if own_reason else "ledger.voucher",
        by=by,
        on=today,
    )
    return post_entry(
        on=on,
        document_on=document_on,
        text=text,
        lines=lines,
        source=MANUAL,
        reference=reference.strip(),
        voucher=voucher,
        by=by,
    )


def guard_reached(day: date, today: date, *, field: str) -> None:
    if day > today:
        raise DayNotReached(
            _("Von Hand wird nichts im Voraus gebucht. Das Datum darf nicht nach heute liegen."), field=field
        )


def guard_accounts(lines: Sequence[Line]) -> None:
    """Accounts with a book of their own are left to it, but for two things that no other act posts.

    Credit of members is reclassified at the year's end, and Skonto or a supplier's credit note lessens what is owed:
    such an entry is then assigned to its voucher like a payment.
    """
    if all(key_of(line) in RECLASSIFIED for line in lines):
        return
    others = [line.account for line in lines if not (key_of(line) == "PAYABLE" and line.debit)]
    guard_free(others)


def key_of(line: Line) -> str | None:
    return line.account if isinstance(line.account, str) else line.account.key


def guard_by_hand(entry: Entry) -> None:
    """Only entries made by hand are reversed by hand; others are taken back where they were made."""
    if entry.source != MANUAL:
        raise EntryBelongsElsewhere(
            _("Diese Buchung stammt aus „%s“. Bitte nehmen Sie sie dort zurück.") % source_label(entry.source)
        )


@transaction.atomic
def reverse_by_hand(entry: Entry, *, by: Any, on: date, reason: str) -> Entry:
    """Reverse an entry that was made by hand."""
    guard_by_hand(entry)
    return reverse_entry(entry, by=by, on=on, reason=reason)
