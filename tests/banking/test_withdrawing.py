"""A wrong import is taken back whole while nothing rests on it; the database lets nothing else go."""

import json
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from apps.audit.models import JournalEntry
from apps.banking.domain.booking import Part, book_line
from apps.banking.domain.clearing import ignore_line, park_line, reopen_line, unbook_line
from apps.banking.domain.errors import ImportStays, ReasonMissing
from apps.banking.domain.opening import post_opening_balance
from apps.banking.domain.withdrawing import withdraw_import
from apps.banking.models import (
    BankAccount,
    BankLine,
    BatchNotice,
    MatchProposal,
    NoticePart,
    Statement,
    StatementFile,
    StatementImport,
    StatementLine,
)
from apps.documents.models import Document
from apps.ledger.domain.accounts import account
from apps.ledger.domain.periods import close_period
from tests.banking.conftest import TODAY, import_files
from tests.banking.test_across_formats import FILES
from tests.banking.test_pages import upload
from tests.factories.banking import Row, camt_file

pytestmark = pytest.mark.django_db
ROWS = [Row("250.00", "Zuschuss", "Ministerium"), Row("-12.50", "Entgelt", gvc="808")]
BROUGHT = (BankLine, Statement, StatementLine, StatementFile)


def counts() -> list[int]:
    return [model.objects.count() for model in BROUGHT]


@pytest.fixture
def record(association, read_in) -> StatementImport:
    return read_in(*ROWS).record


def withdraw(record: StatementImport, user) -> StatementImport:
    return withdraw_import(record, reason="Auszug eines anderen Vereins", by=user, on=TODAY)


def test_an_import_is_withdrawn_on_its_page_and_its_file_read_in_anew(record, client_for, treasurer, auditor):
    url = reverse("banking:withdraw_import", args=[record.pk])
    assert client_for(auditor).get(url).status_code == 404
    client = client_for(treasurer)
    assert url in client.get(record.get_absolute_url()).content.decode()
    facts = client.get(url).context["facts"]
    assert facts == [("Dateien", "auszug1.xml"), ("Auszüge", "1/2027"), ("Umsätze, die entfallen", "2")]
    assert counts() == [2, 1, 2, 1]
    client.post(url, {"reason": "Auszug eines anderen Vereins"})
    assert counts() == [0, 0, 0, 0]
    assert not MatchProposal.objects.exists()
    page = client.get(record.get_absolute_url()).content.decode()
    assert ("Grund: Auszug eines anderen Vereins" in page, url in page) == (True, False)
    entry = JournalEntry.objects.get(verb="banking.import_withdrawn")
    document = Document.objects.get(origin="banking.statement_file")
    assert json.loads(entry.data) == {
        "files": [f"auszug1.xml ({document.number})"],
        "statements": ["1/2027"],
        "lines": 2,
    }
    assert BankLine.history.filter(history_type="-", text="Zuschuss").count() == 1
    client.post(reverse("banking:upload"), {"files": [upload(camt_file(ROWS), "auszug1.xml")]})
    assert counts() == [2, 1, 2, 1]


def test_what_another_statement_tells_too_stays(record, treasurer):
    both = import_files(treasurer, [camt_file([*ROWS, Row("9.00", "neu", on=date(2027, 1, 16))], number="2")]).record
    assert counts() == [3, 2, 5, 2]
    withdraw(both, treasurer)
    assert sorted(BankLine.objects.values_list("text", flat=True)) == ["Entgelt", "Zuschuss"]
    assert counts() == [2, 1, 2, 1]
    withdraw(record, treasurer)
    assert counts() == [0, 0, 0, 0]


@pytest.mark.parametrize("taken_back", [False, True])
def test_what_is_or_was_booked_stays(record, treasurer, client_for, taken_back):
    line = book_line(
        BankLine.objects.get(text="Zuschuss"),
        parts=[Part(Decimal(250), account=account("GRANT"))],
        by=treasurer,
        on=TODAY,
    )
    if taken_back:
        unbook_line(line, reason="falsch", by=treasurer, on=TODAY)
    with pytest.raises(ImportStays, match=r"Der Umsatz vom 15\.01\.2027 Ministerium ist oder war verbucht"):
        withdraw(record, treasurer)
    page = client_for(treasurer).get(reverse("banking:withdraw_import", args=[record.pk])).content.decode()
    assert ("ist oder war verbucht" in page, "Auszug eines" in page) == (True, False)
    assert counts() == [2, 1, 2, 1]


def test_what_was_parked_stays(record, treasurer):
    line = park_line(BankLine.objects.get(text="Zuschuss"), owner=treasurer, note="?", by=treasurer, on=TODAY)
    reopen_line(line, reason="doch nicht", by=treasurer, on=TODAY)
    with pytest.raises(ImportStays):
        withdraw(record, treasurer)


def test_what_the_opening_balance_or_a_closed_year_rests_on_stays(record, treasurer):
    post_opening_balance(BankAccount.objects.get(), by=treasurer)
    with pytest.raises(ImportStays, match="Der Anfangsbestand von"):
        withdraw(record, treasurer)
    later = import_files(treasurer, [camt_file([Row("1.00", on=date(2027, 1, 18))], number="2", opening="1237.50")]).record  # fmt: skip
    close_period(last_day=date(2027, 1, 31), reason="Januar", by=treasurer, on=TODAY)
    with pytest.raises(ImportStays, match="abgeschlossen"):
        withdraw(later, treasurer)
    assert counts() == [3, 2, 3, 2]


def test_what_another_line_was_left_out_for_stays(record, treasurer):
    again = Row("250.00", "ZUSCHUSS LAND", "Min.", on=date(2027, 1, 18))
    second = import_files(treasurer, [camt_file([again], number="2", opening="1237.50")]).record
    double = BankLine.objects.get(text="ZUSCHUSS LAND")
    ignore_line(double, reason="doppelt", by=treasurer)
    with pytest.raises(ImportStays, match=r"18\.01\.2027 Min\. ist als doppelt ausgelassen"):
        withdraw(record, treasurer)
    reopen_line(double, reason="doch nicht", by=treasurer, on=TODAY)
    withdraw(record, treasurer)
    withdraw(second, treasurer)
    assert counts() == [0, 0, 0, 0]


def test_once_and_with_a_reason(record, treasurer):
    with pytest.raises(ReasonMissing):
        withdraw_import(record, reason=" ", by=treasurer, on=TODAY)
    withdraw(record, treasurer)
    with pytest.raises(ImportStays, match="schon zurückgezogen"):
        withdraw(record, treasurer)


def test_the_parts_of_a_batch_go_with_their_file_and_the_batch_forgets_a_line_that_goes(association, treasurer):
    first, second = (
        import_files(treasurer, [(FILES / name).read_bytes()]).record for name in ("camt053-08.xml", "camt054.xml")
    )
    notice = BatchNotice.objects.get()
    assert (notice.line, NoticePart.objects.count()) == (BankLine.objects.get(amount=300), 2)
    withdraw(first, treasurer)
    notice.refresh_from_db()
    assert notice.line is None
    withdraw(second, treasurer)
    assert (BatchNotice.objects.count(), NoticePart.objects.count()) == (0, 0)


def test_nothing_else_lets_a_line_go(record, treasurer):
    book_line(BankLine.objects.get(text="Zuschuss"), parts=[Part(Decimal(250), account=account("GRANT"))], by=treasurer, on=TODAY)  # fmt: skip
    for sql in (
        "DELETE FROM banking_bankline",
        "DELETE FROM banking_statement",
        "UPDATE banking_bankline SET is_withdrawn = true WHERE entry_id IS NOT NULL",
        "UPDATE banking_statement SET is_withdrawn = true, closing = 1",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    assert counts() == [2, 1, 2, 1]
