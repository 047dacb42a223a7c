"""What auditors read about bank and cash is what the proof of balances and the checklist of the closing say."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from apps.accounts.roles import Role
from apps.banking.domain.booking import Part, book_line
from apps.banking.domain.importing import BankFile, import_statements
from apps.banking.domain.opening import post_opening_balance
from apps.banking.models import BankAccount, BankLine
from apps.closing.domain.books import Books
from apps.closing.domain.checks import checklist
from apps.closing.enums import Level
from apps.examination.domain.examining import appoint_auditors
from apps.examination.domain.proofs import bank_proofs, cash_proofs
from apps.ledger.domain.accounts import account
from tests.factories.banking import Row, camt_file
from tests.factories.closing import count_cash_on, credit, debit, post
from tests.factories.dues import make_association
from tests.factories.resolutions import make_decided

pytestmark = pytest.mark.django_db
YEAR, TODAY = 2027, date(2028, 2, 1)
WITHOUT_BALANCES = Path(__file__).parents[1] / "banking" / "statements" / "ing-ohne-saldo.csv"


@pytest.fixture
def read_in(treasurer: Any):
    make_association()

    def run(*rows: Row, **options: Any) -> None:
        import_statements([BankFile("auszug.xml", camt_file(rows, **options))], by=treasurer, on=TODAY)

    return run


def book_all(by: Any) -> None:
    post_opening_balance(BankAccount.objects.get(), by=by)
    for line in BankLine.objects.filter(entry=None):
        book_line(line, parts=[Part(abs(line.amount.amount), account=account("ROOM"))], by=by, on=TODAY)


def told() -> list[tuple]:
    return [(proof.expected, proof.found, proof.holds) for proof in bank_proofs(YEAR)]


def checked() -> Level:
    [level] = [check.level for check in checklist(Books(YEAR)) if "Bank und Bücher" in str(check.title)]
    return level


def test_a_year_is_proven_when_a_statement_reaches_its_last_day(read_in, treasurer) -> None:
    read_in(Row("-100.00", "eins", on=date(YEAR, 11, 20)))
    book_all(treasurer)
    assert told() == [(0, 0, True), (0, 0, True), (0, 0, True), (None, Decimal(900), False)]
    assert bank_proofs(YEAR)[-1].note == "Ein Auszug, der bis zum 31.12.2027 reicht, fehlt."
    read_in(Row("-30.00", "zwei", on=date(YEAR + 1, 1, 3)), number="2", opening="900.00")
    assert told() == [(0, 0, True), (0, 0, True), (0, 0, True), (Decimal(900), Decimal(900), True)]


def test_a_gap_at_the_turn_of_the_year_is_seen(read_in, treasurer) -> None:
    read_in(Row("-100.00", "eins", on=date(YEAR - 1, 12, 20)))
    read_in(Row("-30.00", "zwei", on=date(YEAR, 12, 31)), number="2", opening="800.00")
    book_all(treasurer)
    gaps, days, _without, last = bank_proofs(YEAR)
    assert (gaps.found, gaps.holds, days.holds) == (1, False, False)
    assert "Dazwischen fehlt vermutlich ein Auszug." in gaps.note
    assert (last.expected, last.found, last.holds) == (Decimal(770), Decimal(870), False)


def test_a_statement_that_begins_on_the_day_the_one_before_ended_counts_that_day_once(read_in, treasurer) -> None:
    """Banks date the opening balance with the day of the last closing."""
    read_in(Row("-100.00", "eins", on=date(YEAR, 12, 30)))
    read_in(Row("-30.00", "zwei", on=date(YEAR + 1, 1, 4)), number="2", opening="900.00", opened_on=date(YEAR, 12, 30))
    book_all(treasurer)
    assert (told()[-1], checked()) == ((Decimal(900), Decimal(900), True), Level.OK)


def test_the_same_statement_in_a_second_format_is_no_gap(read_in, treasurer) -> None:
    rows = [Row("-100.00", "eins", on=date(YEAR, 12, 30)), Row("-1.00", "zwei", on=date(YEAR, 12, 31))]
    read_in(*rows)
    read_in(*rows, version="08", number="9")
    book_all(treasurer)
    assert {holds for _expected, _found, holds in told()} == {True}


def test_a_file_without_balances_breaks_no_page_and_is_told(read_in, treasurer) -> None:
    read_in(Row("-100.00", "eins", on=date(YEAR, 1, 4)))
    import_statements([BankFile("ing.csv", WITHOUT_BALANCES.read_bytes())], by=treasurer, on=TODAY)
    book_all(treasurer)
    assert [proof.found for proof in bank_proofs(YEAR)[:3]] == [0, 0, 1]
    assert (told()[-1][0], checked()) == (None, Level.WARNING)
    read_in(Row("5.00", "später", on=date(YEAR + 1, 1, 3)), number="2", opening="900.00")
    assert checked() == Level.BLOCKER


def test_an_account_known_only_from_files_without_balances_is_not_passed_over(read_in, treasurer) -> None:
    import_statements([BankFile("ing.csv", WITHOUT_BALANCES.read_bytes())], by=treasurer, on=TODAY)
    lines = BankLine.objects.filter(booked_on__year=YEAR).count()
    assert lines > 0
    [loose] = bank_proofs(YEAR)
    assert (loose.found, loose.holds) == (lines, False)
    assert "Umsätze aus Dateien ohne Salden" in loose.label


@pytest.mark.parametrize(
    ("begun", "level"), [(date(YEAR + 1, 1, 3), Level.BLOCKER), (date(YEAR + 1, 1, 20), Level.WARNING)]
)
def test_the_first_statement_says_nothing_about_a_year_that_ended_long_before(read_in, treasurer, begun, level) -> None:
    """The books hold 50.00 € at the bank, the first statement begins with 1,000.00 €: in January that must be explained."""
    read_in(Row("-100.00", "eins", on=begun))
    post(date(YEAR, 8, 1), debit("BANK", "50.00"), credit("RESULT_CARRY", "50.00"))
    assert checked() == level
    post(date(YEAR, 12, 1), debit("BANK", "950.00"), credit("RESULT_CARRY", "950.00"))
    assert checked() == Level.OK


def test_cash_is_proven_by_a_count(treasurer) -> None:
    make_association()
    assert cash_proofs(YEAR) == []
    post(date(YEAR, 8, 1), debit("CASH", "50.00"), credit("RESULT_CARRY", "50.00"))
    [uncounted] = cash_proofs(YEAR)
    assert (uncounted.expected, uncounted.found, uncounted.holds) == (None, Decimal(50), False)
    count_cash_on(date(YEAR, 12, 31), by=treasurer)
    [counted] = cash_proofs(YEAR)
    assert (counted.expected, counted.found, counted.holds) == (Decimal(50), Decimal(50), True)


def test_the_workspace_shows_what_is_not_proven(read_in, treasurer, client_for, user_with) -> None:
    auditors = [user_with(Role.AUDITOR, last_name=name) for name in ("Lorenz", "Berg")]
    read_in(Row("-100.00", "eins", on=date(YEAR, 11, 20)))
    examination = appoint_auditors(
        YEAR, [(user, None) for user in auditors], resolution=make_decided(kind="election"), by=None, on=TODAY
    )
    page = client_for(auditors[0]).get(examination.get_absolute_url()).content.decode()
    assert "Ein Auszug, der bis zum 31.12.2027 reicht, fehlt." in page
