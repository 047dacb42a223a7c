from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from apps.audit.models import JournalEntry
from apps.banking.domain.errors import NoBankAccount, StatementRefused
from apps.banking.domain.importing import BankFile, import_statements
from apps.banking.models import BankAccount, BankLine, Statement, StatementFile, StatementImport, StatementLine
from apps.core.money import euros
from apps.documents.models import Document
from tests.banking.conftest import TODAY, import_files
from tests.factories.banking import OUR_IBAN, Row, camt, camt_file, statement_xml, zipped

pytestmark = pytest.mark.django_db
JAN = Row("100.00", "eins", "Bonn", on=date(2027, 1, 10))
LATE = Row("50.00", "zwei", "Kiel", on=date(2027, 1, 20))
FEB = Row("-7.90", "Entgelt", on=date(2027, 2, 1), gvc="808")


def counts() -> tuple[int, ...]:
    models = (StatementImport, StatementFile, Statement, BankLine, StatementLine, Document, BankAccount, JournalEntry)
    return tuple(model.objects.count() for model in models)


def test_a_statement_is_kept_with_every_line_and_its_file(association, read_in, treasurer):
    report = read_in(JAN, LATE, Row("9.00", status="PDNG"))

    statement = Statement.objects.get()
    assert (statement.opening, statement.closing) == (euros(1000), euros(1150))
    assert (statement.opened_on, statement.closed_on) == (date(2027, 1, 10), date(2027, 1, 20))
    assert (report.new_lines, report.known_lines, report.pending) == (2, 0, 1)
    assert list(BankLine.objects.order_by("booked_on").values_list("amount", "counterparty", "text")) == [
        (Decimal("100.00"), "Bonn", "eins"),
        (Decimal("50.00"), "Kiel", "zwei"),
    ]
    assert statement.bank_account.iban == OUR_IBAN
    assert statement.file.document.access == "treasury"
    assert BankLine.history.count() == 2
    assert JournalEntry.objects.filter(verb="banking.statements_imported", actor_id=treasurer.pk).count() == 1


def test_the_same_file_again_adds_nothing(association, read_in):
    read_in(JAN, LATE)
    before = counts()
    report = read_in(JAN, LATE)
    assert counts() == before
    assert (report.record, report.known_files) == (None, ["auszug1.xml"])


def test_the_same_statement_in_another_file_or_version_adds_nothing(association, read_in, treasurer):
    read_in(JAN, LATE, version="08")
    before = counts()
    report = read_in(JAN, LATE, version="02")
    assert counts() == before
    assert report.known_statements == ["1/2027"]
    import_files(treasurer, [zipped(a__xml=camt_file([JAN, LATE]))], suffix="zip")
    assert counts() == before


def test_an_overlapping_statement_brings_only_its_new_lines(association, read_in):
    read_in(JAN, number="1", closed_on=date(2027, 1, 15))
    report = read_in(JAN, LATE, number="9")
    assert (report.new_lines, report.known_lines) == (1, 1)
    assert BankLine.objects.count() == 2
    assert Statement.objects.get(number="9").positions.count() == 2


def test_equal_payments_of_one_day_are_all_kept(association, read_in, treasurer):
    read_in(JAN, JAN, number="1")
    read_in(JAN, number="2", opening="1200.00")
    assert BankLine.objects.count() == 3
    report = read_in(JAN, JAN, JAN, number="30", opened_on=date(2027, 1, 1))
    assert (report.new_lines, report.known_lines) == (0, 3)


def test_a_statement_with_other_content_under_its_number_is_refused(association, read_in):
    read_in(JAN)
    before = counts()
    with pytest.raises(StatementRefused, match="schon mit anderem Inhalt eingelesen"):
        read_in(Row("101.00", on=JAN.on))
    assert counts() == before


def test_one_bad_file_refuses_all(association, treasurer):
    before = counts()
    with pytest.raises(StatementRefused) as refused:
        import_files(treasurer, [camt_file([JAN]), camt_file([LATE], number="2")[:-60]])
    assert str(refused.value).startswith("Datei „auszug2.xml“, Zeile ")
    assert "unvollständig oder beschädigt" in str(refused.value)
    assert counts() == before


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Datei „a.xml“: Die Datei ist leer."),
        (b"%PDF-1.7", "sondern eine andere Datei (PDF)"),
        (camt_file([JAN]).replace(b"camt.053", b"pain.001"), "sondern ein Zahlungsauftrag"),
        (b"<rss/>", "Das ist kein Kontoauszug (gefunden: „rss“)."),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "verbotene Anweisungen"),
        (camt_file([JAN], iban="DE02120300000000202051"), "Das ist kein Konto von uns."),
        (camt_file([JAN], closing="5.00"), "Auszug 1 geht nicht auf: Anfangssaldo 1.000,00"),
        (camt_file([JAN], currency="CHF"), "Die Währung ist „CHF“."),
        (camt_file([JAN]).replace(b">100.00<", b">1e9<"), "Die Angabe „Betrag (Amt)“ ist nicht lesbar: „1e9“."),
        (camt_file([JAN]).replace(b"CLBD", b"XXXX"), "Die Angabe „Endsaldo (CLBD)“ fehlt."),
    ],
)
def test_a_refusal_says_in_german_what_is_wrong_and_changes_nothing(association, treasurer, content, sentence):
    before = counts()
    with pytest.raises(StatementRefused) as refused:
        import_statements([BankFile("a.xml", content)], by=treasurer, on=TODAY)
    assert sentence in str(refused.value)
    assert refused.value.field == "files"
    assert counts() == before


def test_without_an_account_of_ours_nothing_is_read(db, treasurer):
    with pytest.raises(NoBankAccount):
        import_files(treasurer, [camt_file([JAN])])


def test_gaps_between_statements_are_named(association, treasurer):
    first = statement_xml([JAN], number="1")
    third = statement_xml([FEB], number="3", opening="1100.00")
    late = statement_xml([Row("1.00", on=date(2027, 3, 1))], number="4", opening="2000.00")
    report = import_files(treasurer, [camt(first, third, late)])
    assert report.warnings == [
        "Zwischen Auszug 1/2027 und 3/2027 fehlt der Nummer nach ein Auszug.",
        (
            "Auszug 4/2027 beginnt mit 2.000,00 €, Auszug 3/2027 endet mit 1.092,10 €. "
            "Dazwischen fehlt vermutlich ein Auszug."
        ),
    ]
    assert StatementImport.objects.get().warnings == report.warnings


def test_what_the_bank_wrote_can_not_be_changed(association, read_in):
    read_in(JAN)
    for statement in (
        "UPDATE banking_bankline SET amount = 1",
        "DELETE FROM banking_bankline",
        "UPDATE banking_statement SET closing = 1",
        "DELETE FROM banking_statementline",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_reading_many_lines_takes_as_many_queries_as_few(association, treasurer, django_assert_max_num_queries):
    rows = [Row("1.00", f"Zahlung {number}", on=date(2027, 1, 5)) for number in range(200)]
    with django_assert_max_num_queries(100):
        import_files(treasurer, [camt_file(rows)])
