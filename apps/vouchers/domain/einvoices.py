"""What an incoming e-invoice says, as far as a voucher needs it."""

from typing import Any

from django.core.files.storage import default_storage
from django.db.models import Value
from django.db.models.functions import Replace
from django.utils.translation import gettext as _

from apps.core.money import euros
from apps.einvoice.errors import NotAnEInvoice
from apps.einvoice.reading import Reading, read
from apps.einvoice.semantic import Party
from apps.vouchers.models import Creditor, Voucher


def reading_of(content: bytes) -> Reading | None:
    """The invoice inside the file, or None for an ordinary file."""
    try:
        return read(content)
    except NotAnEInvoice:
        return None


def content_of(voucher: Voucher) -> bytes:
    """The file as it came."""
    version = voucher.document.versions.first()
    if version is None:
        return b""
    with default_storage.open(version.storage_path) as file:
        return bytes(file.read())


def findings_of(reading: Reading) -> list[dict[str, str]]:
    found = [
        {"rule": finding.rule, "severity": str(finding.severity), "text": finding.text} for finding in reading.findings
    ]
    if reading.invoice.is_credit_note:
        found.insert(0, {"rule": "BT-3", "severity": "fatal", "text": _("Das ist eine Gutschrift, keine Rechnung.")})
    return found


def details_of(reading: Reading) -> dict[str, Any]:
    """The fields of a voucher as the invoice states them."""
    invoice = reading.invoice
    totals, payment = invoice.totals, invoice.payment
    usable = not invoice.is_credit_note and invoice.currency == "EUR" and totals.gross is not None and totals.gross > 0
    return {
        "external_number": invoice.number[:60],
        "dated_on": invoice.issued_on,
        "due_on": invoice.due_on,
        "text": "; ".join(line.name for line in invoice.lines if line.name)[:200],
        "gross": euros(totals.gross) if usable and totals.gross is not None else None,
        "vat": euros(totals.tax or 0) if usable else None,
        "iban": payment.iban.replace(" ", "")[:34],
        "payment_reference": (payment.reference or invoice.number)[:140],
    }


def seller_fields(reading: Reading) -> dict[str, str]:
    seller: Party = reading.invoice.seller
    payment = reading.invoice.payment
    return {
        "name": seller.name[:150],
        "street": ", ".join(filter(None, seller.address.lines))[:150],
        "postcode": seller.address.postcode[:10],
        "place": seller.address.town[:100],
        "email": seller.contact.email if seller.contact else "",
        "vat_id": seller.vat_id[:20],
        "iban": payment.iban,
        "bic": payment.bic,
    }


def known_creditor(reading: Reading) -> Creditor | None:
    """The creditor with the seller's VAT number, else with its name (»e.V.« and »e. V.« are the same)."""
    seller = reading.invoice.seller
    found = Creditor.objects.filter(vat_id=seller.vat_id).first() if seller.vat_id else None
    by_name = Creditor.objects.annotate(compact=Replace("name", Value(" "), Value("")))
    return found or by_name.filter(compact__iexact=seller.name.replace(" ", "")).first()


def other_account(voucher: Voucher) -> bool:
    """The invoice asks for payment to another account than the one known of the creditor: a sign of fraud."""
    creditor = voucher.creditor
    return bool(creditor and creditor.iban and voucher.iban and creditor.iban != voucher.iban)
