"""What we write passes the official rules, and says what the model says when read again."""

from dataclasses import replace

import pytest

from apps.einvoice import specifications as spec
from apps.einvoice.enums import InvoiceForm
from apps.einvoice.reading import read
from apps.einvoice.writing import write, written
from tests.einvoice.samples import credit_note, debited_invoice, dues_invoice

FORMS = [InvoiceForm.ZUGFERD, InvoiceForm.XRECHNUNG_CII, InvoiceForm.XRECHNUNG_UBL]
CLAIMS = {
    InvoiceForm.ZUGFERD: spec.EN16931,
    InvoiceForm.XRECHNUNG_CII: spec.XRECHNUNG,
    InvoiceForm.XRECHNUNG_UBL: spec.XRECHNUNG,
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("make", [dues_invoice, debited_invoice, credit_note])
def test_written_invoices_have_no_finding_and_say_the_same_when_read(make, form):
    reading = read(write(written(make(), form)))
    assert reading.findings == ()
    said, read_again = make(), reading.invoice
    assert read_again.specification == CLAIMS[form]
    assert read_again.process == spec.BILLING_PROCESS
    same = replace(read_again, specification="", process="", lines=(), totals=said.totals, notes=())
    assert same == replace(said, lines=(), notes=())
    assert [replace(line, base_quantity=None) for line in read_again.lines] == list(said.lines)
    assert (read_again.totals.due, read_again.totals.gross, read_again.notes) == (
        said.totals.due,
        said.totals.gross,
        said.notes,
    )


@pytest.mark.parametrize("form", FORMS[1:])
def test_what_is_missing_is_left_out_and_found(form):
    invoice = dues_invoice()
    seller = replace(invoice.seller, contact=replace(invoice.seller.contact, phone=""))
    reading = read(write(written(replace(invoice, buyer_reference="", seller=seller), form)))
    assert {finding.rule for finding in reading.findings} == {"BR-DE-15", "BR-DE-6", "BR-DE-27"}
    assert not reading.is_valid


@pytest.mark.parametrize("form", FORMS[1:])
@pytest.mark.parametrize(
    ("left_out", "rule"), [("creditor_id", "BR-DE-30"), ("debtor_iban", "BR-DE-31"), ("mandate", "PEPPOL-EN16931-R061")]
)
def test_a_direct_debit_names_mandate_creditor_and_account(form, left_out, rule):
    invoice = debited_invoice()
    reading = read(write(written(replace(invoice, payment=replace(invoice.payment, **{left_out: ""})), form)))
    assert rule in {finding.rule for finding in reading.findings}


@pytest.mark.parametrize("form", FORMS[1:])
def test_a_direct_debit_and_an_account_to_transfer_to_exclude_each_other(form):
    invoice = debited_invoice()
    both = replace(invoice.payment, iban=dues_invoice().payment.iban)
    reading = read(write(written(replace(invoice, payment=both), form)))
    assert "BR-DE-25-b" in {finding.rule for finding in reading.findings}
