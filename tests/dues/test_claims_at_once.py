"""Two treasurers and one claim: it is written off, paid or taken back once, and the other one is told."""

from decimal import Decimal

import pytest
from django.db import connection

from apps.dues.domain.payments import with_balance
from apps.dues.domain.queries import wrong_balances
from apps.dues.domain.writing_off import take_back_write_off
from apps.dues.models import Invoice, WriteOff
from apps.ledger.domain.accounts import account
from apps.ledger.domain.queries import balance_of
from apps.vouchers.domain.cash import reverse_cash
from apps.vouchers.models import CashEntry
from tests.factories.claims import DAY, make_cash_payment, make_write_off
from tests.factories.dues import make_invoices
from tests.vouchers.test_concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def is_told(answers: list[str], refusal: str) -> bool:
    """One wins; the other is refused in words. SQLite may give up waiting instead."""
    locked = connection.vendor == "sqlite" and answers == ["OperationalError", "done"]
    return answers == [refusal, "done"] or locked


D = Decimal


@pytest.fixture
def bonn() -> Invoice:
    return make_invoices(("Bonn", 323_336))[0]


def test_a_claim_is_written_off_once(bonn):
    assert is_told(at_once(*[lambda: make_write_off(bonn, "2748.36")] * 2), "NothingOwed")
    assert balance_of(account("BAD_DEBT")) == D("2748.36")
    assert [row.number for row in WriteOff.objects.all()] == ["AB-2027-0001"]


def test_an_invoice_is_paid_in_cash_or_written_off_but_not_both(bonn):
    answers = at_once(lambda: make_write_off(bonn, "2748.36"), lambda: make_cash_payment(bonn, "2748.36"))
    assert is_told(answers, "NothingOwed")
    assert WriteOff.objects.count() + CashEntry.objects.count() == 1
    assert (with_balance(bonn).outstanding, wrong_balances()) == (0, [])


def test_cash_is_taken_once(bonn):
    answers = at_once(*[lambda: make_cash_payment(bonn, "2748.36")] * 2)
    assert is_told(answers, "NothingOwed")
    assert balance_of(account("CASH")) == D("2748.36")


def test_a_write_off_is_taken_back_once(bonn):
    row = make_write_off(bonn)
    answers = at_once(*[lambda: take_back_write_off(row, reason="zahlt", by=None, on=DAY)] * 2)
    assert is_told(answers, "AlreadyReleased")
    assert (with_balance(bonn).outstanding, balance_of(account("BAD_DEBT"))) == (D("2748.36"), 0)


def test_cash_goes_back_once_while_more_comes_in(bonn):
    make_cash_payment(bonn, "100.00")
    row = CashEntry.objects.get()
    answers = at_once(
        lambda: reverse_cash(row, reason="Irrtum", by=None, on=DAY),
        lambda: reverse_cash(row, reason="Irrtum", by=None, on=DAY),
        lambda: make_cash_payment(bonn, "50.00"),
    )
    taken = CashEntry.objects.filter(kind="in").count() - 1
    assert answers.count("done") == 1 + taken
    assert with_balance(bonn).allocated == balance_of(account("CASH")) == 50 * taken
