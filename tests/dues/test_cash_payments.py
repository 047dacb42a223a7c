"""Dues paid in cash: into the cash book, on the invoice, with a receipt, and back."""

from datetime import date
from decimal import Decimal

import pytest

from apps.core.errors import DomainError
from apps.core.transitions import WrongState
from apps.dues.domain import errors
from apps.dues.domain.cancelling import cancel_invoice
from apps.dues.domain.cash import words
from apps.dues.domain.payments import credit_balance, refund_credit
from apps.dues.models import Allocation, Invoice
from apps.ledger.domain.accounts import account
from apps.ledger.domain.drafts import Line
from apps.ledger.domain.errors import CashNegative, PeriodClosed, UnknownAccount
from apps.ledger.domain.integrity import check_books
from apps.ledger.domain.periods import close_period
from apps.ledger.domain.posting import post_entry
from apps.ledger.domain.queries import balance_of
from apps.ledger.models import Account
from apps.vouchers.domain.cash import count_cash, reverse_cash
from apps.vouchers.domain.errors import AlreadyCounted
from apps.vouchers.models import CashEntry
from tests.dues.test_payments import assert_books_agree
from tests.factories.claims import DAY, empty_page, make_cash_payment, make_write_off
from tests.factories.dues import make_invoices, make_payment

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def bonn() -> Invoice:
    """2.748,36 €."""
    return make_invoices()[0]


def outstanding(invoice: Invoice) -> Decimal:
    return Invoice.objects.with_balance().get(pk=invoice.pk).outstanding


def test_cash_pays_the_invoice_and_stands_in_the_cash_book(bonn):
    allocation = make_cash_payment(bonn, "748.36")
    row = CashEntry.objects.get()
    assert (row.number, row.amount.amount, row.entry, row.booked_on) == (
        "K2027-00001",
        D("748.36"),
        allocation.entry,
        DAY,
    )
    assert [(line.account.key, line.side, str(line.city or "")) for line in row.entry.lines.order_by("pk")] == [
        ("CASH", "debit", ""),
        ("RECEIVABLE_DUES", "credit", "Bonn"),
    ]
    receipt = row.entry.voucher
    assert (str(receipt.title), receipt.city) == ("Quittung K2027-00001", bonn.city)
    assert (allocation.kind, allocation.invoice, allocation.text) == ("payment", bonn, "bar, Quittung K2027-00001")
    assert (outstanding(bonn), balance_of(account("CASH"))) == (D("2000.00"), D("748.36"))
    assert_books_agree(bonn.city)
    assert check_books() == []


@pytest.mark.parametrize(
    ("amount", "given", "error", "field"),
    [
        ("2748.37", {}, errors.AmountNotPossible, "amount"),
        ("0.00", {}, errors.AmountNotPossible, "amount"),
        ("1.00", {"payer": " "}, errors.PayerMissing, "payer"),
        ("1.00", {"booked_on": date(2027, 4, 15)}, WrongState, "booked_on"),
        ("1.00", {"booked_on": date(2027, 3, 1)}, AlreadyCounted, "booked_on"),
        ("1.00", {"booked_on": date(2027, 1, 31)}, AlreadyCounted, "booked_on"),
    ],
)
def test_what_is_refused_is_said_at_its_field_and_changes_nothing(bonn, treasurer, amount, given, error, field):
    count_cash(counted_on=date(2027, 3, 1), pieces={}, witness="Ada", protocol=empty_page, by=treasurer, on=DAY)
    with pytest.raises(error) as refused:
        make_cash_payment(bonn, amount, **given)
    assert refused.value.field == field
    assert not CashEntry.objects.exists()
    assert not Allocation.objects.exists()


def test_not_in_a_closed_period(bonn):
    close_period(last_day=date(2027, 1, 31), reason="Januar", by=None, on=DAY)
    with pytest.raises(PeriodClosed) as refused:
        make_cash_payment(bonn, "1.00", booked_on=date(2027, 1, 31))
    assert refused.value.field == "booked_on"


def test_an_association_without_a_cash_box_takes_no_cash(bonn):
    cash = account("CASH")
    Account.objects.filter(pk=cash.pk).update(valid_until=date(2027, 4, 1))
    with pytest.raises(UnknownAccount):
        make_cash_payment(bonn, "1.00")
    assert make_cash_payment(bonn, "1.00", booked_on=date(2027, 3, 31)).amount.amount == 1


@pytest.mark.parametrize("before", ["paid", "written off"])
def test_nothing_is_taken_for_what_is_not_owed(bonn, before):
    if before == "paid":
        make_payment(bonn, "2748.36")
    else:
        make_write_off(bonn)
    with pytest.raises(errors.NothingOwed):
        make_cash_payment(bonn, "1.00")


def test_a_reversed_line_of_the_cash_book_opens_the_invoice_again(bonn):
    make_cash_payment(bonn, "2748.36")
    row = CashEntry.objects.get()
    back = reverse_cash(row, reason="Falschgeld", by=None, on=DAY)
    assert (outstanding(bonn), balance_of(account("CASH"))) == (D("2748.36"), D(0))
    released = Allocation.objects.get(releases__isnull=False)
    assert (released.entry, released.text) == (back.entry, "Falschgeld")
    assert_books_agree(bonn.city)
    with pytest.raises(WrongState):
        reverse_cash(row, reason="noch einmal", by=None, on=DAY)


def test_after_a_cancellation_the_credit_sinks_with_the_cash(bonn):
    make_cash_payment(bonn, "748.36")
    row = CashEntry.objects.get()
    back = "Bitte lassen Sie sich die Quittung zurückgeben."
    assert shown(row) == [f"Auf Rechnung {bonn.number} sind 748,36 € wieder offen. {back}"]
    cancel_invoice(bonn, reason="Irrtum", by=None, on=DAY)
    assert (credit_balance(bonn.city), shown(row)) == (
        D("748.36"),
        [f"Das Guthaben von Bonn sinkt um 748,36 €. {back}"],
    )
    reverse_cash(row, reason="Falschgeld", by=None, on=DAY)
    assert credit_balance(bonn.city) == 0


def shown(row: CashEntry) -> list[str]:
    return [sentence.replace("\xa0", " ") for sentence in words(row)]


def test_what_the_bank_brought_as_well_stays_when_the_cash_goes_back(bonn):
    """Bonn paid by bank too and got the surplus back."""
    make_cash_payment(bonn, "748.36")
    make_payment(bonn, "2748.36", on=DAY)
    lines = (Line("RECEIVABLE_DUES", debit=D("748.36"), city=bonn.city), Line("BANK", credit=D("748.36")))
    entry = post_entry(on=DAY, text="Erstattung", lines=lines, source="test.case", reference="E", by=None)
    refund_credit(bonn.city, amount=D("748.36"), entry=entry, by=None, on=DAY)
    make_payment(bonn, "1.00", on=DAY)
    assert credit_balance(bonn.city) == 1
    reverse_cash(CashEntry.objects.get(), reason="Irrtum", by=None, on=DAY)
    assert outstanding(bonn) == D("747.36")
    assert_books_agree(bonn.city)


def test_a_reversal_that_is_refused_leaves_the_invoice_paid(bonn):
    """Without a reason, or with money spent since: neither the cash book nor the invoice moves."""
    make_cash_payment(bonn, "10.00")
    row = CashEntry.objects.get()
    with pytest.raises(DomainError):
        reverse_cash(row, reason=" ", by=None, on=DAY)
    spent = [Line("OFFICE", debit=D(1)), Line("CASH", credit=D(1))]
    post_entry(on=DAY, text="Porto", lines=spent, source="test.case", reference="P", by=None)
    with pytest.raises(CashNegative):
        reverse_cash(row, reason="Irrtum", by=None, on=DAY)
    assert (outstanding(bonn), CashEntry.objects.count()) == (D("2738.36"), 1)
