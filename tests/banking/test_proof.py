"""Every day is proven: opening + lines = closing, the bank's word, and the books."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from apps.banking.domain.booking import Part, book_line
from apps.banking.domain.clearing import ignore_line, park_line
from apps.banking.domain.opening import post_opening_balance
from apps.banking.domain.proof import prove_account
from apps.banking.models import BankAccount, BankLine
from apps.ledger.domain.accounts import account
from apps.ledger.domain.drafts import Line
from apps.ledger.domain.posting import post_entry
from tests.banking.conftest import TODAY, import_files
from tests.factories.banking import Row, camt_file
from tests.pdf.positions import place_of

pytestmark = pytest.mark.django_db
ROWS = [
    Row("100.00", "eins", "Bonn", on=date(2027, 1, 5)),
    Row("-30.00", "zwei", "Haus", on=date(2027, 1, 5)),
    Row("-20.00", "drei", "Haus", on=date(2027, 1, 8)),
]


def figures(proof):
    return [
        (
            day.on.day,
            str(day.opening),
            day.count,
            str(day.closing),
            f"{day.books:.2f}",
            f"{day.waiting:.2f}",
            day.is_proven,
        )
        for day in proof.days
    ]


@pytest.fixture
def bank(association, read_in) -> BankAccount:
    read_in(*ROWS)
    return BankAccount.objects.get()


def test_unbooked_lines_explain_the_difference_day_by_day(bank, treasurer, django_assert_max_num_queries):
    bank = post_opening_balance(bank, by=treasurer)
    line = BankLine.objects.get(text="zwei")
    book_line(line, parts=[Part(Decimal(30), account=account("ROOM"))], by=treasurer, on=TODAY)
    with django_assert_max_num_queries(10):
        proof = prove_account(bank)
    assert figures(proof) == [
        (5, "1000.00", 2, "1070.00", "970.00", "100.00", True),
        (8, "1070.00", 1, "1050.00", "970.00", "80.00", True),
    ]
    assert proof.is_proven


def test_a_movement_left_out_as_double_though_the_bank_counts_it_breaks_the_proof(association, read_in, treasurer):
    read_in(*ROWS)
    read_in(Row("-20.00", "vier", "Haus", on=date(2027, 1, 9)), number="2", opening="1050.00")
    bank = post_opening_balance(BankAccount.objects.get(), by=treasurer)
    ignore_line(BankLine.objects.get(text="vier"), reason="doppelt", by=treasurer)
    proof = prove_account(bank)
    assert [(day.on.day, day.gap) for day in proof.days] == [(5, 0), (8, 0), (9, Decimal("-20.00"))]
    assert (proof.faults, proof.is_proven) == (1, False)


def test_a_line_told_twice_and_left_out_counts_once(bank, treasurer):
    bank = post_opening_balance(bank, by=treasurer)
    twice = BankLine.objects.get(text="drei")
    copy = BankLine.objects.create(
        bank_account=bank, fingerprint="x", amount=twice.amount, booked_on=twice.booked_on, valued_on=twice.valued_on
    )
    assert prove_account(bank).faults == 1
    ignore_line(copy, reason="doppelt", by=treasurer)
    assert prove_account(bank).is_proven


def test_a_parked_line_is_in_the_books_from_its_day(bank, treasurer):
    bank = post_opening_balance(bank, by=treasurer)
    park_line(BankLine.objects.get(text="eins"), owner=treasurer, note="fragen", by=treasurer, on=TODAY)
    assert figures(prove_account(bank))[0] == (5, "1000.00", 2, "1070.00", "1100.00", "-30.00", True)


def test_an_entry_the_bank_knows_nothing_of_is_a_difference(bank, treasurer):
    bank = post_opening_balance(bank, by=treasurer)
    lines = [Line("ROOM", debit=Decimal(5)), Line("BANK", credit=Decimal(5))]
    post_entry(on=date(2027, 1, 7), text="Irrtum", lines=lines, source="banking.opening", reference="x", by=treasurer)
    proof = prove_account(bank)
    assert [(day.on.day, f"{day.difference:.2f}") for day in proof.days] == [(5, "0.00"), (8, "5.00")]
    assert (proof.faults, proof.is_proven) == (1, False)


def test_an_opening_balance_posted_by_hand_counts_as_posted(bank, treasurer):
    assert str(prove_account(bank).days[0].unbooked_opening) == "1000.00"
    lines = [Line("BANK", debit=Decimal(1000)), Line("RESULT_CARRY", credit=Decimal(1000))]
    post_entry(on=date(2027, 1, 1), text="Eröffnung", lines=lines, source="other", reference="x", by=treasurer)
    proof = prove_account(bank)
    assert [(f"{day.unbooked_opening:.2f}", day.is_proven) for day in proof.days] == [("0.00", True)] * 2


def test_a_gap_between_statements_is_said_with_its_amount(bank, read_in):
    read_in(Row("7.00", "vier", on=date(2027, 1, 15)), number="3", opening="1045.00")
    proof = prove_account(bank)
    assert str(proof.days[-1].gap) == "-5.00"
    assert [warning[:57] for warning in proof.warnings] == ["Auszug 3/2027 beginnt mit 1.045,00 €, Auszug 1/2027 endet"]
    assert not proof.is_proven


def test_lines_on_no_statement_with_balances_are_listed(bank, treasurer):
    report = camt_file([Row("3.00", "fünf", on=date(2027, 1, 9))]).replace(b"camt.053", b"camt.052")
    report = report.replace(b"BkToCstmrStmt", b"BkToCstmrAcctRpt").replace(b"Stmt>", b"Rpt>")
    import_files(treasurer, [report])
    proof = prove_account(bank)
    assert [line.text for line in proof.unproven] == ["fünf"]
    assert not proof.is_proven


def test_page_and_pdf_show_the_year_asked_for(bank, client, treasurer, read_in):
    read_in(Row("1.00", on=date(2028, 1, 4)), number="1", opening="1050.00")
    client.force_login(treasurer)
    page = client.get(reverse("banking:proof", args=[bank.pk]) + "?jahr=2027").content.decode()
    assert "08.01.2027" in page
    assert "04.01.2028" not in page
    pdf = client.get(reverse("banking:proof_pdf", args=[bank.pk]) + "?jahr=2028")
    assert place_of(pdf.content, "stimmt,").left > place_of(pdf.content, "Bücher").right + 3
    assert "saldennachweis-2028" in pdf["Content-Disposition"]


def test_an_account_without_statements_says_so(association, client, treasurer):
    other = BankAccount.objects.create(name="Sparbuch", iban="DE02120300000000202051", account=account("CASH"))
    client.force_login(treasurer)
    assert "Noch kein Auszug mit Salden" in client.get(reverse("banking:proof", args=[other.pk])).content.decode()
