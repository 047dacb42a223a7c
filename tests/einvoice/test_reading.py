"""Incoming invoices: what they say, and what is refused."""

import zlib
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO

import pikepdf
import pytest

from apps.einvoice.enums import InvoiceForm, Syntax
from apps.einvoice.errors import NotAnEInvoice
from apps.einvoice.parsing import LARGEST_XML
from apps.einvoice.reading import is_einvoice, read
from apps.einvoice.writing import write, written
from tests.einvoice.samples import SAMPLE, dues_invoice, mutated

CII = write(written(dues_invoice(), InvoiceForm.ZUGFERD))


def pdf_with(content: bytes, name: str = "factur-x.xml", packing: str | None = None) -> bytes:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    if name:
        file = pikepdf.AttachedFileSpec(pdf, b"placeholder", filename=name)
        stream = file.get_file().obj
        stream.write(content, filter=pikepdf.Name(packing) if packing else None)
        pdf.attachments[name] = file
    target = BytesIO()
    pdf.save(target)
    return target.getvalue()


def test_xrechnung_in_ubl_says_what_is_owed_to_whom():
    reading = read(SAMPLE)
    invoice = reading.invoice
    assert (reading.syntax, reading.from_pdf, reading.is_valid) == (Syntax.UBL, False, True)
    assert (invoice.number, invoice.issued_on, invoice.due_on) == ("2027-000023", date(2027, 1, 15), date(2027, 3, 31))
    assert (invoice.seller.name, invoice.seller.register_number) == (
        "Großstadtnetzwerk für Bildung e.V.",
        "VR 99999 AG Frankfurt am Main",
    )
    assert str(invoice.buyer.address) == "Rathausplatz 1, 86150 Augsburg"
    assert (invoice.payment.iban, invoice.payment.reference) == ("DE79000000001234567890", "RF35GSN2027000023")
    [line] = invoice.lines
    assert (line.name, line.net, line.category, line.rate) == ("Mitgliedsbeitrag 2027", Decimal("2559.39"), "O", None)
    [tax] = invoice.taxes
    assert (tax.category_label, tax.basis, tax.tax) == ("nicht steuerbar", Decimal("2559.39"), Decimal("0.00"))
    assert (invoice.totals.gross, invoice.totals.due) == (Decimal("2559.39"), Decimal("2559.39"))


@pytest.mark.parametrize("packing", [None, "/FlateDecode"])
@pytest.mark.parametrize("name", ["factur-x.xml", "ZUGFeRD-invoice.xml"])
def test_zugferd_is_read_out_of_the_pdf(name, packing):
    reading = read(pdf_with(zlib.compress(CII) if packing else CII, name, packing))
    assert (reading.syntax, reading.from_pdf, reading.xml, reading.findings) == (Syntax.CII, True, CII, ())
    assert reading.invoice == read(CII).invoice


def test_taxable_invoice_with_two_rates_allowance_and_prepayment():
    tax = "<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>"
    shares = "".join(
        f'<cac:TaxSubtotal><cbc:TaxableAmount currencyID="EUR">{basis}</cbc:TaxableAmount>'
        f'<cbc:TaxAmount currencyID="EUR">{amount}</cbc:TaxAmount><cac:TaxCategory><cbc:ID>S</cbc:ID>'
        f"<cbc:Percent>{rate}</cbc:Percent>{tax}</cac:TaxCategory></cac:TaxSubtotal>"
        for basis, amount, rate in (("100.00", "19.00", "19"), ("50.00", "3.50", "7"))
    )
    begin, end = SAMPLE.index(b"<cac:TaxSubtotal>"), SAMPLE.index(b"</cac:TaxTotal>")
    invoice = read(SAMPLE[:begin] + shares.encode() + SAMPLE[end:]).invoice
    assert [(share.rate, share.basis, share.tax) for share in invoice.taxes] == [
        (Decimal(19), Decimal("100.00"), Decimal("19.00")),
        (Decimal(7), Decimal("50.00"), Decimal("3.50")),
    ]


def test_broken_rules_do_not_stop_reading():
    reading = read(mutated(b"<cbc:BuyerReference>09761000-GSN-10</cbc:BuyerReference>", b""))
    assert (reading.is_valid, reading.invoice.buyer_reference, reading.invoice.number) == (False, "", "2027-000023")


def test_senseless_values_are_empty_and_found():
    reading = read(mutated(b"<cbc:IssueDate>2027-01-15<", b"<cbc:IssueDate>gestern<"))
    assert (reading.invoice.issued_on, reading.is_valid) == (None, False)
    amount = b'<cbc:PayableAmount currencyID="EUR">'
    assert read(mutated(amount + b"2559.39", amount + b"NaN")).invoice.totals.due is None


def test_profile_without_lines_is_no_einvoice():
    minimum = CII.replace(b"urn:cen.eu:en16931:2017", b"urn:factur-x.eu:1p0:minimum")
    assert "§ 14 UStG" in [finding.rule for finding in read(minimum).findings]


DOCTYPES = {
    "file": b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    "parameter entity": b'<!DOCTYPE x [<!ENTITY % a SYSTEM "http://localhost:1/x.dtd"> %a;]>',
    "external subset": b'<!DOCTYPE x SYSTEM "http://localhost:1/x.dtd">',
    "billion laughs": b'<!DOCTYPE x [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + level, b"&%c;" % (97 + level) * 10) for level in range(9))
    + b"]>",
    "empty": b"<!DOCTYPE x>",
}


@pytest.mark.parametrize("kind", DOCTYPES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_document_types_are_refused_before_anything_is_resolved(kind, encoding):
    text = SAMPLE.replace(b"?>", b"?>" + DOCTYPES[kind], 1).replace(b"2027-000023", b"&a;").decode()
    hostile = text.replace('encoding="UTF-8"', f'encoding="{encoding}"').encode(encoding)
    with pytest.raises(NotAnEInvoice, match="DOCTYPE"):
        read(hostile)
    with pytest.raises(NotAnEInvoice, match="DOCTYPE"):
        read(pdf_with(hostile))


REFUSED = {
    "broken": (SAMPLE[:-20], "kein fehlerfreies XML"),
    "no XML": (b"<Invoice>Sehr geehrte", "Fehler in Zeile 1, Stelle 22"),
    "empty": (b"", "kein fehlerfreies XML"),
    "unknown entity": (SAMPLE.replace(b"2027-000023", b"&nbsp;"), "kein fehlerfreies XML"),
    "other XML": (b"<html/>", "keine E-Rechnung.*»html«"),
    "flood": (b" " * (LARGEST_XML + 1), "größer als 5 MB"),
    "deep": (b"<a>" * 100_000, "kein fehlerfreies XML"),
    "pdf without data": (pdf_with(b"", name=""), "keine Rechnungsdaten"),
    "pdf with other data": (pdf_with(CII, name="daten.xml"), "keine Rechnungsdaten"),
    "broken pdf": (b"%PDF-1.7\n" + b"x" * 200, "beschädigt"),
    "bomb": (pdf_with(zlib.compress(b" " * (LARGEST_XML * 4)), packing="/FlateDecode"), "größer als 5 MB"),
    "odd packing": (pdf_with(b"00", packing="/DCTDecode"), "unübliche Weise"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_einvoice_is_refused_with_the_reason(name):
    content, reason = REFUSED[name]
    assert not is_einvoice(content)
    with pytest.raises(NotAnEInvoice, match=reason) as refusal:
        read(content)
    assert refusal.value.field == "file"


def test_protected_pdf_is_refused():
    target = BytesIO()
    with pikepdf.open(BytesIO(pdf_with(CII))) as pdf:
        pdf.save(target, encryption=pikepdf.Encryption(owner="a", user="b"))
    with pytest.raises(NotAnEInvoice, match="Kennwort"):
        read(target.getvalue())


def test_many_lines_are_read_and_judged_in_time():
    invoice = dues_invoice()
    [line] = invoice.lines
    many = tuple(replace(line, number=str(number + 1)) for number in range(300))
    assert len(read(write(written(replace(invoice, lines=many), InvoiceForm.XRECHNUNG_UBL))).invoice.lines) == 300
