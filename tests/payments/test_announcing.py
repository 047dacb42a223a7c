"""Invoices to cities that gave a mandate: they announce the debit instead of asking for a transfer, and that announcement counts."""

from datetime import date, timedelta

import pypdfium2
import pytest
import zxingcpp
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction
from django.urls import reverse

from apps.banking.models import BankAccount
from apps.dues.domain.collected import guard_not_collected
from apps.dues.domain.errors import MoneyUnderWay, PreviewOutdated
from apps.dues.domain.issuing import issue_run
from apps.dues.domain.schedules import end_schedule
from apps.dues.domain.sending import queue_unsent
from apps.dues.duties import duties as dues_duties
from apps.dues.models import FeeSchedule, Invoice, InvoiceData
from apps.dues.printing import print_now as print_invoices
from apps.dunning.domain.assessment import assess
from apps.dunning.domain.queries import ripe
from apps.dunning.enums import Finding
from apps.dunning.models import DunningProcedure
from apps.einvoice.enums import InvoiceForm
from apps.einvoice.reading import read
from apps.members.models import City
from apps.payments.domain.announcing import still_to_collect
from apps.payments.domain.collecting import draft_collection
from apps.payments.domain.creditor import set_creditor_id
from apps.payments.domain.errors import RunNotPossible
from apps.payments.domain.mandates import revoke_mandate
from apps.payments.domain.notices import untold, write_notices
from apps.payments.domain.outcomes import refuse_orders
from apps.payments.domain.releasing import release_run
from apps.payments.duties import duties
from apps.payments.models import CreditorIdentifier, PreNotification
from apps.payments.printing import print_now
from apps.pdf.text import pdf_text
from tests.factories.banking import Row
from tests.factories.dues import TODAY as ISSUED
from tests.factories.dues import make_network, make_payment, make_preview, make_received, make_schedule
from tests.factories.dunning import make_procedure
from tests.factories.members import make_delegate, make_delegation
from tests.payments.conftest import BONN, DUE, KOELN, LATEST, mandate, send_letters
from tests.waiting import resolve

LATE = date(2027, 3, 24)
CREDITOR = "DE98ZZZ09999999999"
SAID = {"mandate": "M-Bonn", "creditor_id": CREDITOR, "iban": BONN, "notice_days": 14}


@pytest.fixture
def bonn(db, treasurer, read_in):
    """Bonn gave a mandate before it is billed, Köln did not."""
    make_network(("Bonn", 323_336), ("Köln", 1_024_621))
    read_in(Row("1.00", "Beginn"))
    set_creditor_id(value=CREDITOR, valid_from=date(2020, 1, 1), by=treasurer)
    return mandate("Bonn", BONN, treasurer, reference="M-Bonn")


def bill(**options) -> list[Invoice]:
    return issue_run(make_preview(**options), by=None, on=options.get("on", ISSUED))


def send_invoices(on: date, by) -> None:
    print_invoices(by=by)
    queue_unsent(by=by, on=on)
    send_letters(on)


def text_of(document) -> str:
    return " ".join(pdf_text(content(document)).replace("\xa0", " ").split())


def content(document) -> bytes:
    with default_storage.open(document.versions.get().storage_path) as file:
        return bytes(file.read())


def codes_on(pdf: bytes) -> int:
    return len(zxingcpp.read_barcodes(pypdfium2.PdfDocument(pdf)[0].render(scale=4).to_pil()))


@pytest.fixture
def collect(bonn, treasurer, read_in):
    def make(due_on: date = DUE, *, on: date = LATE):
        account = BankAccount.objects.get()
        return draft_collection(instrument="CORE", bank_account=account, due_on=due_on, by=treasurer, on=on)

    return make


# what the invoice says


def test_the_preview_freezes_who_is_debited_and_the_invoice_repeats_it(bonn):
    run = make_preview()
    assert list(run.assessments.order_by("position").values_list("city_label", "direct_debit")) == [
        ("Bonn", SAID),
        ("Köln", {}),
    ]
    assert [row.city_label for row in run.assessments.collected()] == ["Bonn"]
    invoices = issue_run(run, by=None, on=ISSUED)
    assert [(row.direct_debit, row.collected_on) for row in invoices] == [(SAID, DUE), ({}, None)]


def test_the_pdf_announces_the_debit_and_asks_for_no_transfer(bonn, treasurer):
    debited, transferred = bill()
    print_invoices(by=treasurer)
    debited.refresh_from_db()
    transferred.refresh_from_db()
    text = text_of(debited.document)
    for part in (
        "Wir ziehen den Betrag am 31.03.2027 von Ihrem Konto ein. Bitte überweisen Sie nicht.",
        "2.748,36 €",
        "DE02 XXXX XXXX XXXX XX20 51",
        "M-Bonn",
        CREDITOR,
    ):
        assert part in text
    assert ("Zahlen mit Code" in text, "Bitte überweisen Sie ihn" in text, "0000 2020 51" in text) == (False,) * 3
    assert "Bitte überweisen Sie ihn" in text_of(transferred.document)
    assert (codes_on(content(debited.document)), codes_on(content(transferred.document))) == (0, 1)


@pytest.mark.parametrize("form", [InvoiceForm.ZUGFERD, InvoiceForm.XRECHNUNG_CII, InvoiceForm.XRECHNUNG_UBL])
def test_the_einvoice_has_code_59_and_no_finding(bonn, treasurer, form):
    leitweg = "04011000-1234512345-06"
    City.objects.filter(name="Bonn").update(invoice_form=form, leitweg_id=leitweg, invoice_email="r@bonn.example")
    invoice = bill()[0]
    print_invoices(by=treasurer)
    invoice.refresh_from_db()
    data = InvoiceData.objects.get(invoice=invoice)
    reading = read(content(data.document or invoice.document))
    assert (data.findings, reading.findings) == ([], ())
    said = reading.invoice.payment
    assert (said.code, said.mandate, said.creditor_id, said.debtor_iban) == ("59", "M-Bonn", CREDITOR, BONN)
    assert (said.iban, said.account_holder, said.reference) == ("", "", invoice.number)
    assert said.terms == "Wir ziehen den Betrag am 31.03.2027 von Ihrem Konto ein. Bitte überweisen Sie nicht."


def test_an_issued_invoice_keeps_what_it_said(bonn, treasurer):
    invoice = bill()[0]
    revoke_mandate(bonn, reason="Kündigung", by=treasurer, on=date(2027, 1, 12))
    with pytest.raises(DatabaseError), transaction.atomic():
        Invoice.objects.filter(pk=invoice.pk).update(direct_debit={})
    print_invoices(by=treasurer)
    invoice.refresh_from_db()
    assert "M-Bonn" in text_of(invoice.document)


def test_a_mandate_that_comes_or_goes_after_the_preview_is_named(bonn, treasurer):
    run = make_preview()
    revoke_mandate(bonn, reason="Kündigung", by=treasurer, on=ISSUED)
    mandate("Köln", KOELN, treasurer, reference="M-Koeln")
    with pytest.raises(PreviewOutdated) as refused:
        issue_run(run, by=None, on=ISSUED)
    assert "Bonn: Zahlung war „Lastschrift (Mandat M-Bonn)“, ist jetzt „Überweisung“." in str(refused.value)
    assert "Köln: Zahlung war „Überweisung“, ist jetzt „Lastschrift (Mandat M-Koeln)“." in str(refused.value)


@pytest.mark.parametrize(
    ("changes", "is_debited"),
    [
        ({}, True),
        ({"signed_on": date(2024, 4, 1)}, True),
        ({"signed_on": date(2024, 3, 31)}, False),  # lapses on the due day
    ],
)
def test_the_mandate_must_hold_on_the_due_day(bonn, treasurer, changes, is_debited):
    mandate("Köln", KOELN, treasurer, reference="M-Koeln", **changes)
    assert bool(bill()[1].direct_debit) is is_debited


def test_without_a_creditor_identifier_nothing_is_debited(bonn):
    CreditorIdentifier.objects.all().delete()
    assert [row.direct_debit for row in bill()] == [{}, {}]


def test_a_one_off_mandate_is_named_by_one_invoice(bonn, treasurer):
    mandate("Köln", KOELN, treasurer, reference="M-Koeln", sequence="OOFF")
    assert bill()[1].direct_debit["mandate"] == "M-Koeln"
    later = bill(year=2028, on=date(2028, 1, 10))
    assert [bool(row.direct_debit) for row in later] == [True, False]


def test_a_one_off_mandate_in_a_run_is_not_named_by_another_invoice(bonn, collect, treasurer):
    bill()
    mandate("Köln", KOELN, treasurer, reference="M-Koeln", sequence="OOFF")
    collect(on=date(2027, 3, 1))
    later = bill(year=2028, on=date(2028, 1, 10))
    assert [bool(row.direct_debit) for row in later] == [True, False]


def test_an_invoice_too_late_for_the_notice_names_no_day(bonn, treasurer):
    end_schedule(FeeSchedule.objects.get(), valid_until=date(2028, 1, 1), reason="neue Ordnung", by=treasurer)
    make_schedule(title="Beitragsordnung 2028", valid_from=date(2028, 1, 1), due_days=10)
    invoice = bill(year=2028, on=date(2028, 1, 10))[0]
    assert (invoice.direct_debit["mandate"], invoice.collected_on) == ("M-Bonn", None)
    print_invoices(by=treasurer)
    invoice.refresh_from_db()
    text = text_of(invoice.document)
    assert "Wir ziehen den Betrag von Ihrem Konto ein. Den Tag teilen wir Ihnen vorher mit." in text
    assert "Tag des Einzugs" not in text


def test_pages_show_who_is_debited(bonn, client, treasurer, time_machine):
    time_machine.move_to(ISSUED, tick=False)
    client.force_login(treasurer)
    run = make_preview()
    page = client.get(run.get_absolute_url()).content.decode()
    assert "Lastschrift (Mandat M-Bonn)" in page
    shown = client.get(run.get_absolute_url(), {"zahlung": "lastschrift"}).content.decode()
    assert ("Bonn" in shown, 'data-label="Stadt"><span id="stadt-2">Köln' in shown) == (True, False)
    confirm = client.get(reverse("dues:run_issue", args=[run.pk])).content.decode()
    assert "Bei 1 Stadt kündigt die Rechnung den Einzug an" in confirm


# what counts as told


def test_the_invoice_is_the_pre_notification_and_no_second_letter_goes_out(bonn, collect, treasurer, board_member):
    invoice = bill()[0]
    send_invoices(date(2027, 1, 15), treasurer)
    run = collect()  # a letter could not come in time any more
    assert [order.invoice for order in run.orders.all()] == [invoice]
    assert (write_notices(run, by=treasurer, on=LATE), list(untold(run))) == (0, [])
    release_run(run, by=board_member, on=LATE)
    assert not PreNotification.objects.exists()


@pytest.mark.parametrize("change", ["another day", "partly paid", "another mandate"])
def test_a_debit_other_than_announced_needs_its_letter(bonn, collect, treasurer, change):
    invoice = bill()[0]
    send_invoices(date(2027, 1, 15), treasurer)
    if change == "partly paid":
        make_payment(invoice, "100.00", on=date(2027, 2, 1))
    if change == "another mandate":
        mandate("Bonn", KOELN, treasurer, reference="M-Bonn-2", signed_on=date(2027, 2, 1))
    due_on = date(2027, 4, 15) if change == "another day" else DUE
    if change != "another day":
        with pytest.raises(RunNotPossible):
            collect(on=LATE)
    run = collect(due_on, on=date(2027, 3, 1))
    assert [line.split(" (")[0] for line in untold(run)] == ["Bonn"]
    assert write_notices(run, by=treasurer, on=date(2027, 3, 1)) == 1
    if change == "another day":
        print_now(by=treasurer)
        letter = text_of(PreNotification.objects.get().document)
        assert "am 15.04.2027 ziehen wir 2.748,36 € von Ihrem Konto ein" in letter
        assert "Wo Ihre Rechnung den Einzug anders ankündigt, gilt dieses Schreiben." in letter


def test_an_invoice_that_has_not_left_announced_nothing(bonn, collect, treasurer):
    bill()
    print_invoices(by=treasurer)
    with pytest.raises(RunNotPossible):
        collect()


@pytest.mark.parametrize(("left_on", "is_told"), [(LATEST, True), (LATEST + timedelta(days=1), False)])
def test_the_invoice_must_have_left_in_time(bonn, collect, treasurer, left_on, is_told):
    bill()
    send_invoices(left_on, treasurer)
    if is_told:
        assert collect().orders.count() == 1
    else:
        with pytest.raises(RunNotPossible):
            collect()


def test_the_run_page_says_that_the_invoice_told_it(bonn, collect, client, treasurer, time_machine):
    time_machine.move_to(LATE, tick=False)
    bill()
    send_invoices(date(2027, 1, 15), treasurer)
    run = collect()
    client.force_login(treasurer)
    page = client.get(run.get_absolute_url()).content.decode()
    assert "mit der Rechnung, 15.01.2027" in page
    assert reverse("payments:announce", args=[run.pk]) not in page


# until it is collected


def test_nobody_is_reminded_of_what_we_said_we_would_fetch(bonn, collect, treasurer, board_member):
    bill()
    procedure: DunningProcedure = make_procedure()
    send_invoices(date(2027, 1, 15), treasurer)
    later = date(2027, 5, 20)

    def reminded() -> tuple[set[str], set[str]]:
        found = {item.city_label for item in assess(procedure, on=later) if item.finding == Finding.DUNNED}
        return found, {row.city_label for row in ripe(later)}

    assert reminded() == ({"Köln"}, {"Köln"})
    [spared] = [item for item in assess(procedure, on=later) if item.finding == Finding.COLLECTED]
    assert spared.reason.startswith("laut Rechnung wird der Betrag zum 31.03.2027 eingezogen")

    run = release_run(collect(), by=board_member, on=LATE)
    assert reminded() == ({"Köln"}, {"Köln"})
    refuse_orders(run, list(run.orders.all()), reason="Deckung", by=treasurer, on=date(2027, 4, 2))
    assert reminded() == ({"Bonn", "Köln"}, {"Bonn", "Köln"})
    assert list(still_to_collect(later)) == []


def test_what_is_only_announced_may_be_paid_otherwise(bonn, collect, treasurer):
    invoice = bill()[0]
    guard_not_collected(invoice, on=date(2027, 3, 1))
    collect(on=date(2027, 3, 1))
    with pytest.raises(MoneyUnderWay):
        guard_not_collected(invoice, on=date(2027, 3, 1))


def test_a_city_is_not_told_to_pay_what_we_collect(bonn, treasurer):
    bonn_invoice, koeln_invoice = bill()
    delegate = make_delegate(bonn_invoice.city)
    make_delegation(koeln_invoice.city, delegate)

    def titles() -> list[str]:
        return [duty.title for duty in resolve(dues_duties(delegate, date(2027, 2, 1))) if "bezahlen" in duty.title]

    assert titles() == [f"Beitragsrechnung {koeln_invoice} bezahlen"]
    revoke_mandate(bonn, reason="Kündigung", by=treasurer, on=date(2027, 1, 20))
    assert titles() == [f"Beitragsrechnung {each} bezahlen" for each in (bonn_invoice, koeln_invoice)]


def test_who_revoked_the_mandate_is_reminded_and_the_page_says_what_to_do(bonn, client, treasurer, time_machine):
    time_machine.move_to(date(2027, 5, 20), tick=False)
    invoice = bill()[0]
    make_received(invoice)
    make_procedure()
    client.force_login(treasurer)
    assert (
        "laut Rechnung zum 31.03.2027, noch in keinem Zahlungslauf"
        in client.get(invoice.get_absolute_url()).content.decode()
    )
    confirm = client.get(reverse("payments:revoke", args=[bonn.pk])).content.decode()
    assert f"Rechnung {invoice.number} kündigt den Einzug an." in confirm
    revoke_mandate(bonn, reason="Kündigung", by=treasurer, on=date(2027, 5, 20))
    assert "Bonn" in {row.city_label for row in ripe(date(2027, 5, 20))}
    assert (
        "Bitte sagen Sie der Stadt, dass sie überweisen soll" in client.get(invoice.get_absolute_url()).content.decode()
    )


def test_the_treasurer_is_told_to_draft_what_invoices_announce(bonn, collect, treasurer):
    bill()
    send_invoices(date(2027, 1, 15), treasurer)

    def titles(on: date) -> list[str]:
        return [duty.title for duty in resolve(duties(treasurer, on))]

    wanted = "1 Lastschrift steht in keinem Lauf"
    assert (titles(date(2027, 2, 28)), titles(date(2027, 3, 1))) == ([], [wanted])
    collect()
    assert titles(LATE) == []
