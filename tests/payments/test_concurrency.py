"""Two people at the same money at once: one wins, the other is told, nothing is ordered twice."""

from decimal import Decimal

import pytest

from apps.accounts.roles import Role
from apps.banking.domain.booking import Part, book_line
from apps.banking.models import ExpectedPayment
from apps.core.errors import DomainError
from apps.dues.domain.payments import apply_credit, credit_balance
from apps.payments.domain.releasing import discard_run, release_run
from apps.payments.domain.transfers import order_payables, order_refund
from apps.payments.enums import RunState
from apps.payments.models import PaymentOrder, PaymentRun
from apps.vouchers.domain.cash import pay_voucher_in_cash
from apps.vouchers.models import CashEntry
from tests.banking.test_concurrency import at_once
from tests.factories.banking import Row
from tests.factories.vouchers import fill_cash, make_payable
from tests.payments.conftest import BONN, TODAY, outstanding

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_people_release_a_run_and_one_file_is_made(mandates, draft, board_member, user_with):
    run, other = draft(), user_with(Role.BOARD)
    answers = at_once(
        lambda: release_run(run, by=board_member, on=TODAY),
        lambda: release_run(run, by=other, on=TODAY),
    )
    assert sum(isinstance(each, PaymentRun) for each in answers) == 1
    assert ExpectedPayment.objects.count() == 2


def test_a_run_released_by_one_and_discarded_by_the_other_is_only_one_of_both(mandates, draft, treasurer, board_member):
    run = draft()
    answers = at_once(
        lambda: release_run(run, by=board_member, on=TODAY),
        lambda: discard_run(run, by=treasurer),
    )
    assert sum(isinstance(each, PaymentRun) for each in answers) == 1
    run.refresh_from_db()
    assert ExpectedPayment.objects.exists() == (run.state == RunState.RELEASED)


def test_two_treasurers_draft_a_collection_and_each_invoice_is_in_it_once(mandates, draft):
    answers = at_once(draft, draft)
    assert sorted(isinstance(each, PaymentRun) for each in answers) == [False, True]
    assert PaymentOrder.objects.count() == 2


def test_two_treasurers_order_the_same_invoice_once(bank, treasurer, board_member):
    payable = make_payable(treasurer, board_member)
    answers = at_once(*[lambda: order_payables([payable], by=treasurer)] * 2)
    assert not [each for each in answers if isinstance(each, DomainError)]
    assert PaymentOrder.objects.get().voucher == payable


def test_an_invoice_is_paid_in_cash_or_ordered_but_not_both(bank, treasurer, board_member):
    payable = make_payable(treasurer, board_member)
    fill_cash("200.00")
    at_once(
        lambda: order_payables([payable], by=treasurer),
        lambda: pay_voucher_in_cash(payable, booked_on=TODAY, by=treasurer, on=TODAY),
    )
    assert PaymentOrder.objects.count() + CashEntry.objects.count() == 1


def test_an_invoice_paid_while_its_run_is_released_is_not_collected(
    mandates, draft, invoices, read_in, treasurer, board_member
):
    run = draft()
    line = read_in(Row("2748.36", "bar"))
    parts = [Part(Decimal("2748.36"), invoice=invoices[0])]
    at_once(
        lambda: release_run(run, by=board_member, on=TODAY),
        lambda: book_line(line, parts=parts, by=treasurer, on=TODAY),
    )
    run.refresh_from_db()
    line.refresh_from_db()
    assert line.entry is not None or run.state == RunState.RELEASED
    if run.state == RunState.DRAFT:
        assert (outstanding(invoices[0]), ExpectedPayment.objects.count()) == (0, 0)


def test_credit_is_set_off_or_ordered_back_but_not_both(bank, invoices, read_in, treasurer):
    city = invoices[0].city
    book_line(
        read_in(Row("100.00", "zu viel", name="Stadt Bonn", iban=BONN)),
        parts=[Part(Decimal(100), city=city)],
        by=treasurer,
        on=TODAY,
    )
    answers = at_once(
        lambda: order_refund(city, amount=Decimal(100), name="Stadtkasse Bonn", iban=BONN, by=treasurer, on=TODAY),
        lambda: apply_credit(invoices[0], amount=Decimal(100), reason="Schreiben", by=treasurer, on=TODAY),
    )
    assert sum(isinstance(each, DomainError) for each in answers) == 1
    used = 100 - credit_balance(city)
    assert used + sum(order.amount.amount for order in PaymentOrder.objects.standing()) == 100
