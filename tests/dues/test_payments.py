"""Money of a city: assigned, taken back, kept as credit; and what always holds."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from apps.dues.domain import errors, payments
from apps.dues.domain.cancelling import cancel_invoice
from apps.dues.domain.payments import apply_credit, credit_balance, refund_credit, release_allocation
from apps.dues.domain.queries import city_account, open_totals, receivables_by_age
from apps.dues.enums import InvoiceStatus
from apps.dues.models import Allocation, CreditNote, Invoice
from apps.ledger.domain.drafts import Line
from apps.ledger.domain.posting import post_entry
from apps.ledger.models import EntryLine
from apps.members.models import City
from tests.factories.dues import TODAY, make_invoices, make_payment

pytestmark = pytest.mark.django_db

BEFORE, AFTER = date(2027, 3, 31), date(2027, 4, 1)


def status(invoice: Invoice, on: date = BEFORE) -> InvoiceStatus:
    return Invoice.objects.with_balance().get(pk=invoice.pk).status_on(on)


def ledger_balance(city: City) -> Decimal:
    lines = EntryLine.objects.filter(account__key="RECEIVABLE_DUES", city=city)
    return sum((line.amount.amount if line.side == "debit" else -line.amount.amount for line in lines), Decimal(0))


def assert_books_agree(city: City) -> None:
    """The ledger, the account of the city and the open amounts minus credit all say the same."""
    outstanding = sum(Decimal(row.outstanding) for row in Invoice.objects.open().filter(city=city))
    assert ledger_balance(city) == city_account(city).balance == outstanding - credit_balance(city)


@pytest.fixture
def bonn() -> Invoice:
    """2.748,36 €, due on 31.03.2027."""
    return make_invoices()[0]


def test_status_follows_from_payments_and_day(bonn):
    assert (status(bonn), status(bonn, AFTER)) == (InvoiceStatus.OPEN, InvoiceStatus.OVERDUE)
    make_payment(bonn, "1000.10")
    assert (status(bonn), status(bonn, AFTER)) == (InvoiceStatus.PARTLY_PAID, InvoiceStatus.OVERDUE)
    make_payment(bonn, "1748.26")
    assert status(bonn, AFTER) == InvoiceStatus.PAID
    make_payment(bonn, "0.01")
    assert status(bonn) == InvoiceStatus.OVERPAID
    assert credit_balance(bonn.city) == Decimal("0.01")
    assert_books_agree(bonn.city)


def test_filters_find_what_the_status_says(bonn):
    koeln = Invoice.objects.get(city_label="Köln")
    for amount in ("0.10", "0.20", "2748.06"):
        make_payment(bonn, amount)
    make_payment(koeln, "1.00")
    for day in (BEFORE, AFTER):
        for each in InvoiceStatus:
            found = set(Invoice.objects.with_status(each, day).values_list("pk", flat=True))
            assert found == {invoice.pk for invoice in (bonn, koeln) if status(invoice, day) == each}
    assert open_totals(Invoice.objects.all(), AFTER) == {
        "open_count": 1,
        "open_sum": Decimal("8708.28"),
        "overdue_count": 1,
        "overdue_sum": Decimal("8708.28"),
    }


def test_released_payment_leaves_the_invoice_open(bonn):
    allocation = make_payment(bonn, "2748.36")
    released = release_allocation(allocation, reason="Rücklastschrift", by=None, on=BEFORE)
    assert (released.amount.amount, status(bonn)) == (Decimal("-2748.36"), InvoiceStatus.OPEN)
    for again in (allocation, released):
        with pytest.raises(errors.AlreadyReleased):
            release_allocation(again, reason="Noch einmal", by=None, on=BEFORE)
    with pytest.raises(errors.ReasonMissing):
        release_allocation(make_payment(bonn, "1.00"), reason=" ", by=None, on=BEFORE)


def test_paid_part_of_a_cancelled_invoice_is_credit_of_the_city(bonn):
    make_payment(bonn, "1000.00")
    note = cancel_invoice(bonn, reason="Doppelt berechnet", by=None, on=date(2027, 4, 2))
    assert (note.number, note.amount) == ("ST-2027-0001", bonn.amount)
    bonn.refresh_from_db()
    assert (bonn.number, bonn.cancelled_on, status(bonn)) == ("2027-0001", date(2027, 4, 2), InvoiceStatus.CANCELLED)
    assert credit_balance(bonn.city) == Decimal("1000.00")
    assert [(line.claim, line.payment, line.balance) for line in city_account(bonn.city).lines] == [
        (Decimal("2748.36"), None, Decimal("2748.36")),
        (None, Decimal("1000.00"), Decimal("1748.36")),
        (Decimal("-2748.36"), None, Decimal("-1000.00")),
    ]
    assert_books_agree(bonn.city)


def test_cancelling_needs_a_reason_and_happens_once(bonn):
    with pytest.raises(errors.ReasonMissing):
        cancel_invoice(bonn, reason="", by=None, on=TODAY)
    cancel_invoice(bonn, reason="Doppelt", by=None, on=TODAY)
    with pytest.raises(errors.InvoiceAlreadyCancelled):
        cancel_invoice(bonn, reason="Doppelt", by=None, on=TODAY)
    with pytest.raises(errors.InvoiceAlreadyCancelled):
        make_payment(bonn, "1.00")
    assert CreditNote.objects.count() == 1


def test_credit_is_moved_to_another_invoice_and_back(bonn):
    make_payment(None, "300.00", city=bonn.city)
    [moved] = apply_credit(bonn, amount=Decimal("250.00"), reason="Wunsch der Stadt", by=None, on=BEFORE)
    assert credit_balance(bonn.city) == Decimal("50.00")
    assert status(bonn) == InvoiceStatus.PARTLY_PAID
    assert_books_agree(bonn.city)
    release_allocation(moved, reason="Irrtum", by=None, on=BEFORE)
    assert credit_balance(bonn.city) == Decimal("300.00")
    assert status(bonn) == InvoiceStatus.OPEN
    assert_books_agree(bonn.city)


def test_credit_used_elsewhere_keeps_its_payment_from_being_released(bonn):
    payment = make_payment(None, "300.00", city=bonn.city)
    apply_credit(bonn, amount=Decimal("300.00"), reason="Wunsch der Stadt", by=None, on=BEFORE)
    with pytest.raises(errors.AmountNotPossible, match="inzwischen verrechnet"):
        release_allocation(payment, reason="Rückgabe", by=None, on=BEFORE)


def test_no_more_credit_than_there_is_or_than_is_owed(bonn):
    make_payment(None, "5000.00", city=bonn.city)
    for amount in ("5000.01", "2748.37", "0.00", "-1.00", "0.001"):
        with pytest.raises(errors.AmountNotPossible):
            apply_credit(bonn, amount=Decimal(amount), reason="Wunsch der Stadt", by=None, on=BEFORE)


def test_refund_empties_the_credit(bonn):
    make_payment(bonn, "2748.37")
    make_payment(None, "100.00", city=bonn.city)
    lines = (Line("RECEIVABLE_DUES", debit=Decimal("100.01"), city=bonn.city), Line("BANK", credit=Decimal("100.01")))
    entry = post_entry(on=AFTER, text="Erstattung", lines=lines, source="test.case", reference="S-1", by=None)
    refund_credit(bonn.city, amount=Decimal("100.01"), entry=entry, by=None, on=AFTER)
    assert (credit_balance(bonn.city), status(bonn)) == (Decimal(0), InvoiceStatus.PAID)
    assert_books_agree(bonn.city)


def test_allocations_are_final(bonn):
    make_payment(bonn, "1.00")
    with pytest.raises(IntegrityError), transaction.atomic():
        Allocation.objects.update(amount=2)
    with pytest.raises(IntegrityError), transaction.atomic():
        Allocation.objects.all().delete()


def test_payment_needs_an_owner_and_whole_cents(bonn):
    for amount in ("0", "-1", "1.001"):
        with pytest.raises(errors.AmountNotPossible):
            payments.allocate_payment(amount=Decimal(amount), entry=bonn.entry, invoice=bonn, by=None, on=TODAY)
    with pytest.raises(errors.AmountNotPossible, match="Stadt"):
        payments.allocate_payment(amount=Decimal(1), entry=bonn.entry, by=None, on=TODAY)


def test_receivables_by_age(bonn, django_assert_num_queries):
    make_payment(bonn, "48.36")
    with django_assert_num_queries(1):
        groups = [(group.count, group.amount) for group in receivables_by_age(Invoice.objects.all(), date(2027, 4, 30))]
    nothing = (0, Decimal("0.00"))
    assert groups == [nothing, (2, Decimal("11409.28")), nothing, nothing]
    for day, index in ((BEFORE, 0), (AFTER, 1), (date(2027, 5, 1), 2), (date(2027, 6, 29), 2), (date(2027, 6, 30), 3)):
        counts = [group.count for group in receivables_by_age(Invoice.objects.all(), day)]
        assert counts[index] == 2
