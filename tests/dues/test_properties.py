"""What must hold whatever is done in whatever order: random but repeatable years of acts, checked after each of them."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import F, Sum

from apps.core.errors import DomainError
from apps.dues.domain.cancelling import cancel_invoice
from apps.dues.domain.issuing import issue_run
from apps.dues.domain.payments import apply_credit, credit_balance, refund_credit, release_allocation
from apps.dues.domain.queries import city_account, wrong_balances
from apps.dues.enums import AllocationKind
from apps.dues.models import Allocation, CreditNote, Invoice, InvoiceBalance
from apps.ledger.domain.drafts import Line
from apps.ledger.domain.integrity import check_books
from apps.ledger.domain.posting import post_entry
from apps.ledger.domain.queries import trial_balance
from apps.ledger.models import Account, EntryLine
from apps.members.models import City
from tests.factories.dues import TODAY, make_invoices, make_payment, make_preview

pytestmark = pytest.mark.django_db
CENT = Decimal("0.01")


class Year:
    """Does one random act after the other; what a rule refuses changes nothing and is fine."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.on = TODAY
        self.done: list[str] = []
        make_invoices(("Aachen", 262_670), ("Bonn", 323_336), ("Köln", 1_024_621))

    def step(self) -> None:
        self.on += timedelta(days=self.random.randint(0, 6))
        act = self.random.choice([self.pay, self.pay, self.pay_ahead, self.cancel, self.release, self.credit, self.refund, self.bill])  # fmt: skip
        try:
            with transaction.atomic():
                act()
        except DomainError:
            return
        self.done.append(act.__name__)

    def amount(self, most: Decimal) -> Decimal:
        return CENT * self.random.randint(1, max(int(most / CENT), 1))

    def invoice(self) -> Invoice:
        return self.random.choice(list(Invoice.objects.with_balance().order_by("pk")))

    def city(self) -> City:
        return self.random.choice(list(City.objects.order_by("pk")))

    def pay(self) -> None:
        invoice = self.invoice()
        make_payment(invoice, str(self.amount(invoice.amount.amount * 3 / 2)), on=self.on)

    def pay_ahead(self) -> None:
        make_payment(None, str(self.amount(Decimal(900))), on=self.on, city=self.city())

    def cancel(self) -> None:
        cancel_invoice(self.invoice(), reason="Irrtum", by=None, on=self.on)

    def release(self) -> None:
        rows = list(Allocation.objects.filter(kind=AllocationKind.CREDIT).order_by("pk"))
        if rows:
            release_allocation(self.random.choice(rows), reason="Irrtum", by=None, on=self.on)

    def credit(self) -> None:
        invoice = self.invoice()
        amount = min(credit_balance(invoice.city), invoice.outstanding)
        apply_credit(invoice, amount=self.amount(amount), reason="Schreiben der Stadt", by=None, on=self.on)

    def refund(self) -> None:
        city = self.city()
        amount = self.amount(max(credit_balance(city), CENT))
        sides = [Line("RECEIVABLE_DUES", debit=amount, city=city), Line("BANK", credit=amount)]
        entry = post_entry(on=self.on, text="Erstattung", lines=sides, source="test.case", reference="E-1", by=None)
        refund_credit(city, amount=amount, entry=entry, by=None, on=self.on)

    def bill(self) -> None:
        """A supplement for the cities whose invoice was cancelled."""
        issue_run(make_preview(on=self.on, supplement=True), by=None, on=self.on)


def in_cents(value: Decimal | None) -> Decimal:
    return Decimal(value or 0).quantize(CENT)


def claims_less_payments(city: City, day: date) -> Decimal:
    """Computed from the rows alone: invoices less credit notes less money received, plus money paid back."""
    claims = Invoice.objects.filter(city=city, issued_on__lte=day).aggregate(sum=Sum("amount"))
    cancelled = CreditNote.objects.filter(invoice__city=city, issued_on__lte=day).aggregate(sum=Sum("amount"))
    money = Allocation.objects.filter(city=city, booked_on__lte=day).exclude(kind=AllocationKind.CREDIT)
    return in_cents(claims["sum"]) - in_cents(cancelled["sum"]) - in_cents(money.aggregate(sum=Sum("amount"))["sum"])


def in_the_books(city: City, day: date) -> Decimal:
    lines = EntryLine.objects.filter(account=Account.objects.get(key="RECEIVABLE_DUES"), city=city)
    return lines.balance_until(day).quantize(CENT)


@pytest.mark.parametrize("seed", range(6))
def test_accounts_books_and_balances_agree_at_any_date(seed):
    year = Year(seed)
    for _number in range(30):
        year.step()
    assert len(set(year.done)) >= 4, "something must have happened"
    days = [TODAY - timedelta(days=1), TODAY, TODAY + (year.on - TODAY) / 2, year.on, date(2028, 12, 31)]
    for city in City.objects.all():
        for day in days:
            account = city_account(city, until=day)
            assert account.balance == claims_less_payments(city, day) == in_the_books(city, day)
            assert account.balance == (account.lines[-1].balance if account.lines else 0)
    assert trial_balance(start=date(2027, 1, 1), end=year.on).is_balanced
    assert list(check_books()) == []


@pytest.mark.parametrize("seed", range(6, 9))
def test_no_money_is_assigned_twice_and_numbers_have_no_gap(seed):
    year = Year(seed)
    for _number in range(30):
        year.step()
        assert wrong_balances() == []
    received = Allocation.objects.filter(kind=AllocationKind.PAYMENT, releases=None)
    for entry in {row.entry for row in received.select_related("entry")}:
        assigned = entry.allocations.exclude(kind=AllocationKind.CREDIT).aggregate(sum=Sum("amount"))["sum"]
        assert 0 <= in_cents(assigned) <= entry.amount.amount
    for model, field in ((Invoice, "sequence"), (CreditNote, "sequence")):
        numbers = list(model.objects.order_by(field).values_list(field, flat=True))
        assert numbers == list(range(1, len(numbers) + 1))
    assert Invoice.objects.standing().values("city", "year").distinct().count() == Invoice.objects.standing().count()


def test_a_kept_balance_that_was_tampered_with_is_found():
    [invoice, *_others] = make_invoices()
    make_payment(invoice, "100.00")
    assert wrong_balances() == []
    InvoiceBalance.objects.filter(pk=invoice.pk).update(outstanding=F("outstanding") - 1)
    assert wrong_balances() == [invoice.number]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE dues_invoice SET amount = amount + 1",
        "DELETE FROM dues_invoice",
        "UPDATE dues_allocation SET amount = amount + 1",
        "DELETE FROM dues_allocation",
        "UPDATE ledger_entry SET amount = amount + 1",
        "DELETE FROM ledger_entry",
        "UPDATE ledger_entryline SET side = 'debit'",
        "DELETE FROM ledger_entryline",
        "UPDATE dues_assessment SET amount = 0",
        "DELETE FROM dues_duesrun",
    ],
)
def test_what_is_posted_does_not_change_even_by_sql(statement):
    [invoice, *_others] = make_invoices()
    make_payment(invoice, "100.00")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
