"""The run: who is dunned and why not, letters once, way back, interest, nothing for a network without form."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, OperationalError, connections, transaction

from apps.core.errors import DomainError
from apps.core.money import euros
from apps.dispatch.domain.afterwards import note_bounce
from apps.dispatch.domain.queueing import queue_dispatch
from apps.dispatch.models import Dispatch, DispatchQuerySet
from apps.dues.domain import promises
from apps.dues.domain.cancelling import cancel_invoice
from apps.dues.domain.errors import NoCreditor
from apps.dues.domain.payments import apply_credit
from apps.dues.domain.sending import invoice_draft
from apps.dues.models import Invoice
from apps.dunning.domain.care import block, lift_block
from apps.dunning.domain.errors import (
    AlreadyIssued,
    AlreadyWithdrawn,
    BaseRateMissing,
    NoProcedure,
    NothingToDun,
    PreviewOutdated,
    ProcedureIncomplete,
)
from apps.dunning.domain.issuing import issue_run, withdraw_letter
from apps.dunning.domain.procedures import put_in_force, save_procedure, usual_levels
from apps.dunning.domain.queries import ripe
from apps.dunning.domain.runs import prepare_run
from apps.dunning.models import DunningItem, DunningLetter, DunningProcedure, DunningRun
from apps.dunning.printing import print_now
from apps.members.models import City
from apps.organisation.domain.seeds import load_reference_data
from apps.organisation.domain.values import add_parameter
from apps.organisation.enums import DecisionSubject, LegalMode
from apps.organisation.models import LegalForm
from apps.resolutions.domain.errors import WrongSubject
from tests.factories.dues import TODAY, make_invoices, make_payment, make_printed, make_received, make_resolution
from tests.factories.dunning import DUE, FIRST, make_letters, make_overdue, make_procedure, reach_second_dunning
from tests.factories.resolutions import make_decided

pytestmark = pytest.mark.django_db


def findings() -> dict[str, tuple[str, int | None]]:
    run = DunningRun.objects.latest("pk")
    return {item.city_label: (item.finding, item.level) for item in run.items.all()}


def reminders() -> DispatchQuerySet:
    return Dispatch.objects.filter(title__startswith="Zahlungserinnerung")


def invoice_of(name: str) -> Invoice:
    return Invoice.objects.with_balance().get(city__name=name)


# who and why not


def test_every_overdue_item_is_judged():
    cities = ("Aachen", "Bonn", "Essen", "Kassel", "Köln")
    make_overdue(*((name, 300_000) for name in cities))
    make_payment(invoice_of("Aachen"), "2550.00")
    make_payment(invoice_of("Bonn"), "2546.00")
    make_payment(invoice_of("Essen"), "1000.00")
    block(
        City.objects.get(name="Kassel"), kind="query", reason="Anfrage vom 02.04.", valid_until=None, by=None, on=FIRST
    )
    run = prepare_run(by=None, on=FIRST)
    assert sorted(invoice.city_label for invoice in ripe(FIRST)) == ["Essen", "Köln"]
    assert findings() == {
        "Bonn": ("small", None),
        "Essen": ("dunned", 0),
        "Kassel": ("blocked", None),
        "Köln": ("dunned", 0),
    }
    assert (run.count, run.total.amount) == (2, Decimal("4100.00"))
    reasons = {item.city_label: item.reason for item in run.items.all()}
    assert reasons["Kassel"] == "offene Rückfrage der Stadt: Anfrage vom 02.04."
    assert reasons["Bonn"] == "zusammen 4,00 €, Mindestbetrag 5,00 €"
    assert reasons["Köln"] == "fällig am 31.03.2027, seitdem 14 Tage"


def test_a_day_too_early_nobody_is_dunned():
    make_overdue(("Köln", 300_000))
    run = prepare_run(by=None, on=FIRST - timedelta(days=1))
    assert run.items.get().reason == "Zahlungserinnerung frühestens am 14.04.2027"
    with pytest.raises(NothingToDun):
        issue_run(run, by=None, on=FIRST - timedelta(days=1))
    with pytest.raises(NothingToDun, match="keine Rechnung überfällig"):
        prepare_run(by=None, on=DUE)


def test_levels_follow_each_other_and_end():
    make_overdue(("Köln", 300_000))
    on, seen = FIRST, []
    for _level in range(4):
        [letter] = make_letters(on)
        seen.append((letter.level_name, letter.number, letter.pay_by))
        on = letter.pay_by
        assert ripe(on).count() == 0
        prepare_run(by=None, on=on)
        assert findings()["Köln"][0] in {"waits", "exhausted"}
        on += timedelta(days=1)
        assert ripe(on).count() == (letter.level < 3)
    assert seen == [
        ("Zahlungserinnerung", "M-2027-0001", date(2027, 4, 28)),
        ("1. Mahnung", "M-2027-0002", date(2027, 5, 13)),
        ("2. Mahnung", "M-2027-0003", date(2027, 5, 28)),
        ("3. Mahnung", "M-2027-0004", date(2027, 6, 14)),
    ]
    item = prepare_run(by=None, on=on).items.get()
    assert (item.finding, item.reason) == (
        "exhausted",
        "3. Mahnung vom 29.05.2027 war die letzte Stufe. Über weitere Schritte entscheidet der Vorstand.",
    )


def test_blocks_of_one_invoice_end():
    make_overdue(("Köln", 300_000))
    koeln = invoice_of("Köln")
    made = block(koeln.city, invoice=koeln, kind="instalments", reason="Raten", valid_until=None, by=None, on=FIRST)
    assert not ripe(FIRST).exists()
    lift_block(made, by=None, on=FIRST + timedelta(days=1))
    assert [row.outstanding for row in ripe(FIRST + timedelta(days=1)).with_balance()] == [Decimal("2550.00")]


def test_who_never_got_the_invoice_is_not_reminded_and_the_reason_is_named():
    """Four invoices: nothing printed, not queued, in the outbox, bounced; the fifth reached its city."""
    make_procedure()
    invoices = make_invoices(*((name, 300_000) for name in ("Aachen", "Bonn", "Essen", "Kassel", "Köln")))
    _aachen, bonn, essen, kassel, koeln = invoices
    make_printed(bonn, essen)
    queue_dispatch(invoice_draft(essen), by=None, on=TODAY)
    make_received(kassel, koeln)
    note_bounce(sendings(kassel).get(), reason="Annahme verweigert", by=None)
    run = prepare_run(by=None, on=FIRST)
    assert [(item.city_label, item.finding, item.reason) for item in run.items.order_by("position")] == [
        ("Aachen", "unreceived", "Die Rechnung ist noch nicht gedruckt."),
        ("Bonn", "unreceived", "Die Rechnung ist noch nicht versandt."),
        ("Essen", "unreceived", "Die Rechnung liegt noch im Postausgang oder kam zurück."),
        ("Kassel", "unreceived", "Die Rechnung liegt noch im Postausgang oder kam zurück."),
        ("Köln", "dunned", "fällig am 31.03.2027, seitdem 14 Tage"),
    ]
    assert [invoice.city_label for invoice in ripe(FIRST)] == ["Köln"]
    assert [letter.city_label for letter in issue_run(run, by=None, on=FIRST)] == ["Köln"]


def test_credit_is_set_off_before_a_city_is_reminded_unless_somebody_decides_otherwise():
    make_overdue(("Bonn", 300_000), ("Essen", 300_000), ("Köln", 300_000))
    bonn, essen = invoice_of("Bonn"), invoice_of("Essen")
    make_payment(None, "2550.00", city=bonn.city)
    make_payment(None, "0.01", city=essen.city)
    run = prepare_run(by=None, on=FIRST)
    reasons = {item.city_label: (item.finding, item.reason.replace("\xa0", " ")) for item in run.items.all()}
    assert reasons["Bonn"] == ("credit", "Guthaben 2.550,00 €, bitte zuerst verrechnen")
    assert reasons["Essen"] == ("credit", "Guthaben 0,01 €, bitte zuerst verrechnen")
    assert [invoice.city_label for invoice in ripe(FIRST)] == ["Köln"]
    apply_credit(bonn, amount=Decimal(2550), reason="Schreiben der Stadtkasse", by=None, on=FIRST)
    run = prepare_run(by=None, on=FIRST, despite_credit=[essen.city])
    assert findings() == {"Essen": ("dunned", 0), "Köln": ("dunned", 0)}
    assert [letter.city_label for letter in issue_run(run, by=None, on=FIRST)] == ["Essen", "Köln"]


def test_other_credit_than_was_accepted_refuses_the_letters():
    make_overdue(("Bonn", 300_000), ("Köln", 300_000))
    bonn, koeln = invoice_of("Bonn"), invoice_of("Köln")
    make_payment(None, "10.00", city=bonn.city)
    run = prepare_run(by=None, on=FIRST, despite_credit=[bonn.city])
    make_payment(None, "2540.00", city=bonn.city)
    make_payment(None, "2550.00", city=koeln.city)
    with pytest.raises(PreviewOutdated) as refusal:
        issue_run(run, by=None, on=FIRST)
    assert refusal.value.message.count("ist jetzt „Guthaben vorhanden") == 2
    assert DunningLetter.objects.count() == 0


def test_credit_that_is_promised_back_is_no_reason_to_wait(monkeypatch):
    make_overdue(("Bonn", 300_000))
    bonn = invoice_of("Bonn")
    make_payment(None, "2550.00", city=bonn.city)
    monkeypatch.setattr(promises, "providers", [lambda _city: {bonn.city_id: Decimal(2550)}])
    prepare_run(by=None, on=FIRST)
    assert findings() == {"Bonn": ("dunned", 0)}


def sendings(invoice: Invoice) -> DispatchQuerySet:
    return Dispatch.objects.filter(document__dues_invoices=invoice)


# letters


def test_one_letter_per_city_with_gapless_numbers_and_one_sending():
    make_overdue(("Köln", 300_000), ("Bonn", 300_000))
    letters = make_letters()
    assert [(letter.city_label, letter.number, letter.total.amount) for letter in letters] == [
        ("Bonn", "M-2027-0001", Decimal("2550.00")),
        ("Köln", "M-2027-0002", Decimal("2550.00")),
    ]
    assert letters[0].reference == invoice_of("Bonn").reference
    assert print_now(by=None) == 2
    assert print_now(by=None) == 0
    assert sorted(reminders().values_list("title", "state")) == [
        ("Zahlungserinnerung M-2027-0001", "queued"),
        ("Zahlungserinnerung M-2027-0002", "queued"),
    ]


def test_all_items_of_a_city_in_one_letter():
    from apps.dues.domain.issuing import issue_run as issue_dues
    from tests.factories.dues import make_preview

    make_overdue(("Köln", 300_000))
    on = date(2028, 1, 10)
    make_received(*issue_dues(make_preview(2028, on=on), by=None, on=on))
    [letter] = make_letters(date(2028, 6, 1))
    assert [item.invoice.number for item in letter.items.order_by("position")] == ["2027-0001", "2028-0001"]
    assert (letter.total.amount, letter.reference) == (Decimal("5100.00"), "")
    assert letter.purpose == "Beitragsrechnungen 2027-0001 2028-0001"
    make_payment(invoice_of_number("2027-0001"), "2550.00", on=date(2028, 6, 10))
    assert letter.pay_by == date(2028, 6, 16)  # Corpus Christi is a holiday in North Rhine-Westphalia
    [second] = make_letters(date(2028, 6, 17))
    assert (second.level, second.principal.amount) == (1, Decimal("2550.00"))


def invoice_of_number(number: str) -> Invoice:
    return Invoice.objects.with_balance().get(number=number)


def test_issuing_is_refused_once_something_changed():
    make_overdue(("Köln", 300_000), ("Bonn", 300_000))
    run = prepare_run(by=None, on=FIRST)
    make_payment(invoice_of("Bonn"), "2550.00", on=FIRST)
    make_payment(invoice_of("Köln"), "50.00", on=FIRST)
    with pytest.raises(PreviewOutdated) as refusal:
        issue_run(run, by=None, on=FIRST)
    assert "2027-0001 (Bonn) ist inzwischen bezahlt oder storniert." in refusal.value.message
    assert (
        "war „Zahlungserinnerung, 2.550,00 €, Stadt Köln“, ist jetzt „Zahlungserinnerung, 2.500,00 €"
        in refusal.value.message
    )
    assert DunningLetter.objects.count() == 0


def test_second_click_changes_nothing():
    make_overdue(("Köln", 300_000))
    run = prepare_run(by=None, on=FIRST)
    issue_run(run, by=None, on=FIRST)
    with pytest.raises(AlreadyIssued):
        issue_run(run, by=None, on=FIRST)
    assert DunningLetter.objects.count() == 1


def test_what_is_issued_is_final_even_for_sql():
    make_overdue(("Köln", 300_000))
    [letter] = make_letters()
    for rows, change in (
        (DunningLetter.objects.filter(pk=letter.pk), {"total": euros(1)}),
        (DunningItem.objects.all(), {"outstanding": euros(1)}),
        (DunningRun.objects.all(), {"total": euros(1)}),
        (DunningProcedure.objects.all(), {"minimum": euros(1)}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)


def test_withdrawn_letter_does_not_count_and_does_not_leave():
    make_overdue(("Köln", 300_000))
    [letter] = make_letters()
    print_now(by=None)
    assert withdraw_letter(letter, reason="Zahlung war schon da", by=None, on=FIRST) is False
    assert reminders().get().state == "cancelled"
    with pytest.raises(AlreadyWithdrawn):
        withdraw_letter(letter, reason="noch einmal", by=None, on=FIRST)
    [again] = make_letters(FIRST)
    assert (again.number, again.level) == ("M-2027-0002", 0)


def test_letter_withdrawn_before_printing_is_filed_but_not_sent():
    make_overdue(("Köln", 300_000))
    [letter] = make_letters()
    withdraw_letter(letter, reason="Irrtum", by=None, on=FIRST)
    assert print_now(by=None) == 1
    assert reminders().count() == 0


def test_cancelled_invoice_is_not_dunned():
    make_overdue(("Köln", 300_000))
    cancel_invoice(invoice_of("Köln"), reason="Irrtum", by=None, on=DUE)
    with pytest.raises(NothingToDun):
        prepare_run(by=None, on=FIRST)


# rules


def test_a_network_without_legal_form_reminds_nobody():
    make_overdue(("Köln", 300_000))
    LegalForm.objects.update(mode=LegalMode.INFORMAL)
    with pytest.raises(NoCreditor):
        prepare_run(by=None, on=FIRST)


def test_without_a_procedure_in_force_nothing_happens():
    make_invoices(("Köln", 300_000))
    with pytest.raises(NoProcedure):
        prepare_run(by=None, on=FIRST)


def test_fees_need_a_basis_and_procedures_replace_each_other():
    levels = usual_levels()
    levels[2].fee = euros(5)
    draft = DunningProcedure(title="Neu", valid_from=date(2028, 1, 1))
    with pytest.raises(ProcedureIncomplete, match=r"2\. Mahnung"):
        save_procedure(draft, levels, by=None, on=FIRST)
    levels[2].fee_basis = "§ 6 der Beitragsordnung"
    first = make_procedure()
    save_procedure(draft, levels, by=None, on=FIRST)
    put_in_force(draft, resolution=make_resolution(), by=None, on=FIRST)
    first.refresh_from_db()
    assert first.valid_until == date(2028, 1, 1)


def test_a_procedure_needs_a_resolution_about_dues_or_somebody_who_is_sure():
    draft = save_procedure(
        DunningProcedure(title="Neu", valid_from=date(2028, 1, 1)), usual_levels(), by=None, on=FIRST
    )
    election, by_board = make_decided(kind=DecisionSubject.ELECTION), make_decided(kind=DecisionSubject.BOARD)
    for resolution, is_sure in ((election, True), (by_board, False)):
        with pytest.raises(WrongSubject):
            put_in_force(draft, resolution=resolution, is_sure=is_sure, by=None, on=FIRST)
    assert put_in_force(draft, resolution=by_board, is_sure=True, by=None, on=FIRST).resolution == by_board


# interest


def test_interest_with_its_calculation_and_fee():
    load_reference_data()
    for day, rate in ((date(2026, 7, 1), "1,27"), (date(2027, 1, 1), "1,50")):
        add_parameter("base_rate", value=rate, valid_from=day, source="Bundesbank", by=None)
    on = reach_second_dunning(
        charges_interest=True, levels={2: {"fee": euros("2.50"), "fee_basis": "§ 6 der Beitragsordnung"}}
    )
    assert on == date(2027, 5, 14)
    [letter] = make_letters(on)
    # 2,550.00 € · 6.5 % · 44 days (01.04.–14.05.) / 365
    assert letter.interest.amount == Decimal("19.98")
    assert (letter.fee.amount, letter.total.amount) == (Decimal("2.50"), Decimal("2572.48"))
    assert letter.items.get().steps == [
        {"first": "2027-04-01", "last": "2027-05-14", "days": 44, "principal": "2550.00", "percent": "6.50", "exact": "19.9808"}
    ]  # fmt: skip


def test_missing_base_rate_refuses_with_a_sentence():
    load_reference_data()
    on = reach_second_dunning(charges_interest=True)
    with pytest.raises(BaseRateMissing, match=r"01\.04\.2027"):
        prepare_run(by=None, on=on)


def test_statutes_may_set_other_points():
    load_reference_data()
    add_parameter("base_rate", value="1", valid_from=date(2027, 1, 1), source="Bundesbank", by=None)
    on = reach_second_dunning(charges_interest=True, interest_points=Decimal(2))
    [letter] = make_letters(on)
    assert letter.items.get().steps[0]["percent"] == "3.00"


@pytest.mark.django_db(transaction=True)
def test_two_browsers_issue_once():
    from threading import Barrier, Thread

    make_overdue(("Köln", 300_000), ("Bonn", 300_000))
    run = prepare_run(by=None, on=FIRST)
    start, answers = Barrier(2), []

    def click() -> None:
        try:
            start.wait()
            answers.append(str(len(issue_run(run, by=None, on=FIRST))))
        except (DomainError, OperationalError) as error:
            answers.append(type(error).__name__)
        finally:
            connections.close_all()

    clicks = [Thread(target=click) for _number in range(2)]
    for thread in clicks:
        thread.start()
    for thread in clicks:
        thread.join()
    assert sorted(answers) == ["2", "AlreadyIssued"]
    assert sorted(DunningLetter.objects.values_list("number", flat=True)) == ["M-2027-0001", "M-2027-0002"]
