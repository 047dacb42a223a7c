"""Statements we did not write through the ways in: upload, act and command; what is wrong in them refuses all, unchanged."""

import io
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from apps.banking.domain.accounts import open_bank_account
from apps.banking.domain.errors import NoBankAccount, StatementRefused
from apps.banking.domain.importing import BankFile, ImportReport, import_statements
from apps.banking.models import BankAccount, BankLine, BatchNotice, Statement, StatementImport
from apps.core.money import euros
from apps.ledger.domain.accounts import account
from tests.banking.conftest import TODAY
from tests.banking.foreign import EXPECTED, content_of, foreign

NOT_A_STATEMENT = (
    "Bitte laden Sie bei Ihrer Bank den Kontoauszug als CAMT.053 herunter; MT940 und CSV werden auch gelesen."
)
ONLY_EURO = "Gelesen werden nur Konten und Beträge in Euro (EUR)."
UNBALANCED = "geht nicht auf: Anfangssaldo {} und Umsätze {} ergeben nicht den Endsaldo {}. Bitte laden Sie ihn noch einmal herunter."
UNKNOWN_TABLE = "Die Spalten dieser CSV-Datei („{}“) gehören zu keiner bekannten Bank. " + NOT_A_STATEMENT
REFUSED = {
    "abn-053.xml": (7, "Auszug 2 " + UNBALANCED.format("15.568,27 €", "−12,99 €", "15.121,12 €")),
    "belfius-053.xml": (2, "Die Angabe „IBAN des Kontos (IBAN)“ fehlt."),
    "swiss-empty-053.xml": (32, f"Die Währung ist „CHF“. {ONLY_EURO}"),
    "swiss-batch-053.xml": (35, f"Die Währung ist „CHF“. {ONLY_EURO}"),
    "return-053.xml": (8, "Die Angabe „Anfangssaldo (OPBD)“ fehlt."),
    "return-other.xml": (
        2,
        f"Das ist kein Kontoauszug (gefunden: „urn:iso:std:iso:20022:tech:xsd:other.054.001.02“). {NOT_A_STATEMENT}",
    ),
    "pain-002.xml": (
        6,
        f"Das ist kein Kontoauszug, sondern eine Rückmeldung zu einem Zahlungsauftrag (pain.002). {NOT_A_STATEMENT}",
    ),
    "without-status-052.xml": (42, "Die Angabe „Stand der Buchung (Sts)“ fehlt."),
    "dollar-052.xml": (4, f"Die Währung ist „USD“. {ONLY_EURO}"),
    "wrong.940": (1, "Die Angabe „Beginn des Auszugs (:20:)“ ist nicht lesbar: „:9401:“."),
    "sns.940": (60, "Die Angabe „Endsaldo (:62F:)“ fehlt."),
    "ing-ro.940": (4, f"Die Währung ist „RON“. {ONLY_EURO}"),
    "polish.940": (4, f"Die Währung ist „PLN“. {ONLY_EURO}"),
    "polish-ns.940": (4, f"Die Währung ist „PLN“. {ONLY_EURO}"),
    "german-standard.sta": (17, "Die Angabe „Endsaldo (:62F:)“ ist nicht lesbar: „021131“."),
    "volksbank.csv": (26, "Auszug CSV " + UNBALANCED.format("22.257,11 €", "−158,17 €", "21.488,94 €")),
    "ing-de.csv": (15, "Die Datei nennt nicht, zu welchem eigenen Konto (IBAN) die Umsätze gehören."),
    "comdirect.csv": (
        5,
        UNKNOWN_TABLE.format("Buchungstag;Wertstellung (Valuta);Vorgang;Buchungstext;Umsatz in EUR"),
    ),
    "ing-at.csv": (1, UNKNOWN_TABLE.format("IBAN;Text;Valutadatum;Währung;Soll;Haben")),
}


def test_every_file_that_had_to_be_put_right_is_refused_as_published():
    mended = {name for name, expected in EXPECTED.items() if {"put_right", "messages"} & expected.keys()}
    assert mended < REFUSED.keys()
    assert len(EXPECTED.keys() - mended) == 6


@pytest.fixture
def read_files(association, treasurer) -> Callable[..., ImportReport]:
    def run(**files: bytes) -> ImportReport:
        given = [BankFile(name, content) for name, content in files.items()]
        return import_statements(given, by=treasurer, on=TODAY)

    return run


@pytest.fixture
def opened(association, treasurer) -> Callable[[str], BankAccount]:
    """Return a function that makes the account of a foreign file ours."""
    return lambda iban: open_bank_account(
        name="Fremdes Konto", iban=iban, ledger_account=account("SAVINGS"), by=treasurer
    )


def refusal_of(run: Callable[[], object]) -> str:
    with pytest.raises(StatementRefused) as refused:
        run()
    assert not StatementImport.objects.exists()
    assert not BankLine.objects.exists()
    return str(refused.value.message)


@pytest.mark.django_db
@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_contradicts_itself_or_is_none_is_refused_with_its_reason(read_files, name):
    line, sentence = REFUSED[name]
    assert refusal_of(lambda: read_files(**{name: foreign(name)})) == f"Datei „{name}“, Zeile {line}: {sentence}"


@pytest.mark.django_db
def test_the_web_page_of_a_bank_is_no_statement(read_files):
    assert refusal_of(lambda: read_files(**{"belfius-page.xml": foreign("belfius-page.xml")})) == (
        f"Datei „belfius-page.xml“: Das ist kein Kontoauszug, sondern eine andere Datei (HTML). {NOT_A_STATEMENT}"
    )


@pytest.mark.django_db
def test_a_zip_names_its_member(read_files):
    assert refusal_of(lambda: read_files(**{"abn-053.zip": foreign("abn-053.zip")})) == (
        "Datei „abn-053.zip: test-camt053_02.xml“, Zeile 7: Auszug 2 "
        + UNBALANCED.format("15.568,27 €", "57,01 €", "15.121,12 €")
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "line", "iban"),
    [
        ("comdirect-052.xml", 12, "DE06940594210000027227"),
        ("rabobank.swi", 2, "NL34RABO0142623393"),
        ("knab.940", 2, "123456789"),
        ("return-054.xml", 35, "NL77ABNA0574908765"),
        ("volksbank.csv", 14, "DE07424614351008800049"),
    ],
)
def test_a_statement_of_an_account_that_is_not_ours_is_refused(read_files, name, line, iban):
    content = content_of(name) if name in EXPECTED else foreign(name)
    assert refusal_of(lambda: read_files(**{name: content})) == (
        f"Datei „{name}“, Zeile {line}: Der Auszug gehört zum Konto {iban}. Das ist kein Konto von uns. "
        "Ein weiteres eigenes Konto legen Sie zuerst unter »Abgleich mit der Buchhaltung« an."
    )


@pytest.mark.django_db
def test_the_statement_is_read_once_the_account_is_ours(read_files, opened):
    ours = opened("DE06940594210000027227")
    report = read_files(**{"comdirect-052.xml": foreign("comdirect-052.xml")})
    [line] = BankLine.objects.all()
    assert (line.bank_account, line.amount, line.booked_on, line.valued_on) == (
        ours,
        euros("-101.50"),
        date(2025, 12, 8),
        date(2025, 12, 10),
    )
    assert (line.text, line.end_to_end_id) == ("028-1234567-XXXXXXX Amazon.de 2ABCD EF9GFP28", "2ABCDEF9GHIJKL28")
    assert (report.new_lines, len(report.warnings)) == (1, 1)
    again = read_files(**{"umbenannt.xml": foreign("comdirect-052.xml")})
    assert (again.record, again.known_files) == (None, ["umbenannt.xml"])


@pytest.mark.django_db
def test_an_account_whose_iban_is_wrong_cannot_become_ours(opened):
    with pytest.raises(NoBankAccount, match="Die IBAN „NL77INGB0574908765“ ist nicht gültig"):
        opened("NL77INGB0574908765")


@pytest.mark.django_db
def test_a_week_of_rabobank_comes_through_the_page(opened, client_for, treasurer):
    opened("NL34RABO0142623393")
    client = client_for(treasurer)
    file = io.BytesIO(foreign("rabobank.swi"))
    file.name = "rabobank.swi"
    page = client.post(reverse("banking:upload"), {"files": [file]}, follow=True).content.decode()
    assert "2 neue Umsätze eingelesen, 0 waren schon bekannt." in page
    balances = Statement.objects.order_by("closed_on").values_list("opening", "closing", "line_count")
    assert list(balances) == [
        (Decimal("4433.52"), Decimal("4833.52"), 1),
        (Decimal("4833.52"), Decimal("4833.52"), 0),
        (Decimal("4833.52"), Decimal("4798.91"), 1),
        (Decimal("4798.91"), Decimal("4798.91"), 0),
    ]
    listed = client.get(reverse("banking:statements")).content.decode()
    assert listed.count("Fremdes Konto") == 4


@pytest.mark.django_db
def test_a_broken_statement_leaves_its_sound_neighbours_out_on_the_page(opened, client_for, treasurer):
    opened("NL05SNSB0908244436")
    file = io.BytesIO(foreign("sns.940"))
    file.name = "sns.940"
    page = client_for(treasurer).post(reverse("banking:upload"), {"files": [file]}).content.decode()
    assert "Datei „sns.940“, Zeile 60: Die Angabe „Endsaldo (:62F:)“ fehlt." in page
    assert not Statement.objects.exists()


@pytest.mark.django_db
def test_the_command_reads_what_is_ours_and_refuses_what_is_not(opened, tmp_path, capsys):
    opened("DE07424614351008800049")
    ours, theirs = tmp_path / "volksbank.csv", tmp_path / "knab.940"
    ours.write_bytes(content_of("volksbank.csv"))
    theirs.write_bytes(foreign("knab.940"))
    with pytest.raises(CommandError) as refused:
        call_command("import_statement", ours, theirs)
    assert str(refused.value) == (
        "Datei „knab.940“, Zeile 2: Der Auszug gehört zum Konto 123456789. Das ist kein Konto von uns. "
        "Ein weiteres eigenes Konto legen Sie zuerst unter »Abgleich mit der Buchhaltung« an.\n"
        "Es wurde nichts eingelesen."
    )
    assert not BankLine.objects.exists()
    call_command("import_statement", ours)
    said = capsys.readouterr().out
    assert re.fullmatch(
        r"Auszug U-[0-9a-f]{8}/2019: 3 Umsätze, davon 3 neu\. 22\.257,11 € → 22\.098,94 €, geht auf\.\n", said
    )


@pytest.mark.django_db
def test_a_notice_of_a_return_is_kept_until_its_line_comes(opened, read_files):
    opened("NL77ABNA0574908765")
    report = read_files(**{"return.zip": foreign("return-054.zip")})
    assert (report.notices, report.new_lines) == (1, 0)
    assert BatchNotice.objects.get().amount == euros("-100.00")


@pytest.mark.django_db
def test_a_statement_doubled_in_one_file_is_read_once(opened, read_files):
    opened("NL34RABO0142623393")
    report = read_files(**{"doppelt.swi": foreign("rabobank.swi") + foreign("rabobank.swi")})
    assert (report.new_lines, len(report.statements), len(report.known_statements)) == (2, 4, 4)
    assert report.warnings == []  # days without a number of the bank are no gap
    other = read_files(**{"anders.swi": foreign("rabobank.swi") + b"\n"})
    assert (other.record, other.new_lines) == (None, 0)


@pytest.mark.django_db
def test_the_same_number_with_other_content_is_refused(opened, read_files):
    opened("NL05SNSB0908244436")
    read_files(**{"a.940": content_of("sns.940")})
    before = list(BankLine.objects.values_list("fingerprint", flat=True))
    forged = content_of("sns.940").replace(b"Factuur 17227", b"Factuur 17228")
    with pytest.raises(StatementRefused, match=r"Auszug 361 vom 27\.12\.2017 ist schon mit anderem Inhalt eingelesen"):
        read_files(**{"b.940": forged})
    assert list(BankLine.objects.values_list("fingerprint", flat=True)) == before
