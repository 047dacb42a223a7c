"""An e-invoice that comes in is read, kept as it came, and fills the form."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from apps.documents.domain.filing import file_document
from apps.documents.enums import Access, Category
from apps.ledger.domain.accounts import account
from apps.ledger.domain.errors import NotAVoucher
from apps.vouchers.domain.einvoices import other_account
from apps.vouchers.domain.errors import AlreadyReceived, OwnInvoice
from apps.vouchers.domain.receiving import receive_voucher
from apps.vouchers.models import Creditor, Voucher
from tests.einvoice.samples import MUTATIONS, SAMPLE, credit_note, mutated
from tests.einvoice.test_reading import CII, pdf_with
from tests.factories.files import scan
from tests.factories.vouchers import DAY, make_creditor

pytestmark = pytest.mark.django_db
SELLER = "Großstadtnetzwerk für Bildung e.V."


def receive(content: bytes, filename: str = "rechnung.xml", kind: str = "invoice") -> Voucher:
    return receive_voucher(content=content, filename=filename, kind=kind, by=None, on=DAY)


def test_an_xrechnung_says_everything_itself():
    voucher = receive(SAMPLE)
    assert (voucher.external_number, voucher.dated_on, voucher.due_on) == (
        "2027-000023",
        date(2027, 1, 15),
        date(2027, 3, 31),
    )
    assert (voucher.gross.amount, voucher.vat.amount, voucher.net.amount) == (
        Decimal("2559.39"),
        Decimal(0),
        Decimal("2559.39"),
    )
    assert (voucher.iban, voucher.payment_reference) == ("DE79000000001234567890", "RF35GSN2027000023")
    assert (voucher.findings, voucher.structured, voucher.creditor) == ([], None, None)


def test_the_structured_part_of_a_zugferd_is_kept_byte_for_byte():
    voucher = receive(pdf_with(CII), "rechnung.pdf")
    version = voucher.structured.versions.get()
    with default_storage.open(version.storage_path) as file:
        assert file.read() == CII
    assert voucher.gross.amount == Decimal("2559.39")


def test_findings_of_the_official_rules_are_kept():
    old, new, _verdict = MUTATIONS["no phone"]
    assert [finding["rule"] for finding in receive(mutated(old, new)).findings] == ["BR-DE-6", "BR-DE-27"]


def test_a_credit_note_is_no_invoice_to_pay():
    from apps.einvoice.enums import InvoiceForm
    from apps.einvoice.writing import write, written

    voucher = receive(write(written(credit_note(), InvoiceForm.XRECHNUNG_CII)))
    assert (voucher.gross, voucher.findings[0]["text"]) == (None, "Das ist eine Gutschrift, keine Rechnung.")


def test_an_ordinary_file_and_another_kind_say_nothing():
    assert receive(scan("Rechnung"), "rechnung.png").external_number == ""
    assert receive(SAMPLE, kind="contract").external_number == ""


def test_a_known_creditor_is_found_and_another_bank_account_is_noticed():
    known = make_creditor(SELLER)
    voucher = receive(SAMPLE)
    assert voucher.creditor == known
    assert other_account(voucher)
    voucher.creditor.iban = voucher.iban
    assert not other_account(voucher)
    with pytest.raises(AlreadyReceived, match="2027-000023"):
        receive(pdf_with(CII), "rechnung.pdf")


def test_our_own_invoice_does_not_come_in(client_for, treasurer):
    ours = SAMPLE.replace(b"DE79000000001234567890", b"DE89370400440532013000")
    assert ours != SAMPLE
    with pytest.raises(OwnInvoice, match="Das ist eine Rechnung von uns selbst"):
        receive(ours)
    issued = file_document(
        content=scan("Beitragsrechnung"),
        filename="rechnung.png",
        title="Beitragsrechnung 2027-0001",
        category=Category.INVOICE,
        access=Access.TREASURY,
        origin="dues.invoice",
        by=treasurer,
        on=DAY,
    )
    with pytest.raises(OwnInvoice, match=f"selbst ausgestellt .*{issued.number}"):
        receive(scan("Beitragsrechnung"), "rechnung.png")
    assert not Voucher.objects.exists()
    assert receive(SAMPLE).number == "BE2027-00001"


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"Rechnung", "rechnung.txt", "Eine Textdatei ist kein Beleg."),
        (b'<?xml version="1.0"?><Document/>', "pain.001.xml", "Diese XML-Datei ist keine E-Rechnung."),
        (SAMPLE, "rechnung.xml", ""),
    ],
)
def test_only_what_proves_something_is_taken_for_a_voucher(client_for, treasurer, content, name, sentence):
    if sentence:
        for kind in ("invoice", "contract"):
            with pytest.raises(NotAVoucher, match=sentence):
                receive(content, name, kind=kind)
    file = SimpleUploadedFile(name, content)
    answer = client_for(treasurer).post(reverse("vouchers:receive"), {"file": file, "kind": "invoice"})
    assert Voucher.objects.exists() == (not sentence)
    if sentence:
        assert answer.context["form"].errors["file"][0].startswith(sentence)


def test_the_form_is_filled_and_the_seller_becomes_a_creditor(client_for, treasurer, time_machine):
    time_machine.move_to(DAY, tick=False)
    old, new, _verdict = MUTATIONS["no phone"]
    voucher = receive(mutated(old, new))
    client = client_for(treasurer)
    url = reverse("vouchers:describe", args=[voucher.number])
    page = client.get(url)
    assert "BR-DE-6" in page.content.decode()
    form = page.context["form"]
    shown = {name: form[name].value() for name in ("new_creditor", "external_number", "due_on", "iban")}
    assert shown == {
        "new_creditor": SELLER,
        "external_number": "2027-000023",
        "due_on": date(2027, 3, 31),
        "iban": "DE79000000001234567890",
    }
    data = {
        **shown,
        "dated_on": "2027-01-15",
        "due_on": "2027-03-31",
        "gross": "2.559,39",
        "text": "Mitgliedsbeitrag 2027",
        "account_1": account("MEMBERSHIPS").pk,
    }
    client.post(url, data)
    creditor = Creditor.objects.get()
    assert (creditor.name, creditor.place, creditor.iban) == (SELLER, "Frankfurt am Main", "DE79000000001234567890")
    voucher.refresh_from_db()
    assert voucher.creditor == creditor
    assert [(line.account.key, line.amount.amount) for line in voucher.current_lines()] == [
        ("MEMBERSHIPS", Decimal("2559.39"))
    ]
