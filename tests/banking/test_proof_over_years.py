"""Of the years before, the proof only carries forward: the balance of the bank, that of the books, and what waits."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.banking.domain.booking import Part, book_line
from apps.banking.domain.clearing import park_line
from apps.banking.domain.opening import post_opening_balance
from apps.banking.domain.proof import prove_account
from apps.banking.models import BankAccount, BankLine
from apps.ledger.domain.accounts import account
from apps.ledger.domain.periods import close_period
from tests.banking.test_proof import figures
from tests.factories.banking import Row

pytestmark = pytest.mark.django_db
TODAY = date(2027, 3, 1)


def book(text: str, by: object, key: str = "ROOM") -> None:
    line = BankLine.objects.get(text=text)
    book_line(line, parts=[Part(abs(line.amount.amount), account=account(key))], by=by, on=TODAY)


@pytest.fixture
def bank(association, read_in, treasurer) -> BankAccount:
    """»eins« came in 2026 and was booked in 2027, as 2026 was closed; »zwei« was booked at once, »drei« is still open, »vier« parked."""
    read_in(
        Row("-100.00", "eins", on=date(2026, 12, 30)),
        Row("-30.00", "zwei", on=date(2026, 12, 31)),
        Row("-7.00", "drei", on=date(2026, 12, 31)),
        number="12",
    )
    read_in(
        Row("-50.00", "vier", on=date(2027, 2, 1)),
        Row("-1.00", "fünf", on=date(2027, 3, 5)),
        number="1",
        opening="863.00",
    )
    bank = post_opening_balance(BankAccount.objects.get(), by=treasurer)
    book("zwei", treasurer)
    close_period(last_day=date(2026, 12, 31), reason="2026", by=treasurer, on=TODAY)
    book("eins", treasurer)
    park_line(BankLine.objects.get(text="vier"), owner=treasurer, note="fragen", by=treasurer, on=TODAY)
    return bank


def test_a_year_begins_with_what_the_one_before_left(bank):
    assert figures(prove_account(bank, 2026)) == [
        (30, "1000.00", 1, "900.00", "1000.00", "-100.00", True),
        (31, "900.00", 2, "863.00", "970.00", "-107.00", True),
    ]
    proof = prove_account(bank, 2027)
    assert figures(proof) == [
        (1, "863.00", 1, "813.00", "920.00", "-107.00", True),
        (5, "813.00", 1, "812.00", "820.00", "-8.00", True),
    ]
    assert (proof.years, proof.is_proven) == ([2026, 2027], True)


def test_a_statement_over_the_turn_of_the_year_carries_its_lines(association, read_in):
    read_in(Row("-10.00", on=date(2026, 12, 30)), Row("-1.00", on=date(2027, 1, 4)), Row("-2.00", on=date(2027, 1, 5)))
    bank = BankAccount.objects.get()
    before, after = (prove_account(bank, year) for year in (2026, 2027))
    assert [(day.on.day, str(day.opening), day.said) for day in before.days] == [(30, "1000.00", None)]
    assert [(day.on.day, str(day.opening), day.said) for day in after.days] == [
        (4, "990.00", None),
        (5, "989.00", Decimal("987.00")),
    ]


def test_a_gap_at_the_turn_of_the_year_is_said_in_both_years(bank, read_in):
    read_in(Row("5.00", on=date(2028, 1, 4)), number="1", opening="800.00")
    read_in(Row("5.00", on=date(2029, 1, 4)), number="1", opening="805.00")
    warnings = [list(prove_account(bank, year).warnings) for year in (2026, 2027, 2028, 2029)]
    assert [len(each) for each in warnings] == [0, 1, 1, 0]
    assert warnings[1] == warnings[2]
    assert str(prove_account(bank, 2028).days[0].gap) == "-12.00"


def test_the_proof_of_a_year_asks_as_much_after_ten_years_as_after_two(bank, read_in):
    asked = []
    for year in (2028, 2038):
        for each in range(2028, year + 1):
            read_in(Row("1.00", on=date(each, 1, 4)), number="1", opening=str(812 + each - 2028))
        with CaptureQueriesContext(connection) as queries:
            proof = prove_account(bank, year)
        assert len(proof.days) == 1
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 11
