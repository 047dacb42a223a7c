"""Claims that will not come in: written off wholly or in part, and taken back when the city pays after all.

Who writes off gives up no claim: the city owes it still, but for a waiver, which needs a resolution (§ 397 BGB). No money
moves, so that the cash view of the year knows neither income nor expense (§ 4 (3) EStG).
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.acts import act
from apps.core.money import euros
from apps.core.numbers import take_numbers
from apps.core.templatetags.formats import day, euro
from apps.documents.domain.filing import file_document
from apps.documents.enums import Access, Category
from apps.documents.models import Document
from apps.dues.domain.collected import guard_not_collected
from apps.dues.domain.errors import (
    AboveSmallAmount,
    AlreadyReleased,
    DayNotPossible,
    ReasonMissing,
    ResolutionMissing,
)
from apps.dues.domain.issuing import RECEIVABLE
from apps.dues.domain.payments import apply_credit, free_credit, guard_owed, lock_city, take_back, with_balance
from apps.dues.domain.sending import queue_waiver, withdraw_waiver
from apps.dues.enums import AllocationKind, WriteOffGround
from apps.dues.models import Allocation, Invoice, WriteOff
from apps.ledger.domain.drafts import Line
from apps.ledger.domain.periods import guard_periods
from apps.ledger.domain.posting import post_entry, reverse_entry
from apps.ledger.models import Entry
from apps.organisation.domain.queries import decimal_parameter
from apps.resolutions.models import Resolution

LOSS, SOURCE = "BAD_DEBT", "dues.write_off"

type Print = Callable[[WriteOff], bytes]


@transaction.atomic
def write_off(
    invoice: Invoice,
    *,
    amount: Decimal,
    ground: str,
    reason: str,
    resolution: Resolution | None = None,
    booked_on: date,
    voucher: Print,
    notice: Print,
    by: User | None,
    on: date,
) -> WriteOff:
    """Write off what is open on an invoice, or a part of it, on the day `booked_on`.

    `voucher` prints the internal voucher of the entry (§ 146 (1) AO), `notice` the letter that tells the city of a waiver;
    that letter waits in the outbox until somebody releases it.
    """
    lock_city(invoice.city_id)
    invoice = with_balance(invoice)
    guard_owed(invoice, amount)
    guard_not_collected(invoice, on=on)
    guard_day(invoice, booked_on, on)
    guard_ground(ground, amount, reason.strip(), resolution, booked_on)
    [sequence] = take_numbers(f"dues.write_off:{booked_on.year}")
    row = WriteOff(
        number=f"AB-{booked_on.year}-{sequence:04d}",
        year=booked_on.year,
        sequence=sequence,
        invoice=invoice,
        amount=euros(amount),
        ground=ground,
        reason=reason.strip(),
        resolution=resolution,
        booked_on=booked_on,
        made_on=on,
        made_by=by,
    )
    with act("dues.written_off", invoice, by=by, reason=row.reason, data=told(row)):
        row.document = file_voucher(row, voucher(row), by=by, on=on)
        row.notice = file_notice(row, notice(row), by=by, on=on) if row.is_waiver else None
        row.entry = post_loss(row, by=by)
        row.allocation = Allocation.objects.create(
            city=invoice.city,
            invoice=invoice,
            kind=AllocationKind.WRITE_OFF,
            amount=row.amount,
            booked_on=booked_on,
            text=f"{row.number}: {row.get_ground_display()}",
            entry=row.entry,
            made_by=by,
        )
        row.save()
        queue_waiver(row, by=by, on=on)
    return row


def told(row: WriteOff) -> dict[str, str]:
    return {"number": row.number, "amount": str(row.amount.amount), "ground": row.ground, "on": str(row.booked_on)}


def guard_day(invoice: Invoice, booked_on: date, on: date) -> None:
    """Neither ahead of time nor before the claim stands in the books, nor in a closed period."""
    if booked_on > on:
        raise DayNotPossible(_("Das Datum darf nicht in der Zukunft liegen."), field="booked_on")
    if booked_on < invoice.entry.booked_on:
        raise DayNotPossible(
            _("Die Forderung steht erst seit dem %s in den Büchern.") % day(invoice.entry.booked_on), field="booked_on"
        )
    guard_periods({booked_on}, field="booked_on")


def guard_ground(ground: str, amount: Decimal, reason: str, resolution: Resolution | None, booked_on: date) -> None:
    """Every one needs a note, a waiver an adopted resolution as well (§ 397 BGB); a trifle is below the limit."""
    if not reason:
        raise ReasonMissing(_("Bitte erläutern Sie, warum die Forderung ausgebucht wird."), field="reason")
    if ground == WriteOffGround.WAIVED:
        guard_resolution(resolution, booked_on)
    elif resolution is not None:
        raise ResolutionMissing(_("Ein Beschluss gehört nur zum Erlass."), field="resolution")
    if ground == WriteOffGround.SMALL and amount > (limit := small_limit(booked_on)):
        raise AboveSmallAmount(
            _("Als Kleinbetrag gelten höchstens %s. Bitte wählen Sie einen anderen Grund.") % euro(limit),
            field="ground",
        )


def guard_resolution(resolution: Resolution | None, booked_on: date) -> None:
    if resolution is None or not Resolution.objects.adopted().filter(pk=resolution.pk).exists():
        raise ResolutionMissing(
            _("Ein Erlass braucht einen angenommenen Beschluss (§ 397 BGB). Bitte wählen Sie ihn."), field="resolution"
        )
    if resolution.decided_on and resolution.decided_on > booked_on:
        raise DayNotPossible(
            _("Der Beschluss ist vom %s; davor kann nichts erlassen werden.") % day(resolution.decided_on),
            field="booked_on",
        )


def small_limit(on: date) -> Decimal:
    return decimal_parameter("write_off_small_limit", on)


def file_voucher(row: WriteOff, content: bytes, *, by: User | None, on: date) -> Document:
    """An internal voucher, none of the city's business."""
    return file_document(
        content=content,
        filename=f"Ausbuchung-{row.number}.pdf",
        title=_("Ausbuchungsbeleg %(number)s, %(city)s") % {"number": row.number, "city": row.invoice.city_label},
        category=Category.VOUCHER,
        access=Access.TREASURY,
        origin=SOURCE,
        by=by,
        on=on,
    )


def file_notice(row: WriteOff, content: bytes, *, by: User | None, on: date) -> Document:
    return file_document(
        content=content,
        filename=f"Erlass-{row.number}.pdf",
        title=_("Erlass zu Beitragsrechnung %(invoice)s, %(city)s")
        % {"invoice": row.invoice.number, "city": row.invoice.city_label},
        category=Category.LETTER,
        access=Access.TREASURY,
        city=row.invoice.city,
        origin="dues.waiver",
        by=by,
        on=on,
    )


def post_loss(row: WriteOff, *, by: User | None) -> Entry:
    """The loss is an expense of the association, the claim on the city is gone from the books."""
    city = row.invoice.city
    text = _("Ausbuchung Rechnung %(invoice)s, %(city)s: %(ground)s")
    return post_entry(
        on=row.booked_on,
        text=text % {"invoice": row.invoice.number, "city": row.invoice.city_label, "ground": row.get_ground_display()},
        lines=[
            Line(LOSS, debit=row.amount.amount, city=city),
            Line(RECEIVABLE, credit=row.amount.amount, city=city, text=row.invoice.number),
        ],
        source=SOURCE,
        reference=row.number,
        voucher=row.document,
        document_on=row.made_on,
        by=by,
    )


@transaction.atomic
def take_back_write_off(
    row: WriteOff, *, reason: str, settle: bool = False, by: User | None, on: date
) -> list[Allocation]:
    """The claim stands again, for example because the city pays after all (§ 214 (2) BGB). New rows; nothing is deleted.

    `settle`: money that arrived meanwhile and is credit of the city since pays the invoice as far as it goes; the city
    paid it for this invoice (§ 366 (1) BGB). Returns what was paid with it.
    """
    invoice = row.invoice
    lock_city(invoice.city_id)
    reason = reason.strip()
    if not reason:
        raise ReasonMissing(_("Bitte geben Sie an, warum die Ausbuchung zurückgenommen wird."), field="reason")
    if not WriteOff.objects.standing().filter(pk=row.pk).exists():
        raise AlreadyReleased(_("%s ist schon zurückgenommen.") % row)
    with act("dues.write_off_taken_back", invoice, by=by, reason=reason, data={"number": row.number, "on": on}):
        reversal = reverse_entry(row.entry, by=by, on=on, reason=reason)
        take_back(row.allocation, reason=reason, by=by, on=on, entry=reversal)
        withdraw_waiver(row, reason=_("Ausbuchung zurückgenommen: %s") % reason, by=by)
        return settle_from_credit(invoice, row, by=by, on=on) if settle else []


def settle_from_credit(invoice: Invoice, row: WriteOff, *, by: User | None, on: date) -> list[Allocation]:
    amount = min(free_credit(invoice.city), with_balance(invoice).outstanding)
    if amount <= 0:
        return []
    reason = _("für die Rechnung gezahlt, als sie ausgebucht war (%s)") % row
    return apply_credit(invoice, amount=amount, reason=reason, by=by, on=on)
