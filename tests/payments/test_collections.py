"""From the mandate to the settled invoice: draft, second person, file, line of the bank; and what must never happen twice."""

from collections import Counter
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import pytest
import sepaxml
import xmlschema
from defusedxml.ElementTree import fromstring
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.banking.domain.booking import Part, book_line
from apps.banking.domain.clearing import unbook_line
from apps.banking.models import ExpectedPayment
from apps.dispatch.models import Dispatch
from apps.dues.domain.errors import MoneyUnderWay
from apps.dues.domain.payments import credit_balance
from apps.dues.domain.sending import queue_unsent
from apps.dues.models import InvoiceData
from apps.dues.printing import print_now
from apps.dunning.domain.queries import ripe
from apps.dunning.domain.runs import prepare_run as prepare_dunning
from apps.members.models import City
from apps.payments.domain.collecting import collectable
from apps.payments.domain.errors import NotYoursToRelease, RunAlreadyDecided, RunNotPossible
from apps.payments.domain.files import guard_schema
from apps.payments.domain.mandates import revoke_mandate
from apps.payments.domain.outcomes import refusable, refuse_orders
from apps.payments.domain.releasing import discard_run, release_run, take_out
from apps.payments.enums import RunState
from apps.payments.models import Mandate, PaymentOrder, PaymentRun
from tests.factories.banking import Row
from tests.factories.claims import make_cash_payment, make_write_off
from tests.factories.dues import make_received
from tests.factories.dunning import make_procedure
from tests.payments.conftest import BONN, DUE, KOELN, SUPPLIER, TODAY, content_of, mandate, outstanding, send_letters

SCHEMA = Path(sepaxml.__file__).parent / "schemas" / "pain.008.001.08.xsd"


@pytest.fixture
def released(mandates, draft, board_member) -> PaymentRun:
    """Bonn and Köln, 11.457,64 €, at the bank."""
    return release_run(draft(), by=board_member, on=TODAY)


def test_a_collection_goes_from_draft_to_settled_invoices(mandates, draft, invoices, read_in, treasurer, board_member):
    run = draft()
    assert [(order.invoice, order.amount) for order in run.orders.all()] == [
        (invoice, invoice.amount) for invoice in invoices[:2]
    ]
    assert not ExpectedPayment.objects.exists()

    run = release_run(run, by=board_member, on=TODAY)
    content = content_of(run)
    assert (run.state, run.sha256) == (RunState.RELEASED, sha256(content).hexdigest())
    xmlschema.XMLSchema(str(SCHEMA)).validate(content.decode())
    root = fromstring(content)
    assert [each.text for each in root.iterfind(".//{*}InstdAmt")] == ["2748.36", "8709.28"]
    assert root.findtext(".//{*}CdtrSchmeId//{*}Othr/{*}Id") == "DE98ZZZ09999999999"
    assert [each.text for each in root.iterfind(".//{*}Dbtr/{*}Nm")] == ["Stadt Bonn", "Stadt Koeln"]
    assert [each.text for each in root.iterfind(".//{*}SeqTp")] == ["RCUR"]
    assert root.findtext(".//{*}ReqdColltnDt") == "2027-03-31"

    line = read_in(Row("11457.64", f"Sammler {root.findtext('.//{*}PmtInfId')}", on=DUE))
    proposal = line.proposals.get(rank=1)
    assert (proposal.kind, proposal.score) == ("expected", 100)
    book_line(line, proposal=proposal.pk, by=treasurer, on=DUE)
    assert [outstanding(invoice) for invoice in invoices[:2]] == [0, 0]
    assert set(Mandate.objects.values_list("last_collected_on", flat=True)) == {DUE}


def test_a_file_against_the_schema_is_never_released(released):
    content = content_of(released).replace(b"<Ccy>", b"<Ccy>").replace(b'Ccy="EUR"', b'Ccy="euro"')
    with pytest.raises(RunNotPossible) as refused:
        guard_schema(content, "pain.008.001.08")
    assert "entspricht nicht dem Schema" in str(refused.value)


def test_what_is_at_the_bank_is_not_collected_again(released, draft):
    assert released.orders.count() == 2
    with pytest.raises(RunNotPossible):
        draft(due_on=date(2027, 4, 30), announced_on=date(2027, 4, 1))


def test_what_came_back_may_be_collected_again_and_nothing_else(released, draft, invoices, read_in, treasurer):
    first = released.orders.first()
    line = read_in(Row("2748.36", end_to_end_id=first.end_to_end_id, on=DUE))
    book_line(line, proposal=line.proposals.get(rank=1).pk, by=treasurer, on=DUE)
    assert collectable(DUE) == []
    back = read_in(
        Row("-2748.36", end_to_end_id=first.end_to_end_id, gvc="109", return_reason="AM04", on=date(2027, 4, 6))
    )
    book_line(back, proposal=back.proposals.get(rank=1).pk, by=treasurer, on=date(2027, 4, 6))
    assert outstanding(invoices[0]) == invoices[0].amount.amount

    again = draft(due_on=date(2027, 4, 30), announced_on=date(2027, 4, 15))
    assert [order.invoice for order in again.orders.all()] == [invoices[0]]


def test_a_booking_taken_back_is_still_on_its_way(released, read_in, treasurer, draft):
    line = read_in(Row("2748.36", end_to_end_id=released.orders.first().end_to_end_id, on=DUE))
    book_line(line, proposal=line.proposals.get(rank=1).pk, by=treasurer, on=DUE)
    with pytest.raises(RunNotPossible):
        draft(due_on=date(2027, 4, 30), announced_on=date(2027, 4, 1))
    unbook_line(line, reason="falsch", by=treasurer, on=DUE)
    assert collectable(date(2027, 4, 30)) == []


def test_a_batch_is_booked_though_one_invoice_was_paid_meanwhile(released, invoices, read_in, treasurer):
    paid = read_in(Row("2748.36", "Beitrag", reference=invoices[0].reference, on=TODAY))
    book_line(paid, parts=[Part(Decimal("2748.36"), invoice=invoices[0])], by=treasurer, on=TODAY)
    line = read_in(Row("11457.64", "Sammler", on=DUE))
    book_line(line, proposal=line.proposals.get(kind="expected").pk, by=treasurer, on=DUE)
    bonn = City.objects.get(name="Bonn")
    assert (outstanding(invoices[0]), outstanding(invoices[1])) == (0, 0)
    assert credit_balance(bonn) == Decimal("2748.36")

    first = released.orders.first()
    back = read_in(Row("-2748.36", end_to_end_id=first.end_to_end_id, gvc="109", on=date(2027, 4, 6)))
    book_line(back, proposal=back.proposals.get(rank=1).pk, by=treasurer, on=date(2027, 4, 6))
    assert (outstanding(invoices[0]), credit_balance(bonn)) == (0, 0)


def test_what_the_bank_refused_may_be_collected_again_and_the_batch_is_recognised_without_it(
    released, draft, invoices, read_in, treasurer
):
    line = read_in(Row("8709.28", "Sammler", on=DUE))
    assert not line.proposals.filter(kind="expected").exists()
    order = released.orders.first()
    refuse_orders(released, [order], reason="Konto erloschen (AC04)", by=treasurer, on=DUE)
    proposal = line.proposals.get(kind="expected")
    book_line(line, proposal=proposal.pk, by=treasurer, on=DUE)
    assert [outstanding(invoice) for invoice in invoices[:2]] == [invoices[0].amount.amount, 0]
    assert Mandate.objects.get(iban=BONN).last_collected_on is None
    again = draft(due_on=date(2027, 4, 30), announced_on=date(2027, 4, 15))
    assert [order.invoice for order in again.orders.all()] == [invoices[0]]
    with pytest.raises(RunAlreadyDecided):
        discard_run(released, by=treasurer)


def test_a_file_that_never_reached_the_bank_frees_everything(released, draft, treasurer):
    assert refuse_orders(released, list(refusable(released)), reason="nicht hochgeladen", by=treasurer, on=DUE) == 2
    assert list(refusable(released)) == []
    assert draft(due_on=date(2027, 4, 30), announced_on=date(2027, 4, 15)).orders.count() == 2


def test_who_drafted_may_not_release(mandates, draft, treasurer, board_member):
    run = draft()
    with pytest.raises(NotYoursToRelease):
        release_run(run, by=treasurer, on=TODAY)
    assert PaymentRun.objects.get().state == RunState.DRAFT
    release_run(run, by=board_member, on=TODAY)
    with pytest.raises(RunAlreadyDecided):
        release_run(run, by=board_member, on=TODAY)
    with pytest.raises(RunAlreadyDecided):
        discard_run(run, by=treasurer)


def test_an_invoice_is_in_one_standing_order_at_most(mandates, draft, treasurer):
    run = draft()
    with pytest.raises(RunNotPossible):
        draft()
    order = run.orders.first()
    order.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        order.save()
    discard_run(run, by=treasurer)
    assert draft().orders.count() == 2


def test_a_city_can_be_taken_out_of_a_draft(mandates, draft, invoices, treasurer, board_member):
    run = draft()
    take_out(run.orders.get(invoice=invoices[0]), by=treasurer)
    assert [order.invoice for order in run.orders.all()] == [invoices[1]]
    assert [each.invoice for each in collectable(DUE)] == [invoices[0]]
    release_run(run, by=board_member, on=TODAY)
    with pytest.raises(RunAlreadyDecided):
        take_out(run.orders.get(), by=treasurer)


def test_a_released_run_cannot_be_changed_by_sql(released):
    for change in (
        lambda: PaymentRun.objects.filter(pk=released.pk).update(due_on=TODAY),
        lambda: PaymentOrder.objects.filter(run=released).update(iban=KOELN),
        lambda: PaymentOrder.objects.filter(run=released).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


@pytest.mark.parametrize(
    ("changes", "sentence", "field"),
    [
        ({"announced_on": date(2027, 3, 18)}, "spätestens am 17.03.2027 verschickt sein", "announced_on"),
        ({"announced_on": None, "due_on": date(2027, 3, 12)}, "keine Rechnung mit gültigem Mandat offen", "due_on"),
        ({"due_on": date(2027, 3, 26)}, "Am 26.03.2027 führen die Banken keine Zahlungen aus", "due_on"),
        ({"due_on": TODAY}, "Der Ausführungstag muss nach dem heutigen Tag liegen.", "due_on"),
        ({"instrument": "B2B"}, "keine Rechnung mit gültigem Mandat offen", "due_on"),
    ],
)
def test_a_collection_that_may_not_be_is_refused(mandates, draft, changes, sentence, field):
    with pytest.raises(RunNotPossible) as refused:
        draft(**changes)
    assert (sentence in str(refused.value), refused.value.field) == (True, field)
    assert not PaymentRun.objects.exists()


def test_who_drafts_is_told_which_cities_are_left_out(bank, client, treasurer, time_machine):
    time_machine.move_to(date(2027, 3, 20), tick=False)
    mandate("Bonn", BONN, treasurer, notice_days=5)
    mandate("Köln", KOELN, treasurer)
    client.force_login(treasurer)
    data = {"instrument": "CORE", "bank_account": bank.pk, "due_on": "31.03.2027"}
    page = client.post(reverse("payments:collect"), data, follow=True).content.decode()
    assert "Nicht dabei, weil die Frist der Vorabankündigung um ist: Köln." in page
    assert [order.mandate.iban for order in PaymentOrder.objects.all()] == [BONN]


def test_an_invoice_the_city_has_not_received_is_not_collected(
    mandates, bank, invoices, client, treasurer, time_machine
):
    time_machine.move_to(TODAY, tick=False)
    bonn, koeln = invoices[:2]
    InvoiceData.objects.create(invoice=bonn, form="xrechnung_ubl", state="held_back", judged_on=TODAY)
    client.force_login(treasurer)
    values = {"instrument": "CORE", "bank_account": bank.pk, "due_on": "31.03.2027", "announced_on": "01.03.2027"}
    page = client.post(reverse("payments:collect"), values, follow=True).content.decode()
    assert [order.invoice for order in PaymentOrder.objects.all()] == [koeln]
    assert f"Nicht dabei, weil die Rechnung noch nicht bei der Stadt ist: {bonn.number} (Bonn)." in page
    page = client.post(reverse("payments:collect"), values).content.decode()
    assert f"Noch nicht bei der Stadt und darum nicht einzuziehen: {bonn.number} (Bonn)." in page


def test_an_invoice_whose_letter_waits_in_the_outbox_is_not_collected_yet(mandates, invoices, treasurer):
    print_now(by=treasurer)
    queue_unsent(by=treasurer, on=TODAY)
    assert Dispatch.objects.count() == 3
    assert collectable(DUE) == []
    send_letters(TODAY)
    assert [each.invoice for each in collectable(DUE)] == invoices[:2]


def test_what_is_being_collected_is_not_dunned(
    mandates, draft, invoices, treasurer, board_member, client, time_machine
):
    make_procedure()
    make_received(*invoices)
    day = date(2027, 4, 20)
    run = draft(due_on=date(2027, 4, 30), announced_on=TODAY)
    assert [invoice.city_label for invoice in ripe(day)] == ["München"]
    found = {item.city_label: (item.finding, item.reason) for item in prepare_dunning(by=treasurer, on=day).items.all()}
    drafted = ("collected", "im Entwurf des Zahlungslaufs ZL-2027-0001 zum 30.04.2027")
    assert found == {"Bonn": drafted, "Köln": drafted, "München": ("dunned", "fällig am 31.03.2027, seitdem 20 Tage")}
    release_run(run, by=board_member, on=TODAY)
    preview = prepare_dunning(by=treasurer, on=day)
    client.force_login(treasurer)
    page = client.get(preview.get_absolute_url()).content.decode()
    assert ("wird eingezogen" in page, "im freigegebenen Zahlungslauf ZL-2027-0001 zum 30.04.2027" in page) == (
        True,
        True,
    )
    refuse_orders(run, list(refusable(run)), reason="Datei nicht angekommen", by=treasurer, on=day)
    assert {item.finding for item in prepare_dunning(by=treasurer, on=day).items.all()} == {"dunned"}


def test_a_draft_whose_day_has_passed_stops_no_reminder(mandates, draft, invoices, treasurer):
    make_procedure()
    make_received(*invoices)
    due_on, late = date(2027, 4, 30), date(2027, 5, 1)
    draft(due_on=due_on, announced_on=TODAY)
    for day, expected in ((due_on, {"collected": 2, "dunned": 1}), (late, {"dunned": 3})):
        found = Counter(item.finding for item in prepare_dunning(by=treasurer, on=day).items.all())
        assert found == expected
        assert ripe(day).count() == expected["dunned"]


def test_a_city_that_agreed_to_a_shorter_notice_can_be_told_later(bank, draft, treasurer):
    mandate("Bonn", BONN, treasurer, notice_days=5)
    mandate("Köln", KOELN, treasurer)
    run = draft(announced_on=date(2027, 3, 26))
    assert [order.mandate.iban for order in run.orders.all()] == [BONN]
    with pytest.raises(RunNotPossible) as refused:
        draft(announced_on=date(2027, 3, 27))
    assert "17.03.2027" in str(refused.value), "only Köln is left"


def test_what_is_being_collected_is_neither_written_off_nor_paid_in_cash(mandates, draft, invoices, board_member):
    """From the draft on until the bank says no; then both are possible again."""
    run = draft()
    for _step in ("draft", "released"):
        for claim in (make_write_off, lambda invoice, on: make_cash_payment(invoice, "1.00", on=on)):
            with pytest.raises(MoneyUnderWay, match=str(run)):
                claim(invoices[0], on=TODAY)
        if run.state == RunState.DRAFT:
            run = release_run(run, by=board_member, on=TODAY)
    refuse_orders(run, list(run.orders.all()), reason="nicht hochgeladen", by=None, on=TODAY)
    make_cash_payment(invoices[0], "1.00", on=TODAY)
    make_write_off(invoices[0], on=TODAY)
    assert outstanding(invoices[0]) == 0
    assert invoices[0] not in [each.invoice for each in collectable(DUE)]


@pytest.mark.parametrize("event", ["paid", "revoked"])
def test_what_is_no_longer_owed_is_not_collected(mandates, draft, invoices, read_in, treasurer, board_member, event):
    run = draft()
    if event == "paid":
        line = read_in(Row("2748.36", "bar"))
        book_line(line, parts=[Part(Decimal("2748.36"), invoice=invoices[0])], by=treasurer, on=TODAY)
    else:
        revoke_mandate(mandates[0], reason="Brief", by=treasurer, on=TODAY)
    with pytest.raises(RunNotPossible) as refused:
        release_run(run, by=board_member, on=TODAY)
    assert invoices[0].number in str(refused.value)
    assert not ExpectedPayment.objects.exists()
    take_out(run.orders.get(invoice=invoices[0]), by=treasurer)
    assert release_run(run, by=board_member, on=TODAY).orders.count() == 1


def test_a_one_off_mandate_collects_once(bank, draft, invoices, treasurer, board_member):
    once = mandate("Bonn", BONN, treasurer, sequence="OOFF")
    run = release_run(draft(), by=board_member, on=TODAY)
    assert b"<SeqTp>OOFF</SeqTp>" in content_of(run)
    assert once.reference.encode() in content_of(run)
    refuse_orders(run, list(run.orders.all()), reason="nicht hochgeladen", by=treasurer, on=TODAY)
    assert draft().orders.count() == 1, "it was not used after all"
    assert collectable(DUE) == []


def test_without_creditor_identifier_nothing_is_collected(invoices, treasurer, read_in):
    from apps.banking.models import BankAccount
    from apps.payments.domain.collecting import draft_collection

    read_in(Row("1.00", "Beginn"))
    mandate("Bonn", BONN, treasurer)
    with pytest.raises(RunNotPossible) as refused:
        draft_collection(
            instrument="CORE",
            bank_account=BankAccount.objects.get(),
            due_on=DUE,
            announced_on=TODAY,
            by=treasurer,
            on=TODAY,
        )
    assert "Gläubiger-Identifikationsnummer" in str(refused.value)


def test_the_page_of_a_released_run_asks_as_much_for_many_payments_as_for_one(
    mandates, draft, invoices, read_in, treasurer, board_member, client, time_machine
):
    time_machine.move_to(TODAY, tick=False)
    client.force_login(treasurer)
    one, queries = draft(), []
    take_out(one.orders.get(invoice=invoices[1]), by=treasurer)
    one = release_run(one, by=board_member, on=TODAY)
    two = draft()
    mandate("München", SUPPLIER, treasurer)
    discard_run(two, by=treasurer)
    two = release_run(draft(), by=board_member, on=TODAY)
    assert (one.orders.count(), two.orders.count()) == (1, 2)
    line = read_in(Row("8709.28", end_to_end_id=f"{two.reference}-1", on=DUE))
    book_line(line, proposal=line.proposals.get(rank=1).pk, by=treasurer, on=DUE)
    for run in (one, two):
        client.get(run.get_absolute_url())
        with CaptureQueriesContext(connection) as asked:
            page = client.get(run.get_absolute_url()).content.decode()
        queries.append(len(asked))
    assert line.get_absolute_url() in page
    assert (queries[0], queries[0] < 20) == (queries[1], True)
