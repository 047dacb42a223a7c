"""Writing off and paying in cash on screen and on paper."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.roles import Role
from apps.dispatch.models import Dispatch
from apps.documents.models import Document
from apps.dues.models import Invoice, WriteOff
from apps.dues.proving import accept_cash_with_receipt, write_off_with_voucher
from apps.members.domain.cities import set_address
from apps.members.enums import AddressKind
from apps.members.models import Address, City
from apps.pdf.text import pdf_text
from apps.vouchers.models import CashEntry
from tests.dues.test_credit import plain
from tests.factories.claims import DAY, make_cash_payment, make_write_off
from tests.factories.dues import make_invoices, make_payment, make_resolution
from tests.factories.members import make_delegate
from tests.pdf.verapdf import failed_rules

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_april")]
D = Decimal


@pytest.fixture
def in_april() -> Iterator[None]:
    with time_machine.travel(datetime(2027, 4, 14, 9, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def bonn() -> Invoice:
    """2.748,36 €, overdue."""
    return make_invoices()[0]


def outstanding(invoice: Invoice) -> Decimal:
    return Invoice.objects.with_balance().get(pk=invoice.pk).outstanding


def text_of(document: Document) -> str:
    with default_storage.open(document.versions.get().storage_path) as file:
        return " ".join(pdf_text(file.read()).replace("\xa0", " ").split())


def test_from_the_invoice_to_the_written_off_claim_and_back(bonn, client_of):
    client = client_of(Role.TREASURER)
    url = reverse("dues:write_off_create", args=[bonn.number])
    assert url in plain(client.get(bonn.get_absolute_url()).content)
    form = plain(client.get(url).content)
    assert "Als Kleinbetrag gelten bis zu 10,00 €." in form
    assert "Es fließt kein Geld" in form
    given = {"amount": "2.748,36", "ground": "small", "reason": "Die Stadt zahlt nicht", "booked_on": "2027-04-14"}
    refused = client.post(url, given)
    assert "Als Kleinbetrag gelten höchstens 10,00 €." in plain(refused.content)
    response = client.post(url, given | {"ground": "uncollectible"}, follow=True)
    row = WriteOff.objects.get()
    assert "2.748,36 € ausgebucht mit Beleg AB-2027-0001." in plain(response.content)
    paper = text_of(row.document)
    assert "Ausbuchungsbeleg AB-2027-0001" in paper
    assert "66000 Forderungsverluste 2.748,36 €" in paper
    assert "Die Stadt zahlt nicht" in paper
    page = plain(client.get(bonn.get_absolute_url()).content)
    assert "Gezahlt sind 0,00 €, ausgebucht sind 2.748,36 €. Offen ist nichts mehr." in page
    assert row.get_absolute_url() in page
    assert "Ein Verzicht ist das nicht" in page
    assert [reverse(f"dues:{name}", args=[bonn.number]) in page for name in ("write_off_create", "accept_cash", "invoice_cancel")] == [False] * 3  # fmt: skip
    assert "ist nichts offen" in plain(client.post(url, given | {"ground": "uncollectible"}).content)
    assert "(AB-2027-0001)" in plain(client.get(reverse("dues:invoice_cancel", args=[bonn.number])).content)

    make_payment(None, "2748.36", city=bonn.city, on=DAY)
    back = reverse("dues:write_off_take_back", args=[row.number])
    assert back in plain(client.get(reverse("dues:credit", args=["bonn"])).content)
    assert "Hat sie es für diese Rechnung gezahlt" in plain(client.get(bonn.get_absolute_url()).content)
    for _click in range(2):
        response = client.post(back, {"reason": "Die Stadt hat doch gezahlt", "settle": "on"}, follow=True)
    assert "ist schon zurückgenommen" in plain(response.content)
    assert outstanding(bonn) == 0
    assert "Am 14.04.2027 zurückgenommen. Grund: Die Stadt hat doch gezahlt" in plain(
        client.get(row.get_absolute_url()).content
    )
    assert back not in plain(client.get(row.get_absolute_url()).content)


def test_without_credit_there_is_nothing_to_settle_with(bonn, client_of):
    row = make_write_off(bonn)
    back = reverse("dues:write_off_take_back", args=[row.number])
    client = client_of(Role.TREASURER)
    assert 'name="settle"' not in plain(client.get(back).content)
    client.post(back, {"reason": "Irrtum"})
    assert outstanding(bonn) == D("2748.36")


def move(city: City, street: str, *, on: date) -> None:
    lines = {"organisation": city.official_name, "street": street, "postcode": "53111", "town": city.name}
    set_address(city, kind=AddressKind.POSTAL, by=None, on=on, **lines)


def test_a_waiver_is_printed_for_the_city(bonn, client_of):
    resolution = make_resolution()
    given = {"amount": "748,36", "ground": "waived", "reason": "wie beschlossen", "booked_on": "2027-04-14"}
    url = reverse("dues:write_off_create", args=[bonn.number])
    move(bonn.city, "Neuer Platz 9", on=date(2027, 2, 1))
    client = client_of(Role.TREASURER)
    assert "braucht einen angenommenen Beschluss" in plain(client.post(url, given).content)
    client.post(url, given | {"resolution": resolution.pk})
    letter = text_of(WriteOff.objects.get().notice)
    assert f"erlassen wir Ihnen 748,36 € (Beschluss {resolution.reference}" in letter
    assert "noch zu zahlen 2.000,00 €" in letter
    assert "Rathausplatz 1" in bonn.recipient_lines
    assert "Neuer Platz 9" in letter
    assert "Rathausplatz 1" not in letter
    assert "wie beschlossen" not in letter


def test_a_city_without_address_is_told_by_hand(bonn, client_of):
    Address.objects.filter(city=bonn.city).delete()
    City.objects.filter(pk=bonn.city_id).update(invoice_email="")
    row = make_write_off(bonn, ground="waived", resolution=make_resolution())
    assert not Dispatch.objects.exists()
    page = plain(client_of(Role.TREASURER).get(row.get_absolute_url()).content)
    assert "Das Schreiben liegt nicht im Postausgang" in page


@pytest.mark.slow
def test_the_papers_are_accessible_and_archivable(bonn, treasurer):
    given = {"reason": "wie beschlossen", "booked_on": DAY, "by": treasurer, "on": DAY}
    row = write_off_with_voucher(bonn, amount=D("748.36"), ground="waived", resolution=make_resolution(), **given)
    paid = accept_cash_with_receipt(
        bonn, amount=D("1000.00"), payer="Alex Beispiel", booked_on=DAY, by=treasurer, on=DAY
    )
    for document in (row.document, row.notice, paid.entry.voucher):
        with default_storage.open(document.versions.get().storage_path) as file:
            content = file.read()
        assert [failed_rules(content, flavour) for flavour in ("ua1", "3a")] == [[], []]


def test_the_list_narrows_adds_up_and_exports(bonn, client_of):
    koeln = Invoice.objects.get(city_label="Köln")
    make_write_off(bonn)
    make_write_off(koeln, "5.00", ground="small", reason="Bankentgelt")
    client, url = client_of(Role.AUDITOR), reverse("dues:write_offs")
    assert "2.753,36 €" in plain(client.get(url).content)
    small = plain(client.get(url, {"grund": "small", "jahr": "2027", "stand": "gilt"}).content)
    assert ("AB-2027-0002" in small, "AB-2027-0001" in small) == (True, False)
    assert "AB-2027-0001" not in plain(client.get(url, {"stand": "zurueck"}).content)
    assert "AB-2027-0001" in client.get(url, {"export": "csv", "suche": "Bonn"}).content.decode("utf-8-sig")
    written_off = plain(client.get(reverse("dues:invoices"), {"stand": "written_off"}).content)
    assert (bonn.number in written_off, koeln.number in written_off) == (True, False)


def test_who_may_what(bonn, client, client_of):
    row = make_write_off(bonn, "8.36")
    names = {"write_off": row.number, "write_off_pdf": row.number, "write_off_take_back": row.number}
    names |= {"write_off_create": bonn.number, "accept_cash": bonn.number}
    acts = {"write_off_take_back", "write_off_create", "accept_cash"}
    for role in Role:
        visitor = client_of(role)
        for name, key in names.items():
            sees = role == Role.TREASURER or (role in {Role.BOARD, Role.AUDITOR} and name not in acts)
            status = visitor.get(reverse(f"dues:{name}", args=[key])).status_code
            assert (name, role, status) == (name, role, (302 if name.endswith("pdf") else 200) if sees else 404)


def test_the_city_sees_that_but_not_why(bonn, client):
    row = make_write_off(bonn, reason="Kämmerer stur")
    client.force_login(make_delegate(bonn.city))
    page = plain(client.get(bonn.get_absolute_url()).content)
    assert "2.748,36 € dieser Rechnung sind in den Büchern ausgebucht." in page
    assert "Die Rechnung kann weiterhin bezahlt werden." in page
    assert (row.get_absolute_url() in page, "Kämmerer stur" in page, "uneinbringlich" in page) == (False,) * 3
    account = plain(client.get(reverse("dues:account", args=["bonn"])).content)
    assert "Ausbuchung AB-2027-0001 zu Rechnung 2027-0001" in account
    for name in ("write_off", "write_off_pdf"):
        assert client.get(reverse(f"dues:{name}", args=[row.number])).status_code == 404
    assert client.get(row.document.get_absolute_url()).status_code == 404


def test_cash_is_taken_with_a_receipt_and_given_back(bonn, client_of):
    client = client_of(Role.TREASURER)
    url = reverse("dues:accept_cash", args=[bonn.number])
    assert url in plain(client.get(bonn.get_absolute_url()).content)
    given = {"amount": "2.748,37", "payer": "Alex Beispiel", "booked_on": "2027-04-14"}
    refused = plain(client.post(url, given).content)
    assert "sind nur 2.748,36 € offen" in refused
    assert not CashEntry.objects.exists()
    response = client.post(url, given | {"amount": "748,36"}, follow=True)
    assert "Bitte geben Sie die Quittung K2027-00001 aus." in plain(response.content)
    row = CashEntry.objects.get()
    receipt = row.entry.voucher
    assert receipt.get_absolute_url() in plain(client.get(bonn.get_absolute_url()).content)
    paper = text_of(receipt)
    assert "Quittung K2027-00001" in paper
    assert "von Alex Beispiel 748,36 € in bar erhalten" in paper
    assert "danach noch offen 2.000,00 €" in paper
    book = plain(client.get(reverse("vouchers:cash")).content)
    assert receipt.get_absolute_url() in book
    back = reverse("vouchers:reverse_cash", args=[row.number])
    assert "Auf Rechnung 2027-0001 sind 748,36 € wieder offen." in plain(client.get(back).content)
    client.post(back, {"reason": "Falsche Rechnung"})
    assert outstanding(bonn) == D("2748.36")
    assert receipt.get_absolute_url() in plain(client.get(reverse("vouchers:cash")).content)


def test_the_city_reads_its_receipt(bonn, client):
    allocation = make_cash_payment(bonn, "10.00")
    client.force_login(make_delegate(bonn.city))
    url = allocation.entry.voucher.get_absolute_url()
    assert url in plain(client.get(bonn.get_absolute_url()).content)
    assert client.get(url).status_code == 200


def test_pages_need_the_same_queries_for_more(bonn, client_of):
    client, counts = client_of(Role.TREASURER), []
    for _round in range(3):
        row = make_write_off(bonn, "1.00")
        make_cash_payment(bonn, "1.00")
        urls = [
            reverse("dues:write_offs"),
            row.get_absolute_url(),
            bonn.get_absolute_url(),
            reverse("dues:account", args=["bonn"]),
            reverse("vouchers:cash"),
        ]
        with CaptureQueriesContext(connection) as queries:
            assert [client.get(url).status_code for url in urls] == [200] * len(urls)
        counts.append(len(queries))
    assert counts[1] == counts[2]
