"""What a dues invoice or credit note says as an e-invoice (EN 16931)."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from apps.core.templatetags.formats import day
from apps.dues.models import CreditNote, Invoice
from apps.einvoice.enums import InvoiceForm, TaxCategory, TypeCode
from apps.einvoice.semantic import (
    Contact,
    EInvoice,
    Line,
    Party,
    Payment,
    PostalAddress,
    Preceding,
    TaxShare,
    Totals,
)
from apps.members.models import City
from apps.organisation.domain.queries import current_profile, full_name_on, letterhead

NOTHING = Decimal("0.00")
OUTSIDE_SCOPE = TaxCategory.OUTSIDE_SCOPE.value
REASON_CODE = "VATEX-EU-O"
CREDIT_TRANSFER, DIRECT_DEBIT, CLEARING = "58", "59", "97"
LEITWEG, MAIL = "0204", "EM"

Piece = Invoice | CreditNote


def invoice_of(piece: Piece) -> Invoice:
    return piece.invoice if isinstance(piece, CreditNote) else piece


def form_of(piece: Piece) -> InvoiceForm:
    """The form in which the city wants its invoices."""
    return InvoiceForm(invoice_of(piece).city.invoice_form)


def seller_on(day: date) -> Party:
    """Who raises the dues on that day. Without an entry in the register the tax number identifies it (BR-CO-26)."""
    profile, head = current_profile(), letterhead(day)
    return Party(
        name=full_name_on(day, profile),
        address=PostalAddress(filled(profile.street, profile.care_of), profile.postcode, profile.town),
        contact=Contact(_("Geschäftsstelle"), profile.phone, profile.email),
        register_number=head.register_line,
        identifier="" if head.register_line else profile.tax_number,
        electronic_address=profile.email,
        electronic_scheme=MAIL if profile.email else "",
    )


def filled(*lines: str) -> tuple[str, ...]:
    return tuple(line for line in lines if line)


def buyer_of(invoice: Invoice) -> Party:
    """The city, from the address the invoice prints: organisation, unit, person, street, postcode and town."""
    name, *between = invoice.recipient_lines[:-1] or [invoice.city_label]
    last = re.fullmatch(r"(\d{5}) (.+)", invoice.recipient_lines[-1]) if invoice.recipient_lines else None
    postcode, town = last.groups() if last else ("", "")
    address, scheme = electronic_address(invoice)
    return Party(
        name=name,
        address=PostalAddress(tuple(reversed(between))[:3], postcode, town),
        electronic_address=address,
        electronic_scheme=scheme,
    )


def electronic_address(invoice: Invoice) -> tuple[str, str]:
    """Where the city takes e-invoices: its Leitweg-ID, else its mail address (BT-49)."""
    city: City = invoice.city
    if invoice.routing_id:
        return invoice.routing_id, LEITWEG
    return (city.invoice_email, MAIL) if city.invoice_email else ("", "")


def einvoice_of(piece: Piece, seller: Party) -> EInvoice:
    """Genuine dues are not taxable (UStAE 1.4 Abs. 1): category O, no rate on the line, no VAT id (BR-O-01 to BR-O-14)."""
    invoice, amount = invoice_of(piece), piece.amount.amount
    start, end = period_of(invoice)
    is_note = isinstance(piece, CreditNote)
    reason = _("Nicht steuerbar: echter Mitgliedsbeitrag")
    return EInvoice(
        number=piece.number,
        issued_on=piece.issued_on,
        type_code=(TypeCode.CREDIT_NOTE if is_note else TypeCode.INVOICE).value,
        seller=seller,
        buyer=buyer_of(invoice),
        buyer_reference=invoice.routing_id,
        order_reference=invoice.customer_reference,
        delivered_on=start,
        period_start=start,
        period_end=end,
        due_on=None if is_note else invoice.due_on,
        notes=notes_of(piece),
        lines=(line_of(invoice, amount),),
        taxes=(TaxShare(OUTSIDE_SCOPE, amount, NOTHING, NOTHING, reason, REASON_CODE),),
        totals=Totals(lines=amount, net=amount, tax=NOTHING, gross=amount, due=amount),
        payment=settled(invoice) if is_note else payment_of(invoice),
        preceding=(Preceding(invoice.number, invoice.issued_on),) if is_note else (),
    )


def period_of(invoice: Invoice) -> tuple[date, date]:
    """The year, or what was left of it when the city joined."""
    since = date.fromisoformat(invoice.calculation["member_since"])
    return max(date(invoice.year, 1, 1), since), date(invoice.year, 12, 31)


def notes_of(piece: Piece) -> tuple[str, ...]:
    not_taxable = _("Echter Mitgliedsbeitrag – nicht steuerbar, kein Umsatzsteuerausweis.")
    if isinstance(piece, CreditNote):
        return (_("Storniert die Beitragsrechnung %s.") % piece.invoice.number, piece.reason, not_taxable)
    return (not_taxable, piece.legal_basis)


def line_of(invoice: Invoice, amount: Decimal) -> Line:
    """One line; its description is the calculation, step by step."""
    return Line(
        number="1",
        name=_("Mitgliedsbeitrag %s") % invoice.year,
        description="; ".join(map(step_text, invoice.steps)),
        net=amount,
        price=amount,
        category=OUTSIDE_SCOPE,
    )


def step_text(step: dict[str, str]) -> str:
    return (
        f"{step['label']}: {step['detail']} = {step['value']}"
        if step["detail"]
        else f"{step['label']}: {step['value']}"
    )


def payment_of(invoice: Invoice) -> Payment:
    """Transfer or direct debit, never both (BR-DE-23, BR-DE-25): BG-17 with our account, or BG-19 with mandate and theirs."""
    if debit := invoice.direct_debit:
        return Payment(
            code=DIRECT_DEBIT,
            reference=invoice.number,
            terms=" ".join(collection_words(invoice)),
            mandate=debit["mandate"],
            creditor_id=debit["creditor_id"],
            debtor_iban=debit["iban"],
        )
    payee = invoice.payee
    return Payment(
        code=CREDIT_TRANSFER,
        iban=payee["iban"],
        bic=payee["bic"],
        account_holder=payee["account_holder"],
        reference=invoice.reference,
        terms=_("Zahlbar bis %s ohne Abzug.") % day(invoice.due_on),
    )


def collection_words(invoice: Invoice) -> Iterator[str]:
    """What the city has to know of the debit, in print and in the e-invoice (SEPA rulebook: amount, day, mandate, creditor)."""
    if invoice.collected_on:
        yield _("Wir ziehen den Betrag am %s von Ihrem Konto ein.") % day(invoice.collected_on)
    else:
        yield _("Wir ziehen den Betrag von Ihrem Konto ein. Den Tag teilen wir Ihnen vorher mit.")
    yield _("Bitte überweisen Sie nicht.")


def settled(invoice: Invoice) -> Payment:
    """A cancellation is paid by nobody: it clears the claim, and what was paid is the city's credit."""
    return Payment(
        code=CLEARING,
        reference=invoice.reference,
        terms=_("Die Forderung ist aufgehoben. Gezahltes ist Guthaben der Stadt und wird verrechnet oder erstattet."),
    )


def findings_as_stored(findings: Sequence[object]) -> list[dict[str, str]]:
    names = ("rule", "severity", "text", "original")
    return [{name: str(getattr(finding, name)) for name in names} for finding in findings]
