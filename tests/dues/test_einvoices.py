"""The e-invoices of the dues: judged before they leave, held back if a rule is broken, final once issued."""

from dataclasses import replace
from datetime import date
from io import BytesIO

import pikepdf
import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse

from apps.accounts.roles import Role
from apps.audit.models import JournalEntry
from apps.documents.models import Document
from apps.dues.domain.cancelling import cancel_invoice
from apps.dues.domain.einvoices import einvoice_of, seller_on
from apps.dues.domain.issuing import issue_run
from apps.dues.duties import duties
from apps.dues.enums import DataState
from apps.dues.models import CreditNote, Invoice, InvoiceData
from apps.dues.printing import print_now
from apps.einvoice.enums import InvoiceForm, TypeCode
from apps.einvoice.reading import read
from apps.einvoice.validation import validate
from apps.einvoice.writing import written
from apps.members.calculations.leitweg import leitweg_check_digits
from apps.members.domain.cities import change_city, set_address
from apps.members.enums import AddressKind
from apps.members.models import City
from apps.organisation.enums import LegalMode
from apps.organisation.models import LegalForm, Profile
from apps.pdf.text import pdf_text
from tests.factories.dues import TODAY, make_association, make_preview, make_real_network, make_schedule
from tests.factories.members import make_delegate, make_member
from tests.waiting import resolve

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("eleventh_of_january")]

LEITWEG = "04011000-1234512345-06"
FORMS = [InvoiceForm.ZUGFERD, InvoiceForm.XRECHNUNG_CII, InvoiceForm.XRECHNUNG_UBL]


def leitweg(ags: str) -> str:
    return f"{ags}-GSN-{leitweg_check_digits(ags, 'GSN')}"


def bill(*members: tuple[str, dict[str, str]]) -> list[Invoice]:
    """Issued, not yet printed invoices of cities with these wishes."""
    make_association()
    make_schedule()
    for name, wishes in members:
        make_member(name, population=300_000, **wishes)
    return issue_run(make_preview(), by=None, on=TODAY)


def bytes_of(document: Document) -> bytes:
    with default_storage.open(document.versions.get().storage_path) as stored:
        return stored.read()


def test_the_29_invoices_and_their_cancellations_have_no_finding_in_any_form(cities_csv):
    make_real_network(cities_csv)
    invoices = issue_run(make_preview(), by=None, on=TODAY)
    assert len(invoices) == 29
    seller = seller_on(TODAY)
    for invoice in invoices:
        invoice.city.leitweg_id = leitweg(invoice.city.municipality.ags)
        note = CreditNote(
            number=f"ST-{invoice.number}", invoice=invoice, amount=invoice.amount, reason="Irrtum", issued_on=TODAY
        )
        for form in FORMS:
            for piece in (invoice, note):
                found = validate(written(einvoice_of(piece, seller), form))
                assert (invoice.city.name, form, found) == (invoice.city.name, form, ())


def test_seller_is_known_by_its_tax_number_and_from_the_entry_on_by_its_register_number():
    [invoice] = bill(("Köln", {"leitweg_id": LEITWEG}))
    before = seller_on(TODAY)
    assert (before.name, before.identifier, before.register_number) == (
        "Großstadtnetzwerk für Bildung",
        "103/000/00000",
        "",
    )
    LegalForm.objects.update(mode=LegalMode.EV, register_number="VR 99999", registered_on=date(2026, 12, 1))
    Profile.objects.update(register_court="Amtsgericht Augsburg", register_number="VR 99999")
    after = seller_on(TODAY)
    assert (after.name, after.identifier, after.register_number) == (
        "Großstadtnetzwerk für Bildung e. V.",
        "",
        "Amtsgericht Augsburg, VR 99999",
    )
    assert validate(written(einvoice_of(invoice, after), InvoiceForm.XRECHNUNG_UBL)) == ()
    nameless = replace(after, register_number="")
    found = validate(written(einvoice_of(invoice, nameless), InvoiceForm.XRECHNUNG_UBL))
    assert [finding.rule for finding in found] == ["BR-CO-26"]


def test_each_city_gets_its_form():
    bill(
        ("Aachen", {}),
        ("Bonn", {"invoice_form": "zugferd", "invoice_email": "rechnung@bonn.example"}),
        ("Köln", {"invoice_form": "xrechnung_ubl", "leitweg_id": LEITWEG, "buyer_reference": "KZ 4711"}),
    )
    assert print_now(by=None) == 3
    aachen, bonn, koeln = Invoice.objects.order_by("number")
    assert InvoiceData.objects.filter(invoice=aachen).count() == 0
    inside = read(bytes_of(bonn.document))
    assert (inside.from_pdf, inside.findings, inside.invoice.number) == (True, (), "2027-0002")
    assert (bonn.data.state, bonn.data.document) == (DataState.ISSUED, None)
    with pikepdf.open(BytesIO(bytes_of(bonn.document))) as pdf:
        assert b"<fx:ConformanceLevel>EN 16931<" in pdf.Root.Metadata.read_bytes()
    beside = koeln.data.document
    assert (beside.versions.get().filename, beside.city, beside.access) == (
        "Beitragsrechnung-2027-0003.xml",
        koeln.city,
        "treasury",
    )
    invoice = read(bytes_of(beside)).invoice
    assert (invoice.buyer_reference, invoice.order_reference, invoice.totals.due) == (
        LEITWEG,
        "KZ 4711",
        koeln.amount.amount,
    )
    assert (invoice.payment.iban, invoice.payment.reference) == (koeln.payee["iban"], koeln.reference)
    assert "300.000 × 0,0085 €" in invoice.lines[0].description
    with pikepdf.open(BytesIO(bytes_of(koeln.document))) as pdf:
        assert len(pdf.attachments) == 0


def test_a_cancellation_is_a_credit_note_that_names_the_invoice():
    [invoice] = bill(("Köln", {"invoice_form": "xrechnung_cii", "leitweg_id": LEITWEG}))
    print_now(by=None)
    cancel_invoice(invoice, reason="Irrtum", by=None, on=date(2027, 4, 1))
    print_now(by=None)
    note = CreditNote.objects.get()
    said = read(bytes_of(note.data.document)).invoice
    assert (said.number, said.type_code, said.issued_on) == (note.number, TypeCode.CREDIT_NOTE, date(2027, 4, 1))
    [before] = said.preceding
    assert (before.number, before.issued_on) == (invoice.number, TODAY)
    assert (said.totals.due, said.payment.iban, said.notes[1]) == (invoice.amount.amount, "", "Irrtum")


def test_the_address_keeps_its_parts():
    make_association()
    make_schedule()
    city = make_member("Köln", population=300_000)
    lines = {"organisation": "Stadt Köln", "unit": "Kämmerei", "person": "Frau Ada Beispiel", "street": "Markt 1"}
    set_address(city, kind=AddressKind.INVOICE, **lines, postcode="50667", town="Köln", by=None, on=TODAY)
    [invoice] = issue_run(make_preview(), by=None, on=TODAY)
    buyer = einvoice_of(invoice, seller_on(TODAY)).buyer
    assert (buyer.name, buyer.address.lines) == ("Stadt Köln", ("Markt 1", "Frau Ada Beispiel", "Kämmerei"))
    assert (buyer.address.postcode, buyer.address.town) == ("50667", "Köln")


def held_back() -> Invoice:
    """An invoice over an XRechnung whose Leitweg-ID nobody knows, after printing."""
    invoice, _other = bill(("Bonn", {"invoice_form": "xrechnung_ubl", "invoice_email": "r@bonn.example"}), ("Köln", {}))
    assert print_now(by=None) == 1
    return Invoice.objects.get(pk=invoice.pk)


def test_what_breaks_a_rule_does_not_leave_the_house():
    invoice = held_back()
    assert invoice.document is None
    assert Document.objects.filter(city=invoice.city).count() == 0
    [finding] = invoice.data.broken_rules
    assert (invoice.data.state, finding["rule"]) == (DataState.HELD_BACK, "BR-DE-15")
    assert finding["text"].startswith("Die Leitweg-ID der Empfängerin fehlt (BT-10).")
    entries = JournalEntry.objects.count()
    assert print_now(by=None) == 0
    assert (JournalEntry.objects.count(), InvoiceData.objects.count()) == (entries, 1)


def test_correcting_the_data_and_printing_again_lets_it_go():
    invoice = held_back()
    change_city(invoice.city, {"leitweg_id": LEITWEG}, by=None, on=TODAY)
    assert print_now(by=None) == 1
    invoice.refresh_from_db()
    data = InvoiceData.objects.get()
    assert (data.state, data.findings) == (DataState.ISSUED, [])
    assert LEITWEG in pdf_text(bytes_of(invoice.document))
    assert read(bytes_of(data.document)).invoice.buyer_reference == LEITWEG
    assert print_now(by=None) == 0
    with pytest.raises(DatabaseError), transaction.atomic():
        InvoiceData.objects.update(state=DataState.HELD_BACK, document=None)
    with pytest.raises(DatabaseError), transaction.atomic():
        InvoiceData.objects.all().delete()


def test_a_city_that_takes_a_pdf_after_all_has_nothing_held_back():
    invoice = held_back()
    change_city(invoice.city, {"invoice_form": "pdf"}, by=None, on=TODAY)
    assert print_now(by=None) == 1
    assert InvoiceData.objects.count() == 0


def test_particulars_missing_on_our_side_hold_back_every_xrechnung():
    wishes = {"invoice_form": "xrechnung_ubl", "leitweg_id": LEITWEG}
    bill(("Aachen", wishes), ("Bonn", wishes | {"leitweg_id": "992-90009-96"}), ("Köln", {}))
    Profile.objects.update(phone="")
    assert print_now(by=None) == 1
    assert [row.broken_rules[0]["rule"] for row in InvoiceData.objects.held_back()] == ["BR-DE-6", "BR-DE-6"]


def test_the_preview_warns_of_a_missing_leitweg_id():
    make_association()
    make_schedule()
    make_member("Köln", population=300_000, invoice_form="xrechnung_ubl")
    [assessment] = make_preview().assessments.all()
    assert ("leitweg", False) in [(item["code"], item["blocks"]) for item in assessment.findings]


def test_the_treasurer_sees_what_is_held_back_and_where_to_mend_it(client_of, user_with):
    invoice = held_back()
    client = client_of(Role.TREASURER)
    page = client.get(reverse("dues:held_back")).content.decode()
    for part in (invoice.number, "Bonn", "XRechnung (UBL)", "BR-DE-15", "Die Leitweg-ID der Empfängerin fehlt"):
        assert part in page
    assert reverse("members:city_change", args=[invoice.city.slug]) in page
    assert "Die Leitweg-ID der Empfängerin fehlt" in client.get(invoice.get_absolute_url()).content.decode()
    assert "zurückgehalten" in client.get(reverse("dues:overview")).content.decode()
    assert "1 Rechnung ist zurückgehalten" in [
        str(duty.title) for duty in resolve(duties(user_with(Role.TREASURER), TODAY))
    ]
    assert "davon sind zurückgehalten" in client.get(reverse("dues:print")).content.decode()


def test_a_city_sees_and_loads_its_own_data_in_plain_words(client_for):
    invoice, _other = bill(
        ("Bonn", {"invoice_form": "zugferd"}),
        ("Köln", {"invoice_form": "xrechnung_ubl", "leitweg_id": LEITWEG}),
    )
    print_now(by=None)
    client = client_for(make_delegate(City.objects.get(name="Bonn")))
    assert (
        reverse("dues:invoice_data", args=[invoice.number]) in client.get(invoice.get_absolute_url()).content.decode()
    )
    page = client.get(reverse("dues:invoice_data", args=[invoice.number])).content.decode()
    for part in (
        "Stadt Bonn",
        "Mitgliedsbeitrag 2027",
        "nicht steuerbar",
        "2.550,00",
        "Zahlbar bis 31.03.2027 ohne Abzug.",
    ):
        assert part in page
    assert "Nachlässe" not in page
    file = client.get(reverse("dues:invoice_data_file", args=[invoice.number]))
    assert (file.headers["Content-Type"], read(file.content).invoice.number) == ("application/xml", invoice.number)
    other = reverse("dues:invoice_data_file", args=["2027-0002"])
    assert client.get(other).status_code == 404


def test_any_file_can_be_checked(client_of):
    client, url = client_of(Role.OFFICE), reverse("einvoice:check")
    [invoice] = bill(("Bonn", {"invoice_form": "zugferd"}))
    print_now(by=None)
    invoice.refresh_from_db()

    def answer(content: bytes) -> str:
        return client.post(url, {"file": SimpleUploadedFile("a.pdf", content)}).content.decode()

    content = bytes_of(invoice.document)
    page = answer(content)
    assert "Keine Feststellung" in page
    assert invoice.reference in page
    assert "keine Rechnungsdaten" in answer(b"%PDF-1.7 ") or "beschädigt" in answer(b"%PDF-1.7 ")
    assert "keine E-Rechnung" in answer(b"<html/>")
    assert "DOCTYPE" in answer(b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    assert Document.objects.count() == 1


@pytest.mark.slow
def test_zugferd_passes_the_judges_of_archive_and_accessibility():
    from tests.pdf.verapdf import failed_rules

    [invoice] = bill(("Bonn", {"invoice_form": "zugferd"}))
    cancel_invoice(invoice, reason="Irrtum", by=None, on=TODAY)
    print_now(by=None)
    for piece in (Invoice.objects.get(), CreditNote.objects.get()):
        content = bytes_of(piece.document)
        assert read(content).findings == ()
        assert (failed_rules(content, "3a"), failed_rules(content, "3u"), failed_rules(content, "ua1")) == ([], [], [])


@pytest.mark.slow
def test_the_29_zugferd_invoices_pass_the_official_rules_and_the_judge_of_archives(cities_csv):
    from tests.pdf.verapdf import failed_rules

    for city in make_real_network(cities_csv):
        wishes = {"invoice_form": InvoiceForm.ZUGFERD, "leitweg_id": leitweg(city.municipality.ags)}
        change_city(city, wishes, by=None, on=TODAY)
    issue_run(make_preview(), by=None, on=TODAY)
    assert print_now(by=None) == 29
    for invoice in Invoice.objects.select_related("document"):
        content = bytes_of(invoice.document)
        inside = read(content)
        assert inside.invoice.number == invoice.number
        assert (invoice.number, inside.from_pdf, inside.findings) == (invoice.number, True, ())
        assert (invoice.number, failed_rules(content, "3a")) == (invoice.number, [])
