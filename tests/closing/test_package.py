"""The auditor's package: whole, the same twice, and every changed byte is found, also without this program."""

import csv
import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command
from lxml import etree

from apps.banking.domain.booking import Part, book_line
from apps.banking.domain.importing import BankFile, import_statements
from apps.banking.domain.opening import post_opening_balance
from apps.banking.models import BankAccount, BankLine, StatementFile
from apps.closing.calculations.verification import verify
from apps.closing.domain.closing import close_year
from apps.closing.domain.package import make_package, write_package
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
from apps.ledger.domain.posting import post_entry
from apps.ledger.domain.proofs import add_voucher
from apps.ledger.models import Account, Entry
from apps.pdf.text import pdf_text
from apps.vouchers.domain.assets import post_depreciations, record_asset
from apps.vouchers.domain.cash import CashVoucher, record_cash
from apps.vouchers.domain.paying import settle_payable
from tests.factories.banking import Row, camt_file
from tests.factories.claims import make_write_off
from tests.factories.closing import NEXT, YEAR, count_cash_on, credit, debit, empty_page, make_accounts, make_books
from tests.factories.dues import ensure_accounts, make_association, make_invoices, make_network, make_resolution
from tests.factories.dunning import make_letters, make_procedure
from tests.factories.files import scan
from tests.factories.vouchers import fill_cash, make_payable, make_payment

pytestmark = pytest.mark.django_db
NOW = datetime(2028, 3, 2, 9, 0, tzinfo=UTC)


def make_vouched() -> None:
    voucher = file_document(
        content=b"Beleg: Saalmiete 45,00 EUR",
        filename="saal.txt",
        title="Saalmiete",
        category=Category.VOUCHER,
        access=Access.TREASURY,
        origin="ledger.voucher",
        by=None,
        on=date(YEAR, 9, 1),
    )
    post_entry(
        on=date(YEAR, 9, 1),
        text="Saalmiete; bar",
        lines=[debit("ROOM", "45.00"), credit("BANK", "45.00")],
        source="ledger.manual",
        voucher=voucher,
        by=None,
    )


def written() -> bytes:
    target = io.BytesIO()
    write_package(target, YEAR, until=NOW)
    return target.getvalue()


@pytest.fixture
def package() -> bytes:
    with time_machine.travel(datetime(YEAR, 9, 2, 10, 0, tzinfo=UTC)):
        make_network(("Bonn", 323_336))
        make_books()
        make_vouched()
        add_voucher(
            Entry.objects.get(text="Bewirtung"),
            filename="bewirtung.png",
            content=scan("Bewirtung"),
            by=None,
            on=date(YEAR, 9, 2),
        )
        rows = [Row("10.00", "Spende", "Erika Beispiel", on=date(YEAR, 2, 1))]
        import_statements([BankFile("auszug.xml", camt_file(rows))], by=None, on=date(YEAR, 2, 2))
    return written()


def test_the_package_is_whole_and_the_same_twice(package: bytes):
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


def rows_of(package: bytes, name: str) -> list[dict[str, str]]:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return list(csv.DictReader(io.StringIO(archive.read(name).decode(), newline=""), delimiter=";"))


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


def changed(package: bytes, path: str, change: Callable[[bytes], bytes], *, tell: bool = False) -> bytes:
    """The package with one file changed; `tell` corrects the hash in the index as well, as a clever forger would."""
    source, target = zipfile.ZipFile(io.BytesIO(package)), io.BytesIO()
    with zipfile.ZipFile(target, "w") as forged:
        for name in source.namelist():
            content = source.read(name)
            if name == path:
                content = change(content)
            if name == "index.json" and tell:
                index = json.loads(content)
                new = change(source.read(path))
                for each in index["files"]:
                    if each["path"] == path:
                        each.update(sha256=sha256(new).hexdigest(), size=len(new))
                content = json.dumps(index).encode()
            forged.writestr(name, content)
    return target.getvalue()


def test_a_changed_byte_in_any_file_is_found(package: bytes):
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        paths = [path for path in archive.namelist() if path != "index.json"]
    assert len(paths) > 14
    for path in paths:
        forged = changed(package, path, lambda content: content[:-1] + bytes([content[-1] ^ 1]))
        problems, _index = verify(io.BytesIO(forged))
        assert problems == [f"Die Datei {path} wurde verändert: Ihre Prüfsumme ist nicht die im Verzeichnis."]


@pytest.mark.parametrize(
    ("path", "old", "new", "message"),
    [
        ("buchungszeilen.csv", b";600,00;;", b";601,00;;", "nicht ausgeglichen"),
        ("journal.csv", b"B2027-00002;2;", b"B2027-00002;7;", "Lücke"),
        ("summen-und-salden.csv", b";1000,00;600,00;400,00", b";1000,00;500,00;500,00", "Summen von Konto 12000"),
        ("offene-posten.csv", b";400,00", b";401,00", "offenen Posten"),
        ("journal.csv", b"01.03.2027;01.03.2027", b"01.03.2026;01.03.2027", "liegt nicht im Jahr"),
        ("jahresabschluss.json", b'"600.00"', b'"700.00"', "Jahresabschlusses"),
    ],
)
def test_figures_that_contradict_each_other_are_found_even_with_new_hashes(
    package: bytes, path: str, old: bytes, new: bytes, message: str
):
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        assert old in archive.read(path)
    problems, _index = verify(io.BytesIO(changed(package, path, lambda text: text.replace(old, new), tell=True)))
    assert any(message in problem for problem in problems)


def forged_rows(name: str, wanted: str, change: Callable[[dict[str, str]], None]) -> Callable[[bytes], bytes]:
    """Change the last row of a table in which `wanted` stands; the table is written again with all its columns."""

    def change_last(content: bytes) -> bytes:
        rows = list(csv.DictReader(io.StringIO(content.decode(), newline=""), delimiter=";"))
        change([row for row in rows if wanted in row.values()][-1])
        target = io.StringIO()
        writer = csv.DictWriter(target, list(rows[0]), delimiter=";", lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)
        return target.getvalue().encode()

    return change_last


def with_values(**values: object) -> Callable[[dict[str, str]], None]:
    return lambda row: row.update(werte=json.dumps(json.loads(row["werte"]) | values))


@pytest.mark.parametrize(
    ("path", "wanted", "change", "message"),
    [
        ("handlungen.csv", "banking.statements_imported", lambda row: row.update(kennung="999"), "Inhalt passt nicht"),
        ("handlungen.csv", "banking.statements_imported", lambda row: row.update(zeilen="{}"), "Inhalt passt nicht"),
        ("handlungen.csv", "ledger.entry_posted", lambda row: row.update(handlung="Anderes"), "anders als zuvor"),
        ("handlungen.csv", "banking.statements_imported", lambda row: row.update(person="Niemand"), "anders als zuvor"),
        (
            "handlungen.csv", "banking.statements_imported",
            lambda row: row.update(zeitpunkt=row["zeitpunkt"].replace("2027", "2026")), "zwei verschiedene Zeitpunkte",
        ),
        ("aenderungen.csv", "banking.historicalbankline", with_values(note="geklärt"), "banking.historicalbankline"),
        ("aenderungen.csv", "organisation.historicalprofile", with_values(city="Bonn"), "organisation.historicalprofile"),
        ("aenderungen.csv", "members.historicalcity", with_values(name="Köln"), "members.historicalcity"),
        ("journal.csv", "Saalmiete; bar", lambda row: row.update(text="Blumen"), "ist nicht die Buchung"),
        ("buchungszeilen.csv", "45,00", lambda row: row.update(text="Blumen"), "Die Zeilen von"),
    ],
)  # fmt: skip
def test_forged_acts_and_changes_are_found_even_with_new_hashes(
    package: bytes, path: str, wanted: str, change: Callable[[dict[str, str]], None], message: str
):
    untouched = changed(package, path, forged_rows(path, wanted, lambda row: None), tell=True)
    assert verify(io.BytesIO(untouched))[0] == []
    problems, _index = verify(io.BytesIO(changed(package, path, forged_rows(path, wanted, change), tell=True)))
    assert [message in problem for problem in problems][:1] == [True]


def test_a_change_left_out_or_added_is_found(package: bytes):
    def without_last(content: bytes) -> bytes:
        return b"\r\n".join(content.split(b"\r\n")[:-2]) + b"\r\n"

    problems, _index = verify(io.BytesIO(changed(package, "aenderungen.csv", without_last, tell=True)))
    assert [problem[:18] for problem in problems] == ["Die Änderungen in "]


def test_an_act_taken_out_of_the_chain_is_found(package: bytes):
    def without_third(content: bytes) -> bytes:
        lines = content.split(b"\r\n")
        assert len(lines) > 8
        return b"\r\n".join(lines[:3] + lines[4:])

    problems, _index = verify(io.BytesIO(changed(package, "handlungen.csv", without_third, tell=True)))
    assert "schließt Nummer" in problems[0]


def test_a_missing_voucher_and_an_extra_file_are_found(package: bytes):
    source, target = zipfile.ZipFile(io.BytesIO(package)), io.BytesIO()
    with zipfile.ZipFile(target, "w") as forged:
        for name in source.namelist():
            if not name.endswith("saal.txt"):
                forged.writestr(name, source.read(name))
        forged.writestr("zusatz.txt", b"x")
    problems, _index = verify(target)
    assert [bool(re.search("saal.txt fehlt|zusatz.txt steht nicht", problem)) for problem in problems] == [True, True]


def test_no_package_is_said_in_words():
    problems, _index = verify(io.BytesIO(b"kein ZIP"))
    assert problems[0].startswith("Die Datei ist kein lesbares Prüfungspaket")


def run_program(place: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """As on another machine: isolated Python without any installed package."""
    program = [sys.executable, "-I", "-S", "pruefen.py", *arguments]
    return subprocess.run(program, cwd=place, capture_output=True, text=True, check=False)


def test_the_program_inside_needs_nothing_but_python(package: bytes, tmp_path: Path):
    """Alone beside the archive it takes that one, and shows the hash that is to be compared."""
    file = tmp_path / "paket.zip"
    file.write_bytes(package)
    with zipfile.ZipFile(file) as archive:
        archive.extract("pruefen.py", tmp_path)
    good = run_program(tmp_path)
    assert (good.returncode, "Alles stimmt überein" in good.stdout) == (0, True)
    assert sha256(package).hexdigest() in good.stdout
    assert "Prüfungspakete 2027" in good.stdout
    file.write_bytes(changed(package, "journal.csv", lambda content: content.replace(b"Saalmiete", b"Saalmiele")))
    bad = run_program(tmp_path, "paket.zip")
    assert bad.returncode == 1
    assert "journal.csv wurde verändert" in bad.stdout
    (tmp_path / "zweites.zip").write_bytes(package)
    assert run_program(tmp_path).returncode == 2


def test_the_program_checks_the_folder_it_lies_in(package: bytes, tmp_path: Path):
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        archive.extractall(tmp_path)
    (tmp_path / ".DS_Store").write_bytes(b"x")
    good = run_program(tmp_path)
    assert (good.returncode, "keine eigene Prüfsumme" in good.stdout) == (0, True)
    with (tmp_path / "konten.csv").open("ab") as file:
        file.write(b"x")
    bad = run_program(tmp_path)
    assert (bad.returncode, "konten.csv wurde verändert" in bad.stdout) == (1, True)


@pytest.mark.parametrize("top", ["", "pruefungspaket-2027/"])
def test_packed_again_with_its_folders_it_still_holds(package: bytes, top: str):
    source, target = zipfile.ZipFile(io.BytesIO(package)), io.BytesIO()
    with zipfile.ZipFile(target, "w") as again:
        for folder in {f"{top}{name.rpartition('/')[0]}/" for name in source.namelist() if "/" in name} | {top} - {""}:
            again.mkdir(folder.rstrip("/"))
        for name in source.namelist():
            again.writestr(f"{top}{name}", source.read(name))
    assert any(name.endswith("/") for name in zipfile.ZipFile(target).namelist())
    assert verify(target)[0] == []
    with zipfile.ZipFile(target, "a") as again:
        again.writestr("daneben/zusatz.txt", b"x")
    [problem] = verify(target)[0]
    assert problem.endswith("daneben/zusatz.txt steht nicht im Verzeichnis.")


def test_the_command_says_the_same(package: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    file = tmp_path / "paket.zip"
    file.write_bytes(package)
    call_command("verify_package", str(file))
    said = capsys.readouterr().out
    assert "alles stimmt" in said
    assert f"hier nicht erstellt. Prüfsumme {sha256(package).hexdigest()}" in said
    file.write_bytes(changed(package, "konten.csv", lambda content: content + b"\n"))
    with pytest.raises(CommandError, match=r"konten\.csv wurde verändert"):
        call_command("verify_package", str(file))


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
