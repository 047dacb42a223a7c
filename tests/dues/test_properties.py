"""What must hold whatever is done in whatever order: random but repeatable years of acts, checked after each of them."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import F, QuerySet, Sum

from apps.core.errors import DomainError
from apps.core.money import euros
from apps.dues.domain.cancelling import cancel_invoice
from apps.dues.domain.errors import NobodyToBill
from apps.dues.domain.issuing import issue_run
from apps.dues.domain.payments import apply_credit, credit_balance, refund_credit, release_allocation
from apps.dues.domain.queries import city_account, wrong_balances
from apps.dues.domain.writing_off import take_back_write_off
from apps.dues.enums import AllocationKind
from apps.dues.models import Allocation, CreditNote, Invoice, InvoiceBalance, WriteOff
from apps.ledger.domain.drafts import Line
from apps.ledger.domain.integrity import check_books
from apps.ledger.domain.posting import post_entry
from apps.ledger.domain.queries import balance_of, trial_balance
from apps.ledger.models import Account, EntryLine
from apps.members.domain.memberships import exclude
from apps.members.models import City, Membership
from apps.vouchers.domain.cash import reverse_cash
from apps.vouchers.enums import CashKind
from apps.vouchers.models import CashEntry
from tests.factories.claims import make_cash_payment, make_write_off
from tests.factories.dues import TODAY, make_association, make_invoices, make_payment, make_preview, make_schedule
from tests.factories.members import make_figure, make_member

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
        money = [self.pay, self.pay, self.pay_ahead, self.pay_cash, self.return_cash, self.credit, self.refund]
        act = self.random.choice([*money, self.cancel, self.release, self.bill, self.write_off, self.take_back])
        try:
            with transaction.atomic():
                act()
        except DomainError:
            return
        self.done.append(act.__name__)

    def amount(self, most: Decimal) -> Decimal:
        return CENT * self.random.randint(1, max(int(most / CENT), 1))

    def invoice(self) -> Invoice:
        return self.one_of(Invoice.objects.with_balance())

    def city(self) -> City:
        return self.one_of(City.objects.all())

    def one_of(self, rows: QuerySet) -> Any:
        found = list(rows.order_by("pk"))
        if not found:
            raise DomainError("nichts da")
        return self.random.choice(found)

    def pay(self) -> None:
        invoice = self.invoice()
        make_payment(invoice, str(self.amount(invoice.amount.amount * 3 / 2)), on=self.on)

    def pay_ahead(self) -> None:
        make_payment(None, str(self.amount(Decimal(900))), on=self.on, city=self.city())

    def cancel(self) -> None:
        cancel_invoice(self.invoice(), reason="Irrtum", by=None, on=self.on)

    def release(self) -> None:
        row = self.one_of(Allocation.objects.filter(kind=AllocationKind.CREDIT))
        release_allocation(row, reason="Irrtum", by=None, on=self.on)

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

    def pay_cash(self) -> None:
        invoice = self.one_of(Invoice.objects.open())
        make_cash_payment(invoice, str(self.amount(invoice.outstanding)), on=self.on)

    def return_cash(self) -> None:
        row = self.one_of(CashEntry.objects.filter(kind=CashKind.IN))
        reverse_cash(row, reason="Irrtum", by=None, on=self.on)

    def write_off(self) -> None:
        invoice = self.one_of(Invoice.objects.open())
        make_write_off(invoice, str(self.amount(invoice.outstanding)), on=self.on)

    def take_back(self) -> None:
        row, settle = self.one_of(WriteOff.objects.standing()), self.random.random() < 0.5
        take_back_write_off(row, reason="zahlt", settle=settle, by=None, on=self.on)

    def bill(self) -> None:
        """A supplement for the cities whose invoice was cancelled."""
        issue_run(make_preview(on=self.on, supplement=True), by=None, on=self.on)


def in_cents(value: Decimal | None) -> Decimal:
    return Decimal(value or 0).quantize(CENT)


def claims_less_payments(city: City, day: date) -> Decimal:
    """Computed from the rows alone: invoices less credit notes less losses less money received, plus money paid back."""
    claims = Invoice.objects.filter(city=city, issued_on__lte=day).aggregate(sum=Sum("amount"))
    cancelled = CreditNote.objects.filter(invoice__city=city, issued_on__lte=day).aggregate(sum=Sum("amount"))
    losses = WriteOff.objects.filter(invoice__city=city, booked_on__lte=day).aggregate(sum=Sum("amount"))
    standing_again = WriteOff.objects.filter(invoice__city=city, allocation__released_by__booked_on__lte=day)
    lost = in_cents(losses["sum"]) - in_cents(standing_again.aggregate(sum=Sum("amount"))["sum"])
    money = Allocation.objects.filter(city=city, booked_on__lte=day, kind__in=["payment", "refund"])
    paid = in_cents(money.aggregate(sum=Sum("amount"))["sum"])
    return in_cents(claims["sum"]) - in_cents(cancelled["sum"]) - lost - paid


def in_the_books(city: City, day: date) -> Decimal:
    lines = EntryLine.objects.filter(account=Account.objects.get(key="RECEIVABLE_DUES"), city=city)
    return lines.balance_until(day).quantize(CENT)


@pytest.mark.parametrize("seed", range(6))
def test_accounts_books_and_balances_agree_at_any_date(seed):
    year = Year(seed)
    for _number in range(40):
        year.step()
    assert len(set(year.done)) >= 5, "something must have happened"
    assert {"write_off", "pay_cash"} <= set(year.done)
    days = [TODAY - timedelta(days=1), TODAY, TODAY + (year.on - TODAY) / 2, year.on, date(2028, 12, 31)]
    for city in City.objects.all():
        account = city_account(city)
        assert account.balance == account.lines[-1].balance
        for day in days:
            balance = next((line.balance for line in reversed(account.lines) if line.on <= day), Decimal(0))
            assert balance == claims_less_payments(city, day) == in_the_books(city, day)
    losses = Account.objects.get(key="BAD_DEBT")
    standing = WriteOff.objects.standing().aggregate(sum=Sum("amount"))
    assert balance_of(losses) == in_cents(standing["sum"])
    assert trial_balance(start=date(2027, 1, 1), end=year.on).is_balanced
    assert list(check_books()) == []


@pytest.mark.parametrize("seed", range(6, 9))
def test_no_money_is_assigned_twice_and_numbers_have_no_gap(seed):
    year = Year(seed)
    for _number in range(40):
        year.step()
        assert wrong_balances() == []
    received = Allocation.objects.filter(kind=AllocationKind.PAYMENT, releases=None)
    for entry in {row.entry for row in received.select_related("entry")}:
        assigned = entry.allocations.exclude(kind=AllocationKind.CREDIT).aggregate(sum=Sum("amount"))["sum"]
        assert 0 <= in_cents(assigned) <= entry.amount.amount
    for model, field in (
        (Invoice, "sequence"),
        (CreditNote, "sequence"),
        (WriteOff, "sequence"),
        (CashEntry, "sequence"),
    ):
        numbers = list(model.objects.order_by(field).values_list(field, flat=True))
        assert numbers == list(range(1, len(numbers) + 1))
    assert Invoice.objects.standing().values("city", "year").distinct().count() == Invoice.objects.standing().count()


TIERS = ((300_000, "1500"), (None, "2500"))
FORMS: dict[str, dict[str, Any]] = {
    "per_capita": {},
    "base_plus": {"rate": Decimal("0.004"), "base_fee": euros(500)},
    "flat": {"base_fee": euros(1200)},
    "tier_flat": {"tiers": TIERS},
    "tier_rate": {"tiers": ((300_000, "0.0085"), (None, "0.006"))},
    "marginal": {"tiers": ((300_000, "0.0085"), (None, "0.003"))},
    "votes": {"rate": Decimal("100.5"), "tiers": ((300_000, "1"), (None, "3"))},
    "budget_key": {"budget": euros("9999.97")},
    "equal_share": {"budget": euros("9999.97")},
}
SHARED = {"budget_key", "equal_share"}


class Changes:
    """A year in which cities join, leave, get other figures and cancelled invoices; some invoice always stands."""

    def __init__(self, form: str) -> None:
        self.random, self.on, self.joined = Random(form), TODAY, 0
        make_association()
        limits = {"minimum": None, "maximum": None} if form in SHARED else {"pro_rata": "month_started"}
        make_schedule(**{"form": form, **limits, **FORMS[form]})
        for name, population in (("Aachen", 262_670), ("Bonn", 323_336), ("Kiel", 252_668), ("Köln", 1_024_621)):
            make_member(name, population=population)
        issue_run(make_preview(), by=None, on=TODAY)

    def step(self) -> None:
        self.on += timedelta(days=self.random.randint(1, 9))
        self.random.choice([self.cancel, self.cancel, self.join, self.leave, self.count_again])()

    def cancel(self) -> None:
        standing = list(Invoice.objects.standing().order_by("pk"))
        if len(standing) > 1:
            cancel_invoice(self.random.choice(standing), reason="Irrtum", by=None, on=self.on)

    def join(self) -> None:
        self.joined += 1
        make_member(f"Stadt {self.joined}", population=self.random.randint(50_000, 900_000), since=self.on)

    def leave(self) -> None:
        episodes = list(Membership.objects.filter(ends_on=None).order_by("pk"))
        if episodes:
            exclude(self.random.choice(episodes), by=None, on=self.on, reason="Auflösung")

    def count_again(self) -> None:
        city = self.random.choice(list(City.objects.order_by("pk")))
        base, value = f"Zählung {self.on}", self.random.randint(50_000, 900_000)
        make_figure(city, value=value, census_base=base, published_on=self.on)

    def bill(self) -> list[Invoice]:
        try:
            return issue_run(make_preview(on=self.on, supplement=True), by=None, on=self.on)
        except NobodyToBill:
            return []


@pytest.mark.parametrize("form", sorted(FORMS))
def test_a_supplement_changes_no_calculation_and_no_sum(form):
    year, again, joined = Changes(form), 0, 0
    total = sum(invoice.amount.amount for invoice in Invoice.objects.all())
    assert total == Decimal("9999.97") or form not in SHARED
    for _round in range(5):
        year.join()
        for _number in range(4):
            year.step()
        for invoice in year.bill():
            earlier = Invoice.objects.filter(city=invoice.city).exclude(pk=invoice.pk).first()
            again, joined = again + bool(earlier), joined + (earlier is None)
            if earlier:
                assert (invoice.amount, invoice.calculation) == (earlier.amount, earlier.calculation)
            else:
                total += invoice.amount.amount
        assert sum(invoice.amount.amount for invoice in Invoice.objects.standing()) == total
    assert again >= 3, "something must have been billed again"
    assert (joined == 0) == (form in SHARED), "who joins pays, unless the budget is split already"


def test_a_kept_balance_that_was_tampered_with_is_found():
    [invoice, *_others] = make_invoices()
    make_payment(invoice, "100.00")
    assert wrong_balances() == []
    InvoiceBalance.objects.filter(pk=invoice.pk).update(outstanding=F("outstanding") - 1)
    assert wrong_balances() == [invoice.number]
    InvoiceBalance.objects.filter(pk=invoice.pk).update(outstanding=F("outstanding") + 1, is_queued=True)
    assert wrong_balances() == [invoice.number]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE dues_invoice SET amount = amount + 1",
        "DELETE FROM dues_invoice",
        "UPDATE dues_allocation SET amount = amount + 1",
        "DELETE FROM dues_allocation",
        "UPDATE dues_writeoff SET amount = amount + 1",
        "DELETE FROM dues_writeoff",
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
    make_write_off(invoice, "1.00")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
