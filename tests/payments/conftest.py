"""An association with a bank account, a number as creditor, three invoices and mandates of two of the cities."""

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from apps.banking.domain.booking import Part, book_line
from apps.banking.models import BankAccount, BankLine
from apps.dispatch.enums import DispatchState
from apps.dispatch.models import Dispatch
from apps.dues.models import Invoice
from apps.members.models import City
from apps.payments.domain.collecting import draft_collection
from apps.payments.domain.creditor import set_creditor_id
from apps.payments.domain.mandates import give_mandate
from apps.payments.domain.releasing import release_run
from apps.payments.domain.transfers import draft_transfers, order_refund
from apps.payments.models import Mandate, PaymentOrder, PaymentRun
from apps.vouchers.models import Voucher
from tests.banking.conftest import import_files
from tests.factories.banking import Row, camt_file
from tests.factories.dues import make_invoices
from tests.factories.vouchers import make_payable

TODAY = date(2027, 3, 1)
DUE = date(2027, 3, 31)
LATEST = date(2027, 3, 17)
BONN, KOELN, SUPPLIER = "DE02120300000000202051", "DE75512108001245126199", "DE02100500000024290661"


@pytest.fixture
def invoices(db: None) -> list[Invoice]:
    """Bonn 2.748,36 €, Köln 8.709,28 €, München 12.792,54 €, due on 31.03.2027."""
    return make_invoices(("Bonn", 323_336), ("Köln", 1_024_621), ("München", 1_505_005))


class Statements:
    """Statements of our account, one after the other, with their balances."""

    def __init__(self, treasurer: Any) -> None:
        self.treasurer, self.number, self.balance = treasurer, 0, Decimal("1000.00")

    def __call__(self, *rows: Row) -> BankLine:
        """Read in the rows and return the line of the last one."""
        self.number += 1
        file = camt_file(rows, number=str(self.number), opening=str(self.balance))
        import_files(self.treasurer, [file])
        self.balance += sum(Decimal(row.amount) for row in rows)
        return BankLine.objects.order_by("pk").last()


@pytest.fixture
def read_in(treasurer: Any) -> Statements:
    return Statements(treasurer)


@pytest.fixture
def bank(invoices: list[Invoice], treasurer: Any, read_in: Statements) -> BankAccount:
    read_in(Row("1.00", "Beginn"))
    set_creditor_id(value="DE98 ZZZ 0999 9999 999", valid_from=date(2020, 1, 1), by=treasurer)
    return BankAccount.objects.get()


def mandate(city: str, iban: str, by: Any, **changes: Any) -> Mandate:
    values = {
        "reference": f"M-{City.objects.get(name=city).pk}",
        "city": City.objects.get(name=city),
        "debtor_name": f"Stadt {city}",
        "iban": iban,
        "instrument": "CORE",
        "sequence": "RCUR",
        "signed_on": date(2026, 5, 4),
    }
    return give_mandate(**values | changes, by=by, on=TODAY)


@pytest.fixture
def mandates(bank: BankAccount, treasurer: Any) -> list[Mandate]:
    return [mandate("Bonn", BONN, treasurer), mandate("Köln", KOELN, treasurer)]


@pytest.fixture
def draft(bank: BankAccount, treasurer: Any) -> Callable[..., PaymentRun]:
    """Return a function that drafts a collection the cities know of since 17 March."""

    def make(**changes: Any) -> PaymentRun:
        values = {"instrument": "CORE", "bank_account": bank, "due_on": DUE, "announced_on": LATEST}
        return draft_collection(**values | changes, by=treasurer, on=TODAY)

    return make


def content_of(run: PaymentRun) -> bytes:
    with default_storage.open(run.document.versions.get().storage_path) as file:
        return bytes(file.read())


def outstanding(invoice: Invoice) -> Decimal:
    return Decimal(Invoice.objects.with_balance().get(pk=invoice.pk).outstanding)


def send_letters(on: date) -> None:
    """What the post does with the outbox on that day."""
    moment = timezone.make_aware(datetime.combine(on, time(12)))
    Dispatch.objects.waiting().update(state=DispatchState.SENT, sent_at=moment)


@pytest.fixture
def payable(bank, treasurer, board_member) -> Voucher:
    return make_payable(treasurer, board_member, external_number="RE-7", iban=SUPPLIER)


@pytest.fixture
def credit(bank, treasurer, read_in) -> City:
    """Bonn has paid 100 € too much, from its account."""
    line = read_in(Row("100.00", "zu viel", name="Stadt Bonn", iban=BONN))
    city = City.objects.get(name="Bonn")
    book_line(line, parts=[Part(Decimal(100), city=city)], by=treasurer, on=TODAY)
    return city


def refund(city: City, amount: int, by, **changes) -> PaymentOrder:
    values = {"amount": Decimal(amount), "name": "Stadtkasse Bonn", "iban": BONN} | changes
    return order_refund(city, **values, by=by, on=TODAY)


@pytest.fixture
def release(bank, treasurer, board_member):
    """Return a function that drafts and releases everything that waits."""

    def run() -> PaymentRun:
        return release_run(
            draft_transfers(bank_account=bank, due_on=DUE, by=treasurer, on=TODAY), by=board_member, on=TODAY
        )

    return run
