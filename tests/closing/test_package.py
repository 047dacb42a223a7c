"""The auditor's package: whole, the same twice, with the papers that prove the books."""

import io
import json
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.core.management import call_command
from lxml import etree

from apps.banking.domain.booking import Part, book_line
from apps.banking.domain.importing import BankFile, import_statements
from apps.banking.domain.opening import post_opening_balance
from apps.banking.models import BankAccount, BankLine, StatementFile
from apps.closing.calculations.verification import verify
from apps.closing.domain.closing import close_year
from apps.closing.domain.package import make_package
from apps.closing.models import AnnualAccounts, AuditPackage
from apps.closing.tasks import start_package
from apps.core.models import Job
from apps.documents.domain.filing import file_document
from apps.documents.enums import Access, Category
from apps.documents.models import Document
from apps.dues.domain.cancelling import cancel_invoice
from apps.dues.domain.writing_off import take_back_write_off
from apps.dues.models import CreditNote, Invoice
from apps.dues.printing import print_now as print_invoices
from apps.dunning.printing import print_now as print_letters
from apps.ledger.models import Account
from apps.pdf.text import pdf_text
from apps.vouchers.domain.assets import post_depreciations, record_asset
from apps.vouchers.domain.cash import CashVoucher, record_cash
from apps.vouchers.domain.paying import settle_payable
from tests.factories.banking import Row, camt_file
from tests.factories.claims import make_write_off
from tests.factories.closing import NEXT, YEAR, count_cash_on, empty_page, make_accounts, make_books
from tests.factories.dues import ensure_accounts, make_association, make_invoices, make_received, make_resolution
from tests.factories.dunning import make_letters, make_procedure
from tests.factories.files import scan
from tests.factories.packages import NOW, make_example, rows_of, written
from tests.factories.vouchers import fill_cash, make_payable, make_payment

pytestmark = pytest.mark.django_db


def test_the_package_is_whole_and_the_same_twice():
    package = make_example()
    assert written() == package
    problems, index = verify(io.BytesIO(package))
    assert problems == []
    paths = {each["path"] for each in index["files"]}
    assert {
        "konten.csv", "journal.csv", "buchungszeilen.csv", "summen-und-salden.csv", "offene-posten.csv",
        "beitragsrechnungen.csv", "ausbuchungen.csv", "bankumsaetze.csv", "handlungen.csv", "aenderungen.csv", "jahresabschluss.json",
        "index.xml", "pruefen.py", "index.html", "eingangsrechnungen.csv", "kassenbuch.csv", "kassenzaehlungen.csv",
        "anlagen.csv", "nachgereichte-belege.csv", "mahnungen.csv",
    } <= paths  # fmt: skip
    assert any(path.endswith("saal.txt") for path in paths)
    assert any(path.endswith("bewirtung.png") for path in paths)
    assert any(path.endswith("auszug.xml") for path in paths)
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        journal = archive.read("journal.csv").decode()
        description = etree.fromstring(archive.read("index.xml"))
        dtd = etree.DTD(io.BytesIO(archive.read("gdpdu-01-09-2004.dtd")))
        added = archive.read("nachgereichte-belege.csv").decode()
    assert "B2027-00006" in journal
    assert "B2027-00004" in added
    assert len(description.findall(".//Table")) == 16
    assert description.getroottree().docinfo.system_url == "gdpdu-01-09-2004.dtd"
    assert dtd.validate(description), dtd.error_log
    description.find(".//Table").remove(description.find(".//URL"))
    assert not dtd.validate(description)


def test_claims_written_off_are_told_with_their_papers():
    """One stands, a waiver with its letter was taken back; what is open still makes the balance of the account."""
    bonn, koeln = make_invoices()
    make_write_off(bonn, on=date(YEAR, 4, 2), reason="zahlt nicht")
    waived = make_write_off(koeln, "700.00", on=date(YEAR, 4, 3), ground="waived", resolution=make_resolution())
    back = take_back_write_off(waived, reason="Irrtum", by=None, on=date(YEAR, 4, 9))
    assert back == []
    package = written()
    assert verify(io.BytesIO(package))[0] == []
    first, second = rows_of(package, "ausbuchungen.csv")
    assert (first["nummer"], first["rechnung"], first["betrag"], first["grund"], first["erlaeuterung"]) == (
        "AB-2027-0001", bonn.number, "2748,36", "uneinbringlich", "zahlt nicht"
    )  # fmt: skip
    assert (first["zurueckgenommen"], second["zurueckgenommen"]) == ("", "09.04.2027")
    assert second["beschluss"] == waived.resolution.reference
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        papers = {first["datei"], second["datei"], second["schreiben_datei"]}
        assert papers <= set(archive.namelist())
        assert len(papers - {""}) == 3
    assert [row["betrag"] for row in rows_of(package, "offene-posten.csv")] == ["8709,28"]


def test_vouchers_cash_and_assets_are_told_with_their_files(treasurer, board_member):
    """A bill paid in part, a cash payment, an asset bought with it; each names its entry and the file in the package."""
    day = date(YEAR, 3, 1)
    ensure_accounts()
    make_association()
    voucher = make_payable(treasurer, board_member, "900.00", ("TECHNOLOGY", "900.00"), on=day)
    payment = make_payment("400.00", on=day)
    settle_payable(voucher, entry=payment, amount=Decimal(400), by=treasurer, on=day)
    fill_cash("100.00")
    cash = record_cash(
        kind="out",
        amount=Decimal("12.60"),
        text="Porto",
        account=Account.objects.get(key="OFFICE"),
        booked_on=day,
        voucher=CashVoucher("quittung.png", scan("Quittung")),
        by=treasurer,
        on=day,
    )
    record_asset(
        name="Rechner",
        account=Account.objects.get(key="TECHNOLOGY"),
        acquired_on=day,
        cost=Decimal(900),
        useful_life_months=36,
        voucher=voucher.document,
        by=treasurer,
    )
    post_depreciations(YEAR, by=treasurer, on=date(YEAR, 12, 31))
    package = written()
    assert verify(io.BytesIO(package))[0] == []
    paths = set(zipfile.ZipFile(io.BytesIO(package)).namelist())
    [bill] = rows_of(package, "eingangsrechnungen.csv")
    assert (bill["nummer"], bill["brutto"], bill["zahlungen"]) == (voucher.number, "900,00", str(payment))
    assert bill["angewiesen"].endswith(f"{voucher.approved_on:%d.%m.%Y}")
    assert bill["datei"] in paths
    [row] = [each for each in rows_of(package, "kassenbuch.csv") if each["nummer"] == cash.number]
    assert (row["betrag"], row["buchung"]) == ("-12,60", str(cash.entry))
    assert row["datei"].endswith("quittung.png")
    [asset] = rows_of(package, "anlagen.csv")
    assert (asset["kosten"], asset["abschreibung_im_jahr"], asset["buchwert_am_jahresende"]) == (
        "900,00",
        "250,00",
        "650,00",
    )
    assert asset["datei"] == bill["datei"]


def test_the_kept_package_has_its_hash_and_the_frozen_figures(treasurer, tmp_path, capsys):
    make_books()
    accounts = make_accounts("prepared")
    kept = make_package(YEAR, by=treasurer, at=NOW)
    with kept.file.open("rb") as stored:
        content = stored.read()
    assert (kept.size, kept.year) == (len(content), YEAR)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert json.loads(archive.read("jahresabschluss.json"))["hash"] == accounts.figures_hash
        assert kept.file_count == len(archive.namelist())
    assert verify(io.BytesIO(content))[0] == []
    file = tmp_path / "paket.zip"
    file.write_bytes(content)
    call_command("verify_package", str(file))
    assert "hier erstellt" in capsys.readouterr().out


def test_entries_and_bank_lines_name_the_files_that_prove_them(treasurer, board_member):
    """Invoice, its cancellation, bank line, opening of the bank, bill, its payment, counted difference: all in the package."""
    day, later = date(YEAR, 2, 1), date(YEAR, 5, 3)
    ensure_accounts()
    with time_machine.travel(datetime(YEAR, 5, 4, 10, 0, tzinfo=UTC)):
        invoice, other = make_invoices(on=day)
        make_received(invoice, other)
        make_procedure()
        [letter, _other] = make_letters(later)
        print_invoices(by=None)
        print_letters(by=None)
        cancelled = cancel_invoice(invoice, reason="Irrtum", by=None, on=later)
        print_invoices(by=None)
        rows = [Row("10.00", "Spende", "Erika Beispiel", on=day)]
        import_statements([BankFile("auszug.xml", camt_file(rows, number="7"))], by=None, on=day)
        opening = post_opening_balance(BankAccount.objects.get(), by=None).opening_entry
        donation = Part(Decimal(10), account=Account.objects.get(key="DONATION"))
        line = book_line(BankLine.objects.get(), parts=[donation], by=treasurer, on=day)
        bill = make_payable(treasurer, board_member, on=day)
        count = count_cash_on(date(YEAR, 3, 1), by=treasurer)
    package = written()
    assert verify(io.BytesIO(package))[0] == []
    documents = {
        f"belege/{document.number}/{document.versions.get().filename}": document.pk
        for document in Document.objects.all()
    }
    statement = StatementFile.objects.get().document_id
    other.refresh_from_db()
    letter.refresh_from_db()
    entries = {row["buchung"]: documents.get(row["beleg_datei"]) for row in rows_of(package, "journal.csv")}
    assert entries == {
        str(invoice.entry): Invoice.objects.get(pk=invoice.pk).document_id,
        str(other.entry): other.document_id,
        str(cancelled.entry): CreditNote.objects.get().document_id,
        str(opening): statement,
        str(line.entry): statement,
        str(bill.entry): bill.document_id,
        str(count.difference_entry.entry): count.document_id,
    }
    assert None not in entries.values()
    [told] = rows_of(package, "bankumsaetze.csv")
    assert (told["auszug"], documents[told["auszug_datei"]]) == (f"7/{YEAR}", statement)
    reminded = {row["nummer"]: documents[row["datei"]] for row in rows_of(package, "mahnungen.csv")}
    assert reminded[letter.number] == letter.document_id


def test_the_work_in_the_background_reports(treasurer, django_capture_on_commit_callbacks):
    """Before the year is closed the Kassenbericht of the frozen figures is printed into the package."""
    make_books()
    make_accounts("prepared")
    with django_capture_on_commit_callbacks(execute=True):
        job = start_package(YEAR, by=treasurer)
    job = Job.objects.get(pk=job.pk)
    package = AuditPackage.objects.get()
    assert (job.state, job.done) == ("done", job.total)
    assert package.sha256 in job.report
    with package.file.open("rb") as stored, zipfile.ZipFile(stored) as archive:
        text = pdf_text(archive.read("berichte/kassenbericht-2027.pdf"))
    assert "Kassenbericht 2027" in text


def test_the_filed_report_of_a_closed_year_is_among_the_reports(treasurer):
    make_books()
    accounts = make_accounts("adopted")

    def report(closing: AnnualAccounts) -> Document:
        content = empty_page(closing)
        about = {"category": Category.BOOKS, "access": Access.MEMBERS, "origin": "closing.report", "by": None}
        return file_document(
            content=content, filename="bericht.pdf", title="Bericht", subject=closing, on=NEXT, **about
        )

    accounts = close_year(accounts, by=None, on=NEXT, report=report)
    assert f"berichte/{accounts.document.number}/bericht.pdf" in zipfile.ZipFile(io.BytesIO(written())).namelist()
