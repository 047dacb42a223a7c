"""Open items at the end of a year: as they stood that day, whatever happened since."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from apps.accounts.models import User
from apps.closing.domain.closing import guard_unchanged
from apps.closing.domain.errors import FiguresChanged
from apps.closing.domain.statement import build_statement
from apps.closing.models import AnnualAccounts
from apps.closing.prints import StatementPrint, open_item_rows
from apps.dues.domain.cancelling import cancel_invoice
from apps.dues.domain.payments import release_allocation
from apps.dues.domain.queries import receivables_by_age
from apps.dues.models import Invoice
from apps.ledger.domain.posting import reverse_entry
from apps.vouchers.domain.paying import return_payment, settle_payable
from apps.vouchers.domain.posting import reverse_voucher
from tests.factories.closing import (
    NEXT,
    YEAR,
    credit,
    debit,
    make_accounts,
    make_books,
    post,
)
from tests.factories.dues import make_association, make_invoices, make_payment
from tests.factories.organisation import make_profile
from tests.factories.vouchers import make_payable
from tests.factories.vouchers import make_payment as make_creditor_payment

pytestmark = pytest.mark.django_db
ClientFor = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _in_the_next_year():
    with time_machine.travel(NEXT, tick=False):
        yield


@pytest.fixture
def books() -> None:
    make_profile()
    make_books()


def url(name: str) -> str:
    return f"/abschluss/{YEAR}/{name}"


@pytest.mark.usefixtures("books")
def test_a_bill_on_two_accounts_is_one_open_item():
    post(date(YEAR, 9, 1), debit("ROOM", "70.00"), debit("PRINT", "30.00"), credit("PAYABLE", "100.00"), text="Saal")
    accounts = make_accounts()
    [row] = [row for row in open_item_rows(accounts.year) if row.entry.text == "Saal"]
    assert (row.debt, row.purpose) == (100, "Raummieten, Druck und Öffentlichkeitsarbeit")
    [age] = [age for age in build_statement(YEAR).ages if age.account == row.account and age.label == "91 bis 365 Tage"]
    assert (age.count, age.amount) == (2, 300)


def test_a_returned_payment_leaves_its_invoice_open_and_credit_of_another_city_stays_a_debt(
    client_for: ClientFor, auditor: User
):
    """Bonn's payment came back, Köln paid 290,72 € too much: 2.748,36 € are claimed and 290,72 € owed, not the difference."""
    bonn, koeln = make_invoices()
    paid = make_payment(bonn, "2748.36")
    make_payment(koeln, "9000.00")
    city = bonn.city
    back = post(date(YEAR, 11, 9), debit("RECEIVABLE_DUES", "2748.36", city=city), credit("BANK", "2748.36"))
    assert [(row.city, row.debt) for row in open_item_rows(YEAR)] == [("Köln", Decimal("290.72")), ("Bonn", None)]
    release_allocation(paid, reason="Zahlung zurückgegeben", by=None, on=back.booked_on, entry=back)
    owed, claim = open_item_rows(YEAR)
    assert (claim.purpose, claim.due_on, claim.claim, claim.debt) == (
        f"Beitragsrechnung {bonn.number}",
        date(YEAR, 3, 31),
        Decimal("2748.36"),
        None,
    )
    assert (owed.city, owed.purpose, owed.debt) == ("Köln", f"Guthaben aus Rechnung {koeln.number}", Decimal("290.72"))
    by_age = receivables_by_age(Invoice.objects.all(), date(YEAR, 12, 31))
    assert [(group.key, group.amount) for group in by_age if group.amount] == [("91", claim.claim)]
    accounts = make_accounts()
    statement = StatementPrint(accounts).statement
    assert [(row.side, row.label, row.count, row.amount) for row in statement.ages] == [
        ("claim", "91 bis 365 Tage", 1, claim.claim),
        ("credit", "91 bis 365 Tage", 1, owed.debt),
    ]
    stock = {(row.kind, row.account): row.closing for row in statement.stock if row.account == claim.account}
    assert stock == {("asset", claim.account): claim.claim, ("liability", claim.account): owed.debt}
    assert statement.is_proven
    page = client_for(auditor).get(url("offene-posten/")).content.decode().replace("\xa0", " ")
    assert "Guthaben der Städte" in page
    assert "2.457,64" not in page


def test_open_items_are_those_of_the_last_day_whatever_happened_since():
    bonn, koeln = make_invoices()
    make_payment(bonn, "1000.00")
    make_payment(bonn, "1748.36", on=date(YEAR + 1, 1, 20))
    cancel_invoice(koeln, reason="Falsche Anschrift", by=None, on=date(YEAR + 1, 2, 1))
    shown = sorted((row.city, row.claim, row.debt) for row in open_item_rows(YEAR))
    assert shown == [("Bonn", Decimal("1748.36"), None), ("Köln", Decimal("8709.28"), None)]
    assert open_item_rows(YEAR + 1) == []


def test_bills_are_open_until_they_themselves_are_paid_and_age_from_their_due_day(
    client_for: ClientFor, treasurer: User, board_member: User
):
    """Of two bills the younger one was paid; the older one is due next year, so at the end of this one it is not late."""
    make_association()
    older = make_payable(treasurer, board_member, due_on=date(YEAR + 1, 1, 14), text="Tagungsmappen")
    younger = make_payable(treasurer, board_member, "70.00", on=date(YEAR, 3, 1), due_on=date(YEAR, 4, 1))
    paid = make_creditor_payment("70.00", on=date(YEAR, 4, 1))
    assert [(row.purpose, row.debt) for row in open_item_rows(YEAR)] == [
        ("Druck und Öffentlichkeitsarbeit", 49),  # no voucher is said to be paid: what the books call open
        ("Druck und Öffentlichkeitsarbeit", 70),
    ]
    settle_payable(younger, entry=paid, amount=Decimal(70), by=treasurer, on=date(YEAR, 4, 2))
    [row] = open_item_rows(YEAR)
    assert (row.city, row.purpose, row.due_on, row.days, row.debt) == (
        "Druckerei Sommer GmbH",
        f"{older.number} Tagungsmappen",
        date(YEAR + 1, 1, 14),
        -14,
        Decimal(119),
    )
    make_accounts()
    [age] = build_statement(YEAR).ages
    assert (age.label, age.count, age.amount, age.side) == ("noch nicht fällig", 1, Decimal(119), "debt")
    assert "Druckerei Sommer GmbH" in client_for(treasurer).get(url("offene-posten/")).content.decode()


def test_a_bill_whose_payment_came_back_is_open_at_the_end_of_that_year(treasurer: User, board_member: User):
    """The return is taken back in the next year; what stood on 31 December does not change."""
    make_association()
    bill = make_payable(treasurer, board_member, due_on=date(YEAR, 3, 1))
    paid = make_creditor_payment("119.00", on=date(YEAR, 3, 1))
    settle_payable(bill, entry=paid, amount=Decimal(119), by=treasurer, on=date(YEAR, 3, 1))
    assert open_item_rows(YEAR) == []
    back = post(date(YEAR, 3, 5), debit("BANK", "119.00"), credit("PAYABLE", "119.00"))
    return_payment(paid, entry=back, by=treasurer)
    told = [(f"{bill.number} Druck der Tagungsmappen", date(YEAR, 3, 1), Decimal(119))]
    assert [(row.purpose, row.due_on, row.debt) for row in open_item_rows(YEAR)] == told
    reverse_entry(back, by=treasurer, on=date(YEAR + 1, 1, 5), reason="doch bezahlt")
    cache.clear()
    assert [(row.purpose, row.due_on, row.debt) for row in open_item_rows(YEAR)] == told
    assert open_item_rows(YEAR + 1) == []


def test_what_happens_to_bills_later_does_not_change_adopted_figures(treasurer: User, board_member: User):
    """One of two unpaid bills is taken back in the next year: it was open all the same, and the year can be closed."""
    make_association()
    kept, wrong = (make_payable(treasurer, board_member, due_on=date(YEAR + 1, 1, day)) for day in (14, 20))
    make_accounts()
    before, shown = build_statement(YEAR), open_item_rows(YEAR)
    accounts = AnnualAccounts.objects.get()
    accounts.figures, accounts.figures_hash, accounts.prepared_on = before.as_json(), before.hash, NEXT
    reverse_voucher(wrong, reason="doppelt", by=treasurer, on=date(YEAR + 1, 2, 1))
    cache.clear()
    assert [row.debt for row in open_item_rows(YEAR)] == [row.debt for row in shown] == [119, 119]
    [row] = [row for row in open_item_rows(YEAR) if row.due_on]
    assert (row.purpose, row.due_on) == (f"{kept.number} Druck der Tagungsmappen", date(YEAR + 1, 1, 14))
    guard_unchanged(accounts)
    post(date(YEAR, 12, 1), debit("OFFICE", "1.00"), credit("BANK", "1.00"))
    with pytest.raises(FiguresChanged):
        guard_unchanged(accounts)
