"""Posting: balanced, numbered without gaps, final."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit import bulk
from apps.audit.acts import act
from apps.core.money import euros
from apps.core.numbers import take_numbers
from apps.ledger.calculations import ZERO, balance_problem
from apps.ledger.domain.accounts import accounts_by_key
from apps.ledger.domain.cash import guard_cash
from apps.ledger.domain.drafts import EntryDraft, Line
from apps.ledger.domain.errors import (
    CostCentreNotOpen,
    EntryAlreadyReversed,
    EntryNotBalanced,
    ReasonMissing,
    VoucherMissing,
)
from apps.ledger.domain.periods import guard_periods
from apps.ledger.enums import Side
from apps.ledger.models import ENTRIES_PER_YEAR, Account, Entry, EntryLine
from apps.ledger.sources import MANUAL, REVERSAL


@transaction.atomic
def post_entry(
    *,
    on: date,
    text: str,
    lines: Sequence[Line],
    source: str,
    reference: str = "",
    voucher: Any = None,
    document_on: date | None = None,
    takes_back: bool = False,
    by: Any,
) -> Entry:
    """Post one balanced entry and return it (§ 146 (1) and (4) AO: complete, ordered, unchangeable)."""
    draft = EntryDraft(on, text, lines, source, reference, voucher, document_on, takes_back=takes_back)
    with act("ledger.entry_posted", by=by) as record:
        [entry] = _write([draft], by=by)
        record.subject = entry
    return entry


@transaction.atomic
def post_entries(drafts: Sequence[EntryDraft], *, by: Any) -> list[Entry]:
    """Post many entries at once, all or none, in their order, with a number of queries that does not depend on how many."""
    if not drafts:
        return []
    with act("ledger.entries_posted", by=by) as record:
        entries = _write(drafts, by=by)
        total = sum((entry.amount.amount for entry in entries), ZERO)
        record.data.update(count=len(entries), first=str(entries[0]), last=str(entries[-1]), total=str(total))
    return entries


@transaction.atomic
def reverse_entry(entry: Entry, *, by: Any, on: date, reason: str) -> Entry:
    """Take an entry back by its mirror image (Storno, Generalumkehr); the entry itself stays (§ 146 (4) AO)."""
    entry = Entry.objects.select_for_update().get(pk=entry.pk)
    if not reason.strip():
        raise ReasonMissing(_("Bitte geben Sie an, warum die Buchung storniert wird."), field="reason")
    _guard_reversible(entry)
    draft = EntryDraft(
        on=on,
        text=_("Storno von %(entry)s: %(reason)s") % {"entry": entry, "reason": reason.strip()},
        lines=[_mirror(line) for line in entry.lines.select_related("account", "city", "cost_centre")],
        source=REVERSAL,
        reference=entry.reference or str(entry),
        voucher=entry.voucher,
        document_on=on,
        reverses=entry,
        takes_back=True,
    )
    with act("ledger.entry_reversed", entry, by=by, reason=reason) as record:
        [reversal] = _write([draft], by=by)
        record.data["reversal"] = str(reversal)
    return reversal


def _guard_reversible(entry: Entry) -> None:
    if entry.reverses_id is not None:
        raise EntryAlreadyReversed(
            _("%(entry)s ist selbst ein Storno. Bitte buchen Sie den Vorgang neu.") % {"entry": entry}
        )
    if Entry.objects.filter(reverses=entry).exists():
        raise EntryAlreadyReversed(_("%(entry)s ist bereits storniert.") % {"entry": entry})


def _mirror(line: EntryLine) -> Line:
    amount = line.amount.amount
    sides = {"credit": amount} if line.side == Side.DEBIT else {"debit": amount}
    return Line(line.account, city=line.city, text=line.text, sphere=line.sphere, cost_centre=line.cost_centre, **sides)


def _write(drafts: Sequence[EntryDraft], *, by: Any) -> list[Entry]:
    for draft in drafts:
        _guard_balance(draft)
        _guard_voucher(draft)
        _guard_cost_centres(draft)
    accounts = accounts_by_key(drafts)
    numbers = _take_numbers(draft.on.year for draft in drafts)
    guard_periods({draft.on for draft in drafts})
    posted_at = timezone.now()
    entries = [_entry(draft, next(numbers[draft.on.year]), by=by, posted_at=posted_at) for draft in drafts]
    lines = [_line(entry, line, accounts) for entry, draft in zip(entries, drafts, strict=True) for line in draft.lines]
    bulk.create(EntryLine, lines)
    bulk.create(Entry, entries)
    guard_cash(drafts)
    return entries


def _guard_balance(draft: EntryDraft) -> None:
    problem = balance_problem((line.debit, line.credit) for line in draft.lines)
    if not problem:
        return
    sentences = {
        "empty": _("Eine Buchung braucht mindestens zwei Zeilen, eine im Soll und eine im Haben."),
        "sides": _("Jede Zeile braucht genau einen Betrag, entweder im Soll oder im Haben."),
        "amount": _("Jeder Betrag muss größer als null sein und darf höchstens zwei Nachkommastellen haben."),
        "balance": _("Soll und Haben sind nicht gleich. Bitte prüfen Sie die Beträge."),
    }
    raise EntryNotBalanced(sentences[problem])


def _guard_voucher(draft: EntryDraft) -> None:
    """No booking without a voucher (§ 146 (1) AO; GoBD Rz. 61 ff.); what is booked by hand needs the document itself."""
    if draft.voucher is None and (draft.source == MANUAL or not draft.reference.strip()):
        raise VoucherMissing(
            _("Keine Buchung ohne Beleg. Bitte laden Sie ihn hoch oder erstellen Sie einen Eigenbeleg."),
            field="voucher",
        )


def _guard_cost_centres(draft: EntryDraft) -> None:
    """Nothing new on a centre that is not open; what is taken back leaves the centre it stood on."""
    if draft.takes_back:
        return
    for line in draft.lines:
        if line.cost_centre and not line.cost_centre.is_valid_on(draft.on):
            raise CostCentreNotOpen(
                _("Die Kostenstelle %(centre)s ist am %(day)s nicht geöffnet. Bitte wählen Sie eine andere.")
                % {"centre": line.cost_centre, "day": f"{draft.on:%d.%m.%Y}"}
            )


def _take_numbers(years: Iterable[int]) -> dict[int, Any]:
    wanted: dict[int, int] = defaultdict(int)
    for year in years:
        wanted[year] += 1
    return {year: iter(take_numbers(f"ledger.entry:{year}", wanted[year])) for year in sorted(wanted)}


def _entry(draft: EntryDraft, number: int, *, by: Any, posted_at: Any) -> Entry:
    year = draft.on.year
    return Entry(
        id=year * ENTRIES_PER_YEAR + number,
        year=year,
        number=number,
        booked_on=draft.on,
        document_on=draft.document_on or draft.on,
        text=draft.text[:250],
        source=draft.source,
        reference=draft.reference,
        amount=euros(sum((line.debit for line in draft.lines if line.debit is not None), ZERO)),
        voucher=draft.voucher,
        reverses=draft.reverses,
        posted_at=posted_at,
        posted_by=by,
    )


def _line(entry: Entry, line: Line, accounts: dict[str, Account]) -> EntryLine:
    account = accounts[line.account] if isinstance(line.account, str) else line.account
    is_debit = line.debit is not None
    return EntryLine(
        entry_id=entry.pk,
        account=account,
        side=Side.DEBIT if is_debit else Side.CREDIT,
        amount=euros(line.debit if line.debit is not None else line.credit or ZERO),
        sphere=line.sphere or account.sphere,
        city=line.city,
        cost_centre=line.cost_centre,
        text=line.text[:250],
    )
