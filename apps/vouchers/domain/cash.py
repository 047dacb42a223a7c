"""Petty cash: the cash book, its reversals, and counting."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.audit.acts import act
from apps.core.money import euros
from apps.core.numbers import take_numbers
from apps.core.templatetags.formats import day
from apps.core.transitions import WrongState
from apps.documents.domain.filing import file_document
from apps.documents.enums import Access, Category
from apps.documents.models import Document
from apps.ledger.domain.accounts import account
from apps.ledger.domain.drafts import Line
from apps.ledger.domain.errors import UnknownAccount, VoucherMissing
from apps.ledger.domain.kept import guard_free
from apps.ledger.domain.periods import guard_periods
from apps.ledger.domain.posting import post_entry, reverse_entry
from apps.ledger.domain.proofs import guard_proof
from apps.ledger.domain.queries import balance_of
from apps.ledger.models import Account, CostCentre, Entry
from apps.members.models import City
from apps.vouchers.calculations import counted_total
from apps.vouchers.domain.cash_uses import lock_uses, undo_uses
from apps.vouchers.domain.checking import locked, required
from apps.vouchers.domain.errors import AlreadyCounted, SamePerson
from apps.vouchers.domain.parties import guard_city
from apps.vouchers.domain.paying import pay_from
from apps.vouchers.domain.under_way import guard_not_under_way
from apps.vouchers.enums import CashKind
from apps.vouchers.models import CashCount, CashEntry, Voucher

SOURCE = "vouchers.cash"
CASH = "CASH"


@dataclass(frozen=True)
class CashVoucher:
    """The file that proves a line of the cash book."""

    filename: str
    content: bytes


@transaction.atomic
def record_cash(
    *,
    kind: str,
    amount: Decimal,
    text: str,
    account: Account,
    booked_on: date,
    voucher: CashVoucher,
    sphere: str = "",
    cost_centre: CostCentre | None = None,
    contracting_city: Any = None,
    by: Any,
    on: date,
) -> CashEntry:
    """Record money that came into or left the cash box, on its day (§ 146 (1) sentence 2 AO: daily) and with its voucher."""
    guard_city(contracting_city, booked_on)
    guard_free([account], field="account")
    guard_past(booked_on, on)
    guard_not_counted(booked_on)
    if not voucher.content:
        raise VoucherMissing(_("Keine Kassenbuchung ohne Beleg."), field="voucher")
    guard_proof(voucher.filename, voucher.content, field="voucher")
    number = next_number(booked_on)
    document = file_for_cash(voucher, _("Kassenbeleg %s") % number[1], by=by, on=on)
    into, out_of = (amount, None) if kind == CashKind.IN else (None, amount)
    where = {"sphere": sphere, "cost_centre": cost_centre, "city": contracting_city}
    counter = Line(account, debit=out_of, credit=into, **where)
    return enter(number, kind, amount, text, counter, document, booked_on=booked_on, by=by)


@transaction.atomic
def take_cash(
    *,
    amount: Decimal,
    text: str,
    claim: Line,
    city: City,
    receipt: Callable[[str], bytes],
    booked_on: date,
    by: Any,
    on: date,
) -> CashEntry:
    """Take money for a claim that an upper floor keeps; `claim` credits it.

    `receipt` prints the receipt with the number of the line (§ 368 BGB); its copy is the voucher, and the city may read it.
    """
    guard_cash_box(booked_on)
    guard_past(booked_on, on)
    guard_not_counted(booked_on)
    guard_periods({booked_on}, field="booked_on")
    number = next_number(booked_on)
    printed = CashVoucher(f"Quittung-{number[1]}.pdf", receipt(number[1]))
    document = file_for_cash(printed, _("Quittung %s") % number[1], city=city, by=by, on=on)
    return enter(number, CashKind.IN, amount, text, claim, document, booked_on=booked_on, by=by)


def enter(
    number: tuple[int, str],
    kind: str,
    amount: Decimal,
    text: str,
    counter: Line,
    document: Document,
    *,
    booked_on: date,
    by: Any,
) -> CashEntry:
    """A line of the cash book with its entry; `counter` is the other side of the money."""
    is_in = kind == CashKind.IN
    cash = Line(CASH, debit=amount) if is_in else Line(CASH, credit=amount)
    with act("vouchers.cash_recorded", by=by, data={"number": number[1], "amount": str(amount)}) as record:
        entry = post_entry(
            on=booked_on,
            text=text,
            lines=[cash, counter],
            source=SOURCE,
            reference=number[1],
            voucher=document,
            by=by,
        )
        row = book(number, kind, entry, amount if is_in else -amount)
        record.subject = row
    return row


@transaction.atomic
def pay_voucher_in_cash(voucher: Voucher, *, booked_on: date, by: Any, on: date) -> CashEntry:
    """Pay what is outstanding on a posted voucher out of the cash box; not what is being transferred already."""
    guard_past(booked_on, on)
    guard_not_under_way(locked(voucher))
    guard_not_counted(booked_on)
    number = next_number(booked_on)
    with act("vouchers.cash_recorded", voucher, by=by, data={"number": number[1]}):
        entry = pay_from(voucher, account=CASH, on=booked_on, reference=number[1], by=by)
        return book(number, CashKind.OUT, entry, -entry.amount.amount)


@transaction.atomic
def reverse_cash(row: CashEntry, *, reason: str, by: Any, on: date) -> CashEntry:
    """Take a line of the cash book back by a line of its own; what was paid with it is open again."""
    lock_uses(row)
    row = CashEntry.objects.select_for_update().get(pk=row.pk)
    if row.kind not in {CashKind.IN, CashKind.OUT} or CashEntry.objects.filter(reverses=row).exists():
        raise WrongState(_("%s kann nicht storniert werden oder ist es schon.") % row)
    guard_not_counted(on)
    number = next_number(on)
    with act("vouchers.cash_reversed", row, by=by, reason=required(reason)):
        entry = reverse_entry(row.entry, by=by, on=on, reason=reason)
        undo_uses(row, reversal=entry, reason=reason, by=by, on=on)
        return book(number, CashKind.REVERSAL, entry, -row.amount.amount, reverses=row)


def guard_past(booked_on: date, on: date) -> None:
    if booked_on > on:
        raise WrongState(_("In der Kasse wird nichts im Voraus gebucht."), field="booked_on")


def guard_not_counted(booked_on: date) -> None:
    """A signed count holds: nothing is booked on its day or before. Whoever counts locks the cash account too."""
    lock_cash()
    last = CashCount.objects.order_by("-counted_on", "-pk").first()
    if last and booked_on <= last.counted_on:
        raise AlreadyCounted(
            _("Die Kasse ist am %(day)s gezählt worden (%(count)s). Bitte buchen Sie mit einem späteren Datum.")
            % {"day": day(last.counted_on), "count": last},
            field="booked_on",
        )


def lock_cash() -> None:
    Account.objects.select_for_update().filter(key=CASH).first()


def has_cash_box(on: date) -> bool:
    """Cash is kept on that day: its account is open."""
    return Account.objects.valid_on(on).filter(key=CASH).exists()


def guard_cash_box(on: date) -> None:
    if not has_cash_box(on):
        raise UnknownAccount(
            _("Am %s gibt es kein geöffnetes Konto für die Kasse. Bitte öffnen Sie es im Kontenplan.") % day(on)
        )


def next_number(booked_on: date) -> tuple[int, str]:
    [sequence] = take_numbers(f"vouchers.cash:{booked_on.year}")
    return sequence, f"K{booked_on.year}-{sequence:05}"


def book(
    number: tuple[int, str], kind: str, entry: Entry, amount: Decimal, *, reverses: CashEntry | None = None
) -> CashEntry:
    return CashEntry.objects.create(
        year=entry.booked_on.year,
        sequence=number[0],
        number=number[1],
        kind=kind,
        booked_on=entry.booked_on,
        text=entry.text[:200],
        amount=euros(amount),
        entry=entry,
        reverses=reverses,
    )


def file_for_cash(voucher: CashVoucher, title: str, *, city: City | None = None, by: Any, on: date) -> Document:
    return file_document(
        content=voucher.content,
        filename=voucher.filename,
        title=title,
        category=Category.VOUCHER,
        access=Access.TREASURY,
        city=city,
        origin=SOURCE,
        by=by,
        on=on,
    )


@transaction.atomic
def count_cash(
    *,
    counted_on: date,
    pieces: Mapping[Decimal, int],
    witness: str,
    note: str = "",
    protocol: Callable[[CashCount], bytes],
    by: Any,
    on: date,
) -> CashCount:
    """Count the cash against the book; `protocol` prints it, and a difference is booked with the print as voucher.

    The numbers of the books stay locked meanwhile, so that the balance counted against can't change.
    """
    guard_past(counted_on, on)
    guard_witness(witness, by)
    guard_count_in_order(counted_on)
    take_numbers(f"ledger.entry:{counted_on.year}", 0)
    [sequence] = take_numbers(f"vouchers.cash_count:{counted_on.year}")
    count = CashCount(
        year=counted_on.year,
        sequence=sequence,
        number=f"KZ{counted_on.year}-{sequence:05}",
        counted_on=counted_on,
        pieces={str(value): number for value, number in pieces.items() if number},
        counted=euros(counted_total(pieces)),
        expected=euros(balance_of(account(CASH), until=counted_on)),
        counted_by=by,
        witness=witness,
        note=note,
    )
    with act("vouchers.cash_counted", by=by, data={"difference": str(count.difference.amount)}) as record:
        count.save()
        record.subject = count
        print_of_it = CashVoucher(f"{count.number}.pdf", protocol(count))
        count.document = file_for_cash(print_of_it, _("Zählprotokoll %s") % count.number, by=by, on=on)
        if count.difference.amount:
            count.difference_entry = book_difference(count, by=by)
        count.save(update_fields=["document", "difference_entry"])
    return count


def guard_witness(witness: str, by: Any) -> None:
    if by is not None and witness.split() == str(by).split():
        raise SamePerson(
            _("Wer zählt, kann sich nicht selbst bezeugen. Bitte nennen Sie eine zweite Person."), field="witness"
        )


def guard_count_in_order(counted_on: date) -> None:
    lock_cash()
    last = CashCount.objects.order_by("-counted_on", "-pk").first()
    if last and counted_on < last.counted_on:
        raise AlreadyCounted(
            _("Die Kasse ist am %(day)s schon gezählt worden (%(count)s); davor kann nicht mehr gezählt werden.")
            % {"day": day(last.counted_on), "count": last},
            field="counted_on",
        )


def book_difference(count: CashCount, *, by: Any) -> CashEntry:
    difference = count.difference.amount
    number = next_number(count.counted_on)
    lines = (
        [Line(CASH, debit=difference), Line("CASH_OVER", credit=difference)]
        if difference > 0
        else [Line("CASH_SHORT", debit=-difference), Line(CASH, credit=-difference)]
    )
    entry = post_entry(
        on=count.counted_on,
        text=_("Kassendifferenz nach %s") % count,
        lines=lines,
        source=SOURCE,
        reference=number[1],
        voucher=count.document,
        by=by,
    )
    return book(number, CashKind.DIFFERENCE, entry, difference)
