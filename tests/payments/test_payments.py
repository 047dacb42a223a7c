"""From the mandate to the settled invoice: draft, second person, file, line of the bank; and what must never happen twice."""

from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import pytest
import sepaxml
import xmlschema
from defusedxml.ElementTree import fromstring
from django.core.files.storage import default_storage
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from apps.accounts.roles import Role
from apps.banking.domain.booking import Part, book_line
from apps.banking.models import BankAccount, BankLine, ExpectedPayment
from apps.dues.domain.payments import credit_balance
from apps.dues.models import Invoice
from apps.ledger.domain.accounts import account
from apps.members.models import City
from apps.payments.domain.errors import (
    MandateNotPossible,
    NotYoursToRelease,
    OrderNotPossible,
    RunAlreadyDecided,
    RunNotPossible,
)
from apps.payments.domain.mandates import give_mandate, revoke_mandate, state_of
from apps.payments.domain.runs import (
    collectable,
    discard_run,
    draft_collection,
    draft_transfers,
    release_run,
    set_creditor_id,
)
from apps.payments.domain.transfers import order_refund, order_transfer, withdraw_order
from apps.payments.enums import MandateState, RunState
from apps.payments.models import Mandate, PaymentOrder, PaymentRun
from tests.banking.conftest import import_files
from tests.banking.test_concurrency import at_once
from tests.factories.banking import Row, camt_file
from tests.factories.dues import make_invoices

TODAY = date(2027, 3, 1)
DUE = date(2027, 3, 31)
BONN, KOELN = "DE02120300000000202051", "DE75512108001245126199"


@pytest.fixture
def invoices(db) -> list[Invoice]:
    return make_invoices(("Bonn", 323_336), ("Köln", 1_024_621), ("München", 1_505_005))


@pytest.fixture
def bank(invoices, treasurer) -> BankAccount:
    import_files(treasurer, [camt_file([Row("1.00", "Beginn")])])
    set_creditor_id(value="DE98 ZZZ 0999 9999 999", valid_from=date(2020, 1, 1), by=treasurer)
    return BankAccount.objects.get()


def mandate(city: str, iban: str, by, **changes) -> Mandate:
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
def mandates(bank, treasurer) -> list[Mandate]:
    return [mandate("Bonn", BONN, treasurer), mandate("Köln", KOELN, treasurer)]


def draft(bank: BankAccount, by, **changes) -> PaymentRun:
    values = {"instrument": "CORE", "bank_account": bank, "due_on": DUE, "announced_on": date(2027, 3, 17)}
    return draft_collection(**values | changes, by=by, on=TODAY)


def content_of(run: PaymentRun) -> bytes:
    with default_storage.open(run.document.versions.get().storage_path) as file:
        return file.read()


def outstanding(invoice: Invoice) -> Decimal:
    return Invoice.objects.with_balance().get(pk=invoice.pk).outstanding


def test_a_collection_goes_from_draft_to_settled_invoices(mandates, bank, invoices, treasurer, board_member):
    run = draft(bank, treasurer)
    assert [(order.invoice, order.amount) for order in run.orders.all()] == [
        (invoice, invoice.amount) for invoice in invoices[:2]
    ]
    assert not ExpectedPayment.objects.exists()

    run = release_run(run, by=board_member, on=TODAY)
    content = content_of(run)
    assert (run.state, run.sha256) == (RunState.RELEASED, sha256(content).hexdigest())
    schema = Path(sepaxml.__file__).parent / "schemas" / "pain.008.001.08.xsd"
    xmlschema.XMLSchema(str(schema)).validate(content.decode())
    root = fromstring(content)
    assert [each.text for each in root.iterfind(".//{*}InstdAmt")] == ["2748.36", "8709.28"]
    assert root.findtext(".//{*}CdtrSchmeId//{*}Othr/{*}Id") == "DE98ZZZ09999999999"
    assert [each.text for each in root.iterfind(".//{*}Dbtr/{*}Nm")] == ["Stadt Bonn", "Stadt Koeln"]
    assert root.findtext(".//{*}ReqdColltnDt") == "2027-03-31"

    total = "11457.64"
    reference = root.findtext(".//{*}PmtInfId")
    import_files(treasurer, [camt_file([Row(total, f"Sammler {reference}", on=DUE)], number="2", opening="1001.00")])
    line = BankLine.objects.get(amount=Decimal(total))
    proposal = line.proposals.get(rank=1)
    assert (proposal.kind, proposal.score) == ("expected", 100)
    book_line(line, proposal=proposal.pk, by=treasurer, on=DUE)
    assert [outstanding(invoice) for invoice in invoices[:2]] == [0, 0]
    assert set(Mandate.objects.values_list("last_collected_on", flat=True)) == {DUE}


def test_what_came_back_may_be_collected_again_and_nothing_else(mandates, bank, invoices, treasurer, board_member):
    run = release_run(draft(bank, treasurer), by=board_member, on=TODAY)
    first = run.orders.first()
    import_files(
        treasurer,
        [camt_file([Row("2748.36", end_to_end_id=first.end_to_end_id, on=DUE)], number="2", opening="1001.00")],
    )
    line = BankLine.objects.get(amount=Decimal("2748.36"))
    book_line(line, proposal=line.proposals.get(rank=1).pk, by=treasurer, on=DUE)
    assert collectable(DUE) == []
    back = Row("-2748.36", end_to_end_id=first.end_to_end_id, gvc="109", return_reason="AM04", on=date(2027, 4, 6))
    import_files(treasurer, [camt_file([back], number="3", opening="3749.36")])
    line = BankLine.objects.get(amount=Decimal("-2748.36"))
    book_line(line, proposal=line.proposals.get(rank=1).pk, by=treasurer, on=date(2027, 4, 6))

    again = draft(bank, treasurer, due_on=date(2027, 4, 30), announced_on=date(2027, 4, 15))
    assert [order.invoice for order in again.orders.all()] == [invoices[0]]


def test_who_drafted_may_not_release(mandates, bank, treasurer, board_member):
    run = draft(bank, treasurer)
    with pytest.raises(NotYoursToRelease):
        release_run(run, by=treasurer, on=TODAY)
    assert PaymentRun.objects.get().state == RunState.DRAFT
    release_run(run, by=board_member, on=TODAY)
    with pytest.raises(RunAlreadyDecided):
        release_run(run, by=board_member, on=TODAY)
    with pytest.raises(RunAlreadyDecided):
        discard_run(run, by=treasurer)


def test_an_invoice_is_in_one_standing_order_at_most(mandates, bank, treasurer):
    run = draft(bank, treasurer)
    with pytest.raises(RunNotPossible):
        draft(bank, treasurer)
    order = run.orders.first()
    order.pk, order.end_to_end_id = None, "ANDERS"
    with pytest.raises(IntegrityError), transaction.atomic():
        order.save()
    discard_run(run, by=treasurer)
    assert draft(bank, treasurer).orders.count() == 2


def test_a_released_run_cannot_be_changed_by_sql(mandates, bank, treasurer, board_member):
    run = release_run(draft(bank, treasurer), by=board_member, on=TODAY)
    for change in (
        lambda: PaymentRun.objects.filter(pk=run.pk).update(due_on=TODAY),
        lambda: PaymentOrder.objects.filter(run=run).update(iban=KOELN),
        lambda: PaymentOrder.objects.filter(run=run).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"announced_on": date(2027, 3, 18)}, "spätestens am 17.03.2027 verschickt sein"),
        ({"due_on": date(2027, 3, 26)}, "Am 26.03.2027 führen die Banken keine Zahlungen aus"),
        ({"due_on": TODAY}, "Der Ausführungstag muss nach dem heutigen Tag liegen."),
        ({"instrument": "B2B"}, "keine Rechnung mit gültigem Mandat offen"),
    ],
)
def test_a_collection_that_may_not_be_is_refused(mandates, bank, treasurer, changes, sentence):
    with pytest.raises(RunNotPossible) as refused:
        draft(bank, treasurer, **changes)
    assert sentence in str(refused.value)
    assert not PaymentRun.objects.exists()


def test_what_was_paid_meanwhile_is_not_collected(mandates, bank, invoices, treasurer, board_member):
    run = draft(bank, treasurer)
    import_files(treasurer, [camt_file([Row("2748.36", "bar")], number="2", opening="1001.00")])
    line = BankLine.objects.get(amount=Decimal("2748.36"))
    book_line(line, parts=[Part(Decimal("2748.36"), invoice=invoices[0])], by=treasurer, on=TODAY)
    with pytest.raises(RunNotPossible):
        release_run(run, by=board_member, on=TODAY)
    assert not ExpectedPayment.objects.exists()


def test_mandates_are_valid_revoked_lapsed_or_used(mandates, treasurer):
    bonn, koeln = mandates
    assert state_of(bonn, TODAY) == MandateState.VALID
    assert state_of(bonn, date(2029, 5, 4)) == MandateState.LAPSED
    revoke_mandate(bonn, reason="Brief vom 1. März", by=treasurer, on=TODAY)
    assert state_of(Mandate.objects.get(pk=bonn.pk), TODAY) == MandateState.REVOKED
    koeln.sequence, koeln.last_collected_on = "OOFF", DUE
    assert state_of(koeln, DUE) == MandateState.USED
    assert [each.mandate for each in collectable(DUE)] == [koeln]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reference": "x" * 36}, "reference"),
        ({"reference": "Köln"}, "reference"),
        ({"reference": "doppelt"}, "reference"),
        ({"iban": "DE02120300000000202052"}, "iban"),
        ({"signed_on": date(2027, 3, 2)}, "signed_on"),
    ],
)
def test_an_unsound_mandate_is_refused(bank, treasurer, changes, field):
    mandate("Bonn", BONN, treasurer, reference="doppelt")
    with pytest.raises(MandateNotPossible) as refused:
        mandate("Köln", **{"iban": KOELN, "by": treasurer} | changes)
    assert refused.value.field == field
    assert Mandate.objects.count() == 1


@pytest.fixture
def credit(bank, invoices, treasurer) -> City:
    """Bonn has paid 100 € too much."""
    import_files(treasurer, [camt_file([Row("100.00", "zu viel")], number="2", opening="1001.00")])
    line = BankLine.objects.get(amount=100)
    city = City.objects.get(name="Bonn")
    book_line(line, parts=[Part(Decimal(100), city=city)], by=treasurer, on=TODAY)
    return city


def refund(city: City, amount: int, by) -> PaymentOrder:
    return order_refund(city, amount=Decimal(amount), name="Stadtkasse Bonn", iban=BONN, by=by, on=TODAY)


def test_a_refund_goes_from_credit_to_the_booked_line(credit, bank, treasurer, board_member):
    refund(credit, 60, treasurer)
    run = draft_transfers(PaymentOrder.objects.waiting(), bank_account=bank, due_on=DUE, by=treasurer, on=TODAY)
    run = release_run(run, by=board_member, on=TODAY)
    content = content_of(run)
    schema = Path(sepaxml.__file__).parent / "schemas" / "pain.001.001.09.xsd"
    xmlschema.XMLSchema(str(schema)).validate(content.decode())
    order = run.orders.get()
    import_files(
        treasurer,
        [camt_file([Row("-60.00", end_to_end_id=order.end_to_end_id, on=DUE)], number="3", opening="1101.00")],
    )
    line = BankLine.objects.get(amount=-60)
    book_line(line, proposal=line.proposals.get(rank=1).pk, by=treasurer, on=DUE)
    assert credit_balance(credit) == Decimal("40.00")
    refund(credit, 40, treasurer)


def test_credit_is_never_refunded_twice(credit, treasurer):
    first = refund(credit, 60, treasurer)
    with pytest.raises(OrderNotPossible):
        refund(credit, 41, treasurer)
    withdraw_order(first, by=treasurer)
    assert refund(credit, 100, treasurer).amount.amount == 100


def test_a_supplier_is_paid_once(bank, treasurer):
    values = {"amount": Decimal("119.00"), "name": "Druckhaus", "iban": KOELN, "purpose": "RE 7", "by": treasurer}
    values |= {"source": "vouchers.invoice", "source_key": "7", "account": account("PRINT")}
    order_transfer(**values)
    with pytest.raises(OrderNotPossible):
        order_transfer(**values)
    assert PaymentOrder.objects.count() == 1


def test_without_creditor_identifier_nothing_is_collected(invoices, treasurer, board_member):
    import_files(treasurer, [camt_file([Row("1.00", "Beginn")])])
    mandate("Bonn", BONN, treasurer)
    run = draft(BankAccount.objects.get(), treasurer)
    with pytest.raises(RunNotPossible):
        release_run(run, by=board_member, on=TODAY)
    with pytest.raises(RunNotPossible):
        set_creditor_id(value="DE97ZZZ09999999999", valid_from=TODAY, by=treasurer)


@pytest.mark.django_db(transaction=True)
def test_two_people_release_a_run_at_once_and_one_file_is_made(mandates, bank, treasurer, board_member, user_with):
    run = draft(bank, treasurer)
    other = user_with(Role.BOARD)
    answers = at_once(
        lambda: release_run(run, by=board_member, on=TODAY),
        lambda: release_run(run, by=other, on=TODAY),
    )
    assert sum(isinstance(each, PaymentRun) for each in answers) == 1
    assert ExpectedPayment.objects.count() == 2


def test_the_way_on_screen(mandates, bank, client, treasurer, board_member, time_machine):
    time_machine.move_to(TODAY, tick=False)
    client.force_login(treasurer)
    data = {"instrument": "CORE", "bank_account": bank.pk, "due_on": "31.03.2027", "announced_on": "17.03.2027"}
    page = client.post(reverse("payments:collect"), data, follow=True)
    run = PaymentRun.objects.get()
    assert page.redirect_chain[-1][0] == run.get_absolute_url()
    assert "11.457,64" in page.content.decode()
    refused = client.post(reverse("payments:release", args=[run.pk]))
    assert "Vier Augen" in refused.content.decode()
    client.force_login(board_member)
    page = client.post(reverse("payments:release", args=[run.pk]), follow=True).content.decode()
    assert PaymentRun.objects.get().sha256 in page
