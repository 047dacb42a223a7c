"""Two browsers at once: one payment is given out once, the cash box is emptied once."""

import threading
from decimal import Decimal

import pytest
from django.db import OperationalError, connections

from apps.core.errors import DomainError
from apps.ledger.domain.accounts import account
from apps.ledger.domain.queries import balance_of
from apps.vouchers.domain.cash import CashVoucher, record_cash
from apps.vouchers.domain.paying import settle_payable
from apps.vouchers.domain.posting import post_voucher
from apps.vouchers.models import Settlement
from tests.factories.files import scan
from tests.factories.vouchers import DAY, fill_cash, make_approved, make_payable, make_payment

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts) -> list[str]:
    start, answers = threading.Barrier(len(acts)), []

    def run(act) -> None:
        try:
            start.wait()
            act()
            answers.append("done")
        except (DomainError, OperationalError) as error:
            answers.append(type(error).__name__)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(answers)


def test_a_payment_is_given_out_once(treasurer, board_member):
    first = make_payable(treasurer, board_member, "100.00")
    second = make_payable(treasurer, board_member, "100.00")
    payment = make_payment("100.00")
    answers = at_once(
        *(
            lambda voucher=voucher: settle_payable(voucher, entry=payment, amount=Decimal(100), by=treasurer, on=DAY)
            for voucher in (first, second)
        )
    )
    assert answers == ["PaymentDoesNotFit", "done"]
    assert Settlement.objects.count() == 1


def test_a_voucher_is_posted_once(treasurer, board_member):
    voucher = make_approved(treasurer, board_member)
    answers = at_once(*[lambda: post_voucher(voucher, on=DAY, by=treasurer)] * 2)
    assert answers == ["WrongState", "done"]
    assert balance_of(account("PAYABLE")) == Decimal(-119)


def test_the_cash_box_is_emptied_once(treasurer):
    fill_cash("10.00")

    def take() -> None:
        record_cash(
            kind="out",
            amount=Decimal(10),
            text="Porto",
            account=account("OFFICE"),
            booked_on=DAY,
            voucher=CashVoucher("quittung.png", scan("Quittung")),
            by=treasurer,
            on=DAY,
        )

    assert at_once(take, take) == ["CashNegative", "done"]
    assert balance_of(account("CASH")) == 0
