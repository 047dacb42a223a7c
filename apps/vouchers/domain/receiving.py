"""Vouchers come in: filed, numbered, described, assigned to accounts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.audit import bulk
from apps.audit.acts import act
from apps.core.money import euros, split_by_weight
from apps.core.numbers import take_numbers
from apps.core.templatetags.formats import day, euro
from apps.core.transitions import WrongState
from apps.documents.domain.filing import file_document
from apps.documents.enums import Access, Category
from apps.documents.models import Document
from apps.einvoice.reading import Reading
from apps.ledger.domain.kept import guard_free
from apps.ledger.domain.proofs import guard_proof
from apps.ledger.enums import AccountKind
from apps.ledger.models import Account, CostCentre
from apps.organisation.domain.bank_details import check_iban
from apps.vouchers.domain.einvoices import details_of, findings_of, known_creditor, reading_of
from apps.vouchers.domain.errors import (
    AlreadyReceived,
    AssignmentIncomplete,
    DetailsMissing,
    NotDatedYet,
    OwnInvoice,
)
from apps.vouchers.domain.own_accounts import guard_foreign, is_ours
from apps.vouchers.domain.parties import guard_city, save_creditor
from apps.vouchers.domain.stated import guard_as_stated, stated_in, stated_of
from apps.vouchers.enums import VoucherKind, VoucherState
from apps.vouchers.models import Creditor, Voucher, VoucherLine

NOT_BOUGHT = {AccountKind.INCOME, AccountKind.EQUITY}
ORIGIN = "vouchers.received"


@dataclass(frozen=True)
class Part:
    """A part of the amount: where it belongs."""

    account: Account
    amount: Decimal
    sphere: str = ""
    cost_centre: CostCentre | None = None
    city: Any = None
    text: str = ""


@transaction.atomic
def receive_voucher(
    *,
    content: bytes,
    filename: str,
    kind: str,
    contracting_city: Any = None,
    details: Mapping[str, Any] | None = None,
    by: Any,
    on: date,
) -> Voucher:
    """File what came in, number it without gaps, and take over what an e-invoice says of itself, or `details` of an own voucher."""
    guard_city(contracting_city, on)
    guard_proof(filename, content, field="file")
    reading = reading_of(content) if kind == VoucherKind.INVOICE else None
    if kind == VoucherKind.OWN:
        guard_not_twice(details or {}, on)
    guard_new(content)
    if reading:
        guard_not_ours(reading)
    with act("vouchers.received", by=by, data={"file": filename}) as record:
        [sequence] = take_numbers(f"vouchers.voucher:{on.year}")
        number = f"BE{on.year}-{sequence:05}"
        voucher = Voucher(
            year=on.year,
            sequence=sequence,
            number=number,
            kind=kind,
            received_on=on,
            contracting_city=contracting_city,
            **details or {},
            document=file(content, filename, number, by=by, on=on),
        )
        if reading:
            take_over(voucher, reading, by=by, on=on)
        voucher.save()
        record.subject = voucher
    return voucher


def guard_new(content: bytes) -> None:
    digest = sha256(content).hexdigest()
    known = Voucher.objects.filter(document__versions__sha256=digest).exclude(state=VoucherState.REJECTED).first()
    if known:
        raise AlreadyReceived(_("Diese Datei ist schon als %s erfasst.") % known, field="file")
    issued = Document.objects.filter(versions__sha256=digest, category=Category.INVOICE).first()
    if issued:
        raise OwnInvoice(
            _("Diese Datei haben wir selbst ausgestellt (%s). Sie ist keine Eingangsrechnung.") % issued, field="file"
        )


def guard_not_ours(reading: Reading) -> None:
    """Who asks to be paid on our own account is ourselves."""
    if is_ours(reading.invoice.payment.iban):
        raise OwnInvoice(
            _(
                "Die Rechnung %(number)s soll auf unser eigenes Konto bezahlt werden. Das ist eine Rechnung von uns selbst."
            )
            % {"number": reading.invoice.number},
            field="file",
        )


def guard_not_twice(details: Mapping[str, Any], on: date) -> None:
    """The same own voucher on the same day was most likely sent off a second time (browser back and again)."""
    same = {name: details[name] for name in ("text", "gross", "dated_on") if name in details}
    rows = Voucher.objects.filter(kind=VoucherKind.OWN, received_on=on, **same).exclude(state=VoucherState.REJECTED)
    if same and (known := rows.first()):
        raise AlreadyReceived(
            _(
                "Genau dieser Eigenbeleg ist heute schon als %s erstellt. Ist es ein weiterer, nennen Sie den Unterschied."
            )
            % known,
            field="text",
        )


def file(content: bytes, filename: str, number: str, *, by: Any, on: date) -> Document:
    return file_document(
        content=content,
        filename=filename,
        title=_("Beleg %s") % number,
        category=Category.VOUCHER,
        access=Access.TREASURY,
        origin=ORIGIN,
        by=by,
        on=on,
    )


def take_over(voucher: Voucher, reading: Reading, *, by: Any, on: date) -> None:
    """Keep the structured part as it came, with the findings of the official rules (BMF of 15.10.2024 and 14.07.2025)."""
    if reading.from_pdf:
        voucher.structured = file(reading.xml, "rechnungsdaten.xml", voucher.number, by=by, on=on)
    voucher.findings = findings_of(reading)
    voucher.stated = stated_of(reading)
    voucher.creditor = known_creditor(reading)
    for name, value in details_of(reading).items():
        setattr(voucher, name, value)
    guard_unique(voucher)


def guard_unique(voucher: Voucher) -> None:
    if not voucher.creditor or not voucher.external_number:
        return
    same = Voucher.objects.filter(creditor=voucher.creditor, external_number=voucher.external_number)
    known = same.exclude(pk=voucher.pk).exclude(state=VoucherState.REJECTED).first()
    if known:
        raise AlreadyReceived(
            _("Die Rechnung %(number)s von %(creditor)s ist schon als %(voucher)s erfasst.")
            % {"number": voucher.external_number, "creditor": voucher.creditor, "voucher": known},
            field="external_number",
        )


@transaction.atomic
def describe_voucher(
    voucher: Voucher,
    *,
    creditor: Creditor | Mapping[str, str],
    dated_on: date,
    gross: Decimal,
    vat: Decimal,
    text: str,
    parts: Sequence[Part],
    external_number: str = "",
    due_on: date | None = None,
    iban: str = "",
    payment_reference: str = "",
    contracting_city: Any = None,
    deviation_reason: str = "",
    by: Any,
    on: date | None = None,
) -> Voucher:
    """Say what the voucher is and where its amount belongs; possible until it is checked.

    `creditor` is a known one, or the fields of a new one. Nothing is dated after `on`, else after its arrival. What an
    e-invoice states otherwise needs a `deviation_reason`.
    """
    voucher = Voucher.objects.select_for_update().get(pk=voucher.pk)
    guard_editable(voucher)
    guard_city(contracting_city, voucher.received_on)
    latest = on or voucher.received_on
    if dated_on > latest:
        raise NotDatedYet(
            _("Das Belegdatum darf nicht nach dem %s liegen. Bitte vergleichen Sie es mit dem Beleg.") % day(latest),
            field="dated_on",
        )
    if vat > gross:
        raise DetailsMissing(_("Die Umsatzsteuer kann nicht höher sein als der Rechnungsbetrag."), field="vat")
    guard_sum([part.amount for part in parts], gross)
    guard_accounts([part.account for part in parts])
    voucher.creditor = creditor if isinstance(creditor, Creditor) else save_creditor(None, by=by, **creditor)
    voucher.contracting_city = contracting_city
    voucher.dated_on, voucher.due_on = dated_on, due_on
    voucher.gross, voucher.vat = euros(gross), euros(vat)
    voucher.text, voucher.external_number = text[:200], external_number.strip()
    voucher.iban = check_iban(iban) if iban else ""
    voucher.payment_reference = payment_reference.strip()
    guard_foreign(voucher.iban or voucher.creditor.iban)
    guard_unique(voucher)
    voucher.stated = voucher.stated or stated_in(voucher)
    voucher.deviation_reason = guard_as_stated(voucher, deviation_reason)
    with act("vouchers.described", voucher, by=by, reason=voucher.deviation_reason):
        voucher.save()
        voucher.lines.filter(entry=None).delete()
        bulk.create(VoucherLine, [line_of(voucher, part) for part in parts])
    return voucher


def guard_editable(voucher: Voucher) -> None:
    if voucher.state != VoucherState.RECEIVED or voucher.factual_by_id or voucher.arithmetical_by_id:
        raise WrongState(_("%s ist schon geprüft. Bitte geben Sie den Beleg zuerst zur Änderung zurück.") % voucher)


def guard_sum(amounts: Sequence[Decimal], gross: Decimal) -> None:
    total = sum(amounts, Decimal(0))
    if not amounts or total != gross or min(amounts) <= 0:
        raise AssignmentIncomplete(
            _("Die Teile ergeben zusammen %(total)s, der Beleg lautet über %(gross)s.")
            % {"total": euro(total), "gross": euro(gross)}
        )


def guard_accounts(accounts: Sequence[Account]) -> None:
    """What is bought is an expense, an asset, or paid ahead; it is never income, equity, or an account with its own book."""
    guard_free(accounts)
    for account in accounts:
        if account.kind in NOT_BOUGHT:
            raise AssignmentIncomplete(_("%s nimmt keine Eingangsrechnung auf.") % account)


def line_of(voucher: Voucher, part: Part) -> VoucherLine:
    return VoucherLine(
        voucher=voucher,
        account=part.account,
        amount=euros(part.amount),
        sphere=part.sphere or part.account.sphere,
        cost_centre=part.cost_centre,
        city=part.city,
        text=part.text[:200],
    )


def proposed_parts(voucher: Voucher) -> list[Part]:
    """Where the last posted voucher of the same creditor went, in the same proportions."""
    if voucher.creditor_id is None or voucher.gross is None:
        return []
    last = Voucher.objects.filter(creditor=voucher.creditor_id, state=VoucherState.POSTED).first()
    lines = list(last.current_lines()) if last else []
    if not lines:
        return []
    amounts = split_by_weight(voucher.gross.amount, [line.amount.amount for line in lines])
    return [
        Part(line.account, amount, line.sphere, line.cost_centre, line.city, line.text)
        for line, amount in zip(lines, amounts, strict=True)
        if amount > 0
    ]
