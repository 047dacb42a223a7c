"""Suppliers and refunds: ordered, drafted, released, booked; and never twice."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import sepaxml
import xmlschema
from defusedxml.ElementTree import fromstring
from django.db import IntegrityError, transaction
from django.urls import reverse

from apps.banking.domain.booking import Part, book_line
from apps.banking.domain.clearing import unbook_line
from apps.dues.domain.cancelling import cancel_invoice
from apps.dues.domain.payments import credit_balance, free_credits
from apps.dues.models import CreditNote
from apps.ledger.domain.accounts import account
from apps.ledger.domain.queries import balance_of
from apps.payments.domain.errors import OrderNotPossible, RunNotPossible
from apps.payments.domain.outcomes import refuse_orders
from apps.payments.domain.releasing import discard_run, release_run, take_out
from apps.payments.domain.transfers import (
    draft_transfers,
    order_payables,
    payables_to_order,
    withdraw_order,
)
from apps.payments.duties import duties as payment_duties
from apps.payments.models import PaymentOrder, PaymentRun
from apps.vouchers.domain.paying import outstanding_of, pay_from
from apps.vouchers.duties import duties
from tests.factories.banking import Row
from tests.factories.vouchers import fill_cash, make_creditor, make_payable, make_payment
from tests.payments.conftest import BONN, DUE, KOELN, SUPPLIER, TODAY, content_of, refund
from tests.waiting import resolve

SCHEMA = Path(sepaxml.__file__).parent / "schemas" / "pain.001.001.09.xsd"


def test_an_invoice_goes_from_approval_to_settlement_by_clicks(
    payable, bank, read_in, client, treasurer, board_member, time_machine
):
    time_machine.move_to(TODAY, tick=False)
    client.force_login(treasurer)
    voucher_page = client.get(payable.get_absolute_url()).content.decode()
    pay = reverse("payments:pay", args=[payable.number])
    assert pay in voucher_page
    assert SUPPLIER[:4] in client.get(pay).content.decode()
    for _click in range(2):
        client.post(pay, follow=True)
    order = PaymentOrder.objects.get()
    assert pay not in client.get(payable.get_absolute_url()).content.decode()
    assert "schon zur Überweisung vorgemerkt" in client.get(pay).content.decode()

    client.post(reverse("payments:transfer"), {"bank_account": bank.pk, "due_on": "31.03.2027"})
    run = PaymentRun.objects.get()
    client.force_login(board_member)
    release = client.get(reverse("payments:release", args=[run.pk])).content.decode()
    assert "bisher nicht bekannt: Druckerei Sommer" in release, "the invoice names another account than the creditor's"
    client.post(reverse("payments:release", args=[run.pk]))
    run.refresh_from_db()
    content = content_of(run)
    xmlschema.XMLSchema(str(SCHEMA)).validate(content.decode())
    root = fromstring(content)
    assert [root.findtext(f".//{{*}}{name}") for name in ("InstdAmt", "CdtrAcct/{*}Id/{*}IBAN", "Ustrd")] == [
        "119.00",
        SUPPLIER,
        "Rechnung RE-7",
    ]
    order.refresh_from_db()
    line = read_in(Row("-119.00", end_to_end_id=order.end_to_end_id, on=DUE))
    client.force_login(treasurer)
    client.post(reverse("banking:book", args=[line.pk]), {"proposal": line.proposals.get(rank=1).pk})
    assert (outstanding_of(payable), balance_of(account("PAYABLE"), until=DUE)) == (0, 0)
    page = client.get(payable.get_absolute_url()).content.decode()
    assert "bezahlt" in page
    assert run.get_absolute_url() in page


def test_all_due_invoices_are_ordered_at_once_and_those_without_account_are_named(
    payable, client, treasurer, board_member, time_machine
):
    time_machine.move_to(TODAY, tick=False)
    poor = make_creditor("Ohne Konto", iban="")
    nameless = make_payable(treasurer, board_member, "50.00", creditor=poor)
    later = make_payable(treasurer, board_member, "60.00", due_on=date(2027, 6, 1))
    client.force_login(treasurer)
    page = client.post(reverse("payments:pay_due"), {"until": "31.03.2027"}, follow=True).content.decode()
    assert f"Ohne IBAN: {nameless}." in page
    assert [order.voucher for order in PaymentOrder.objects.all()] == [payable]
    assert list(payables_to_order()) == [nameless, later]


def test_a_voucher_is_ordered_once_and_paid_once(payable, treasurer, release, read_in):
    assert len(order_payables([payable], by=treasurer).orders) == 1
    assert order_payables([payable], by=treasurer).orders == []
    order = PaymentOrder.objects.get()
    order.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        order.save()
    release()
    assert order_payables([payable], by=treasurer).orders == []
    line = read_in(Row("-119.00", "Sammler", on=DUE))
    book_line(line, proposal=line.proposals.get(kind="expected").pk, by=treasurer, on=DUE)
    assert order_payables([payable], by=treasurer).orders == []
    unbook_line(line, reason="falsch", by=treasurer, on=DUE)
    assert outstanding_of(payable) == Decimal("119.00")
    assert list(payables_to_order()) == [], "the transfer is still on its way"


def test_a_transfer_that_came_back_is_ordered_anew(payable, treasurer, release, read_in):
    order_payables([payable], by=treasurer)
    order = release().orders.get()
    line = read_in(Row("-119.00", end_to_end_id=order.end_to_end_id, on=DUE))
    book_line(line, proposal=line.proposals.get(rank=1).pk, by=treasurer, on=DUE)
    back = read_in(Row("119.00", "Konto erloschen", end_to_end_id=order.end_to_end_id, gvc="159", on=date(2027, 4, 2)))
    book_line(back, proposal=back.proposals.get(rank=1, kind="returned").pk, by=treasurer, on=date(2027, 4, 2))
    assert (outstanding_of(payable), balance_of(account("PAYABLE"), until=date(2027, 4, 2))) == (
        Decimal("119.00"),
        Decimal("-119.00"),
    )
    [again] = order_payables([payable], by=treasurer).orders
    assert again.amount.amount == Decimal("119.00")


@pytest.mark.parametrize(
    ("steps", "where"),
    [
        (1, "zur Überweisung vorgemerkt"),
        (2, "im Entwurf des Zahlungslaufs ZL-2027-0001 zum 31.03.2027"),
        (3, "im freigegebenen Zahlungslauf ZL-2027-0001 zum 31.03.2027"),
    ],
)
def test_what_is_being_transferred_is_neither_offered_nor_paid_in_cash(
    payable, bank, client, treasurer, board_member, time_machine, steps, where
):
    time_machine.move_to(TODAY, tick=False)
    fill_cash("200.00")
    make_payment("119.00", on=TODAY)
    client.force_login(treasurer)
    ways = [reverse(f"vouchers:{name}", args=[payable.number]) for name in ("pay_in_cash", "settle")]
    due = reverse("vouchers:due")
    page = client.get(payable.get_absolute_url()).content.decode()
    assert [way in page for way in ways] == [True, True]
    assert payable.number in client.get(due).content.decode()
    assert [duty.title for duty in resolve(duties(treasurer, TODAY))] == ["1 Eingangsrechnung zu bezahlen"]

    order_payables([payable], by=treasurer)
    if steps > 1:
        run = draft_transfers(bank_account=bank, due_on=DUE, by=treasurer, on=TODAY)
    if steps > 2:
        release_run(run, by=board_member, on=TODAY)

    page = client.get(payable.get_absolute_url()).content.decode()
    assert [way in page for way in ways] == [False, False]
    assert payable.number not in client.get(due).content.decode()
    assert payable.number in client.get(due + "?zahlung=unterwegs").content.decode()
    assert not list(resolve(duties(treasurer, TODAY)))
    assert where in client.get(ways[0]).content.decode()
    assert where in client.post(ways[0], {"on": "2027-03-01"}).content.decode()
    entry = client.get(ways[1]).context["form"].fields["entry"].choices[-1][0]
    assert where in client.post(ways[1], {"entry": entry, "amount": "119,00"}).content.decode()
    assert outstanding_of(payable) == Decimal("119.00")


def test_a_released_run_is_exported_with_its_outcome(payable, release, client, treasurer):
    order_payables([payable], by=treasurer)
    url = release().get_absolute_url()
    client.force_login(treasurer)
    header, row, total = client.get(url, {"export": "csv"}).content.decode("utf-8-sig").splitlines()
    shown = dict(zip(header.split(";"), row.split(";"), strict=True))
    assert (shown["Betrag"], shown["Ausgang"]) == ("119,00", "noch nicht gebucht")
    assert "119,00" in total
    assert client.get(url, {"export": "xlsx"}).status_code == 200


def test_a_batch_is_booked_though_one_voucher_was_paid_otherwise(payable, treasurer, board_member, release, read_in):
    other = make_payable(treasurer, board_member, "60.00")
    order_payables([payable, other], by=treasurer)
    release()
    pay_from(other, account="BANK", on=TODAY, by=treasurer)
    line = read_in(Row("-179.00", "Sammler", on=DUE))
    book_line(line, proposal=line.proposals.get(kind="expected").pk, by=treasurer, on=DUE)
    assert (outstanding_of(payable), outstanding_of(other)) == (0, 0)
    assert balance_of(account("PAYABLE"), until=DUE) == Decimal("60.00"), "paid twice: the supplier owes it back"


def test_a_line_without_our_reference_carries_the_order_out(payable, credit, treasurer, release, read_in):
    order_payables([payable], by=treasurer)
    refund(credit, 60, treasurer)
    run = release()
    assert [duty.title for duty in resolve(payment_duties(treasurer, TODAY))] == ["1 Datei für die Bank hochzuladen"]

    def outcomes() -> dict[Decimal, str]:
        return {order.amount.amount: order.outcome for order in run.orders.with_outcome()}

    for amount, part in (("119.00", {"voucher": payable}), ("60.00", {"city": credit})):
        assert outcomes()[Decimal(amount)] == "waiting"
        line = read_in(Row(f"-{amount}", "ohne Referenz", on=DUE))
        book_line(line, parts=[Part(Decimal(amount), **part)], by=treasurer, on=DUE)
        assert outcomes()[Decimal(amount)] == "booked"
    assert not [duty for duty in resolve(payment_duties(treasurer, TODAY)) if "hochzuladen" in duty.title]
    unbook_line(line, reason="falsch", by=treasurer, on=DUE)
    assert outcomes() == {Decimal("119.00"): "booked", Decimal("60.00"): "waiting"}


def test_another_amount_or_another_week_is_not_our_order(payable, credit, treasurer, release, read_in):
    refund(credit, 60, treasurer)
    run = release()
    for amount, on in (("30.00", DUE), ("60.00", DUE + timedelta(days=6))):
        line = read_in(Row(f"-{amount}", "ohne Referenz", on=on))
        book_line(line, parts=[Part(Decimal(amount), city=credit)], by=treasurer, on=on)
        assert run.orders.with_outcome().get().outcome == "waiting"
        unbook_line(line, reason="falsch", by=treasurer, on=on)


def test_what_was_paid_otherwise_is_not_released(payable, bank, treasurer, board_member):
    order_payables([payable], by=treasurer)
    run = draft_transfers(bank_account=bank, due_on=DUE, by=treasurer, on=TODAY)
    pay_from(payable, account="BANK", on=TODAY, by=treasurer)
    with pytest.raises(RunNotPossible) as refused:
        release_run(run, by=board_member, on=TODAY)
    assert payable.number in str(refused.value)


def test_a_refund_goes_from_credit_to_balance_zero_by_clicks(
    credit, bank, read_in, client, treasurer, board_member, time_machine
):
    time_machine.move_to(TODAY, tick=False)
    client.force_login(treasurer)
    url = reverse("payments:refund", args=[credit.slug])
    assert url in client.get(reverse("dues:credit", args=[credit.slug])).content.decode()
    form = client.get(url)
    assert form.context["form"].initial == {
        "amount": Decimal("100.00"),
        "name": "Stadt Bonn",
        "iban": "DE02 1203 0000 0000 2020 51",
    }
    data = {"amount": "100,00", "name": "Stadt Bonn", "iban": BONN}
    for _click in range(2):
        answer = client.post(url, data)
    assert "schon eine Erstattung unterwegs" in answer.content.decode()
    assert PaymentOrder.objects.count() == 1
    client.post(reverse("payments:transfer"), {"bank_account": bank.pk, "due_on": "31.03.2027"})
    run = PaymentRun.objects.get()
    client.force_login(board_member)
    client.post(reverse("payments:release", args=[run.pk]))
    order = PaymentOrder.objects.get()
    assert order.end_to_end_id == f"{run.reference}-1"
    line = read_in(Row("-100.00", end_to_end_id=order.end_to_end_id, on=DUE))
    client.force_login(treasurer)
    client.post(reverse("banking:book", args=[line.pk]), {"proposal": line.proposals.get(rank=1).pk})
    assert credit_balance(credit) == 0
    assert url not in client.get(reverse("dues:credit", args=[credit.slug])).content.decode()


def test_credit_is_never_refunded_twice(credit, treasurer, release, read_in):
    first = refund(credit, 60, treasurer)
    assert free_credits() == {credit.pk: Decimal("40.00")}
    with pytest.raises(OrderNotPossible):
        refund(credit, 40, treasurer)
    withdraw_order(first, by=treasurer)
    with pytest.raises(OrderNotPossible) as refused:
        refund(credit, 101, treasurer)
    assert refused.value.field == "amount"
    refund(credit, 60, treasurer)
    order = release().orders.get()
    with pytest.raises(OrderNotPossible):
        refund(credit, 40, treasurer)
    line = read_in(Row("-60.00", end_to_end_id=order.end_to_end_id, on=DUE))
    book_line(line, proposal=line.proposals.get(rank=1).pk, by=treasurer, on=DUE)
    assert refund(credit, 40, treasurer).amount.amount == 40


def test_a_refund_that_came_back_is_credit_again(credit, treasurer, release, read_in):
    refund(credit, 60, treasurer)
    order = release().orders.get()
    line = read_in(Row("-60.00", end_to_end_id=order.end_to_end_id, on=DUE))
    book_line(line, proposal=line.proposals.get(rank=1).pk, by=treasurer, on=DUE)
    assert credit_balance(credit) == Decimal("40.00")
    back = read_in(Row("60.00", "unzustellbar", end_to_end_id=order.end_to_end_id, gvc="159", on=date(2027, 4, 2)))
    book_line(back, proposal=back.proposals.get(rank=1, kind="returned").pk, by=treasurer, on=date(2027, 4, 2))
    assert credit_balance(credit) == Decimal("100.00")
    assert refund(credit, 100, treasurer).amount.amount == 100


def test_money_goes_to_an_unknown_account_only_if_the_city_said_so(credit, treasurer):
    with pytest.raises(OrderNotPossible) as refused:
        refund(credit, 100, treasurer, iban=KOELN)
    assert refused.value.field == "is_told"
    assert refund(credit, 100, treasurer, iban=KOELN, is_told=True).iban == KOELN


def test_credit_paid_back_meanwhile_is_not_paid_out_again(credit, bank, read_in, treasurer, board_member):
    refund(credit, 100, treasurer)
    run = draft_transfers(bank_account=bank, due_on=DUE, by=treasurer, on=TODAY)
    line = read_in(Row("-50.00", "von Hand erstattet", name="Stadt Bonn", iban=BONN))
    book_line(line, parts=[Part(Decimal(50), city=credit)], by=treasurer, on=TODAY)
    with pytest.raises(RunNotPossible) as refused:
        release_run(run, by=board_member, on=TODAY)
    assert "Bonn" in str(refused.value)


def test_what_is_taken_out_or_discarded_waits_again(payable, credit, bank, treasurer):
    order_payables([payable], by=treasurer)
    refund(credit, 100, treasurer)
    run = draft_transfers(bank_account=bank, due_on=DUE, by=treasurer, on=TODAY)
    assert PaymentOrder.objects.waiting().count() == 0
    take_out(run.orders.get(voucher=payable), by=treasurer)
    assert [order.voucher for order in PaymentOrder.objects.waiting()] == [payable]
    discard_run(run, by=treasurer)
    assert PaymentOrder.objects.waiting().count() == 2
    with pytest.raises(OrderNotPossible):
        take_out(PaymentOrder.objects.first(), by=treasurer)


def test_what_the_bank_refused_is_ordered_anew(payable, treasurer, release, client, time_machine):
    time_machine.move_to(TODAY, tick=False)
    order_payables([payable], by=treasurer)
    run = release()
    order = run.orders.get()
    client.force_login(treasurer)
    whole = reverse("payments:refuse", args=[run.pk])
    assert "1 Zahlung, die die Bank noch nicht gebucht hat" in client.get(whole).content.decode()
    assert reverse("payments:refuse_order", args=[order.pk]) in client.get(run.get_absolute_url()).content.decode()
    client.post(reverse("payments:refuse_order", args=[order.pk]), {"reason": "IBAN gesperrt"})
    page = client.get(run.get_absolute_url() + "?ausgang=refused").content.decode()
    assert "IBAN gesperrt" in page
    assert "Die Bank hat alle Zahlungen dieses Laufs gebucht" in client.get(whole).content.decode()
    with pytest.raises(Exception, match="schon vermerkt"):
        refuse_orders(run, [order], reason="noch einmal", by=treasurer, on=TODAY)
    assert len(order_payables([payable], by=treasurer).orders) == 1


def test_a_transfer_is_ordered_at_most_a_year_ahead(payable, bank, treasurer):
    order_payables([payable], by=treasurer)
    with pytest.raises(RunNotPossible, match=r"höchstens ein Jahr im Voraus an, also bis zum 28\.02\.2028"):
        draft_transfers(bank_account=bank, due_on=date(2037, 3, 2), by=treasurer, on=TODAY)
    assert draft_transfers(bank_account=bank, due_on=date(2028, 2, 28), by=treasurer, on=TODAY).due_on.year == 2028


def test_a_refund_names_what_it_pays_back(invoices, bank, read_in, treasurer):
    bonn, koeln = invoices[:2]
    line = read_in(Row("2848.36", "zu viel", name="Stadt Bonn", iban=BONN))
    parts = [Part(bonn.amount.amount, invoice=bonn), Part(Decimal(100), city=bonn.city)]
    book_line(line, parts=parts, by=treasurer, on=TODAY)
    assert refund(bonn.city, 100, treasurer).purpose == f"Erstattung Ihres Guthabens, {bonn.number}"
    line = read_in(Row(str(koeln.amount.amount), "Beitrag", name="Stadt Köln", iban=KOELN))
    book_line(line, parts=[Part(koeln.amount.amount, invoice=koeln)], by=treasurer, on=TODAY)
    note = cancel_invoice(koeln, reason="Austritt", by=treasurer, on=TODAY)
    number = CreditNote.objects.get().number
    assert note is not None
    assert refund(koeln.city, 5, treasurer, iban=KOELN).purpose == (
        f"Erstattung Ihres Guthabens, {number} zu {koeln.number}"
    )


def test_credit_that_is_ordered_to_be_paid_back_is_not_set_off_as_well(
    credit, invoices, bank, client, treasurer, release
):
    order = refund(credit, 70, treasurer)
    client.force_login(treasurer)
    [bonn, *_others] = invoices
    url = reverse("dues:apply_credit", args=[bonn.number])
    for _state in ("ordered", "at the bank"):
        page = client.get(url).content.decode().replace("\xa0", " ")
        assert "70,00 € davon sind zur Überweisung vorgemerkt. Verrechnet werden können noch 30,00 €." in page
        assert 'value="30,00"' in page
        answer = client.post(url, {"amount": "100,00", "reason": "Schreiben"}).content.decode().replace("\xa0", " ")
        assert "Verrechnet werden können noch 30,00 €." in answer
        assert credit_balance(credit) == 100
        for shown in (reverse("dues:credit", args=[credit.slug]), reverse("dues:credits")):
            content = client.get(shown).content.decode().replace("\xa0", " ")
            assert "70,00 €" in content
            assert "30,00 €" in content
        if not order.run_id:
            order.run = release()
    client.post(url, {"amount": "30,00", "reason": "Schreiben"})
    assert credit_balance(credit) == 70
    refuse_orders(order.run, [order], reason="Konto erloschen", by=treasurer, on=TODAY)
    client.post(url, {"amount": "70,00", "reason": "Schreiben"})
    assert credit_balance(credit) == 0
