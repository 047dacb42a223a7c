"""The same movement told in several formats is one line; what may be another movement stays another line."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command

from apps.banking.domain.errors import StatementRefused
from apps.banking.domain.importing import BankFile, ImportReport, import_statements
from apps.banking.models import BankLine, BatchNotice, Statement, StatementLine
from apps.core.money import euros
from tests.banking.conftest import TODAY
from tests.factories.banking import Row

pytestmark = pytest.mark.django_db
FILES = Path(__file__).parent / "statements"


@pytest.fixture
def read_files(association, treasurer):
    def run(*names: str) -> ImportReport:
        files = [BankFile(name, (FILES / name).read_bytes()) for name in names]
        return import_statements(files, by=treasurer, on=TODAY)

    return run


def koeln() -> list[BankLine]:
    return list(BankLine.objects.filter(amount=Decimal("8709.28")))


@pytest.mark.parametrize(
    "names",
    [
        ("camt052.xml", "camt053-08.xml"),
        ("camt053-08.xml", "camt052.xml"),
        ("sparkasse-camt-v2.csv", "sparkasse.sta"),
        ("sparkasse.sta", "sparkasse-mt940.csv", "sparkasse-camt-v2.csv", "camt053-02.xml"),
        ("dkb.csv", "dkb-2022.csv"),
        ("volksbank.csv", "gls-2020.csv"),
    ],
)
def test_one_payment_told_in_several_formats_is_one_line(read_files, names):
    for name in names:
        read_files(name)
    [line] = koeln()
    assert line.positions.count() == len(names)


def test_the_order_within_one_upload_does_not_matter(read_files):
    read_files("camt052.xml", "camt053-08.xml", "sparkasse-camt-v2.csv")
    [line] = koeln()
    assert line.positions.count() == 3


def test_another_format_may_tell_a_statement_again_but_not_otherwise(read_files, association, treasurer):
    read_files("camt053-08.xml")
    report = read_files("camt053-02.xml")
    assert report.known_statements == ["7/2027"]
    contrary = (FILES / "sparkasse.sta").read_bytes().replace(b":28C:00006", b":28C:00007")
    with pytest.raises(StatementRefused):
        import_statements([BankFile("a.sta", contrary)], by=treasurer, on=TODAY)


def test_an_overlapping_export_after_another_format_adds_nothing(read_files, treasurer):
    """The second export must recognise its own way to tell the line, which the statement told differently."""
    read_files("sparkasse.sta", "sparkasse-camt-v2.csv")
    longer = (FILES / "sparkasse-camt-v2.csv").read_text("cp1252").replace('"19.01.27";""', '"19.01.27";"19.01.27"')
    longer = longer.replace("Umsatz vorgemerkt", "Umsatz gebucht").encode("cp1252")
    report = import_statements([BankFile("neu.csv", longer)], by=treasurer, on=TODAY)
    assert (report.new_lines, report.known_lines) == (1, 3)
    assert StatementLine.objects.exclude(fingerprint="").count() > 0


def test_equal_amounts_with_other_payers_stay_two_lines(read_in, association, read_files):
    read_files("sparkasse-camt-v2.csv")
    read_in(Row("8709.28", "Beitrag", "Stadt Leipzig", "DE02100500000024290661", on=date(2027, 1, 18)))
    assert [line.counterparty for line in koeln()] == ["Stadt Leipzig", "Stadt Köln, Kämmerei"]


def test_two_equal_payments_are_not_swallowed_by_one_of_another_format(read_files, treasurer):
    read_files("sparkasse.sta")
    twice = (FILES / "sparkasse-camt-v2.csv").read_bytes()
    row = next(line for line in twice.splitlines() if b"8.709,28" in line)
    import_statements([BankFile("zwei.csv", twice + row + b"\r\n")], by=treasurer, on=TODAY)
    assert len(koeln()) == 2


def test_exports_without_balances_say_what_cannot_be_proven(read_files):
    report = read_files("dkb.csv", "volksbank.csv")
    unproven, proven = Statement.objects.get(format="csv.dkb"), Statement.objects.get(format="csv.volksbank")
    assert (unproven.opening, proven.opening, proven.closing) == (None, euros(1000), euros("8461.88"))
    assert [warning for warning in report.warnings if "Salden" in warning] == [
        f"Auszug {unproven.number} (DKB CSV) nennt keine Salden: Ob er vollständig ist, lässt sich nicht beweisen."
    ]
    assert unproven.number.startswith("U-")


def test_a_wrong_file_among_good_ones_refuses_all(association, treasurer):
    good = BankFile("a.csv", (FILES / "dkb.csv").read_bytes())
    bad = BankFile("b.csv", (FILES / "volksbank.csv").read_bytes().replace(b"9.696,38", b"9.696,39"))
    with pytest.raises(StatementRefused) as refused:
        import_statements([good, bad], by=treasurer, on=TODAY)
    assert "Datei „b.csv“, Zeile 3: Nach dem Umsatz von 8.709,28" in str(refused.value).replace("\u00a0", " ")
    assert BankLine.objects.count() == Statement.objects.count() == 0


@pytest.mark.parametrize("names", [("camt053-08.xml", "camt054.xml"), ("camt054.xml", "camt053-08.xml")])
def test_a_notice_explains_the_batch_whichever_comes_first(read_files, names):
    for name in names:
        read_files(name)
    notice = BatchNotice.objects.get()
    assert notice.line == BankLine.objects.get(amount=300)
    assert list(notice.parts.values_list("counterparty", "amount")) == [("Stadt Bonn", 100), ("Stadt Kiel", 200)]
    assert BankLine.objects.count() == 2


def test_a_notice_read_twice_is_kept_once(read_files, treasurer):
    read_files("camt054.xml")
    spaced = (FILES / "camt054.xml").read_bytes() + b"\n"
    report = import_statements([BankFile("noch-einmal.xml", spaced)], by=treasurer, on=TODAY)
    assert (report.record, BatchNotice.objects.count()) == (None, 1)


def test_overlapping_statements_are_said(read_in, association):
    rows = [Row("10.00", "a", on=date(2027, 1, 5)), Row("20.00", "b", on=date(2027, 1, 8))]
    read_in(*rows, number="1")
    report = read_in(
        rows[1], Row("5.00", "c", on=date(2027, 1, 9)), number="2", opening="1010.00", opened_on=date(2027, 1, 6)
    )
    [warning] = report.warnings
    assert warning.startswith("Auszug 2/2027 überschneidet sich mit Auszug 1/2027 vom 06.01.2027 bis 08.01.2027. ")


def test_the_command_reads_every_format(association, capsys, tmp_path):
    call_command("import_statement", str(FILES / "dkb.csv"), str(FILES / "sparkasse.sta"), str(FILES / "camt054.xml"))
    said = capsys.readouterr().out.replace("\u00a0", " ")
    assert "Auszug 6/2027: 3 Umsätze, davon 2 neu. 1.000,00 € → 9.593,38 €, geht auf." in said
    assert "2 Umsätze, davon 2 neu.\n" in said
    assert "1 Sammelaufstellungen." in said
