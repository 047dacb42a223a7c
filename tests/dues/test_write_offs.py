"""Claims that will not come in: what is written off, what keeps it from being so, and the way back."""

import json
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from apps.audit.models import JournalEntry
from apps.dispatch.enums import DispatchState
from apps.dispatch.models import Dispatch
from apps.dues.domain import errors
from apps.dues.domain.cancelling import cancel_invoice
from apps.dues.domain.payments import apply_credit, credit_balance, refund_credit, release_allocation
from apps.dues.domain.queries import (
    account_balances,
    account_totals,
    city_account,
    invoice_totals,
    open_totals,
    receivables_by_age,
    wrong_balances,
)
from apps.dues.domain.standing import standing_at_end
from apps.dues.domain.writing_off import take_back_write_off
from apps.dues.enums import InvoiceStatus, WriteOffGround
from apps.dues.models import Allocation, Invoice, WriteOff
from apps.ledger.domain.drafts import Line
from apps.ledger.domain.errors import PeriodClosed
from apps.ledger.domain.integrity import check_books
from apps.ledger.domain.periods import close_period
from apps.ledger.domain.posting import post_entry
from apps.members.models import City
from apps.organisation.models import LegalParameter
from tests.dues.test_payments import assert_books_agree
from tests.factories.claims import DAY, make_write_off
from tests.factories.dues import make_invoices, make_payment, make_resolution
from tests.factories.resolutions import make_draft

pytestmark = pytest.mark.django_db
D = Decimal
BACK = date(2027, 5, 3)


@pytest.fixture
def bonn() -> Invoice:
    """2.748,36 €, due on 31.03.2027; Köln owes 8.709,28 €."""
    return make_invoices()[0]


def fresh(invoice: Invoice) -> Invoice:
    return Invoice.objects.with_balance().get(pk=invoice.pk)


def figures(invoice: Invoice) -> tuple[Decimal, Decimal, Decimal]:
    row = fresh(invoice)
    return row.allocated, row.written_off, row.outstanding


def status(invoice: Invoice, on: date = DAY) -> InvoiceStatus:
    return fresh(invoice).status_on(on)


def test_a_claim_is_written_off_as_a_whole(bonn):
    row = make_write_off(bonn)
    assert (row.number, row.amount.amount, row.ground) == ("AB-2027-0001", D("2748.36"), WriteOffGround.UNCOLLECTIBLE)
    assert [(line.account.key, line.side, line.amount.amount, str(line.city)) for line in row.entry.lines.order_by("pk")] == [
        ("BAD_DEBT", "debit", D("2748.36"), "Bonn"),
        ("RECEIVABLE_DUES", "credit", D("2748.36"), "Bonn"),
    ]  # fmt: skip
    assert (row.entry.voucher, row.entry.reference, row.entry.booked_on) == (row.document, row.number, DAY)
    assert (row.document.city, row.notice) == (None, None)
    assert (figures(bonn), status(bonn)) == ((D(0), D("2748.36"), D(0)), InvoiceStatus.WRITTEN_OFF)
    assert_books_agree(bonn.city)
    assert [(line.claim, line.payment, line.balance) for line in city_account(bonn.city).lines] == [
        (D("2748.36"), None, D("2748.36")),
        (D("-2748.36"), None, D(0)),
    ]
    entry = JournalEntry.objects.get(verb="dues.written_off")
    assert (entry.reason, json.loads(entry.data)["number"]) == ("Die Stadt zahlt nicht", row.number)
    assert make_write_off(Invoice.objects.get(city_label="Köln"), "1.00").number == "AB-2027-0002"
    assert check_books() == []


def test_what_all_lists_say_of_it(bonn):
    """Bonn is written off as a whole, Köln in part; what was claimed is paid, written off or owed."""
    koeln = Invoice.objects.get(city_label="Köln")
    make_payment(koeln, "709.28")
    make_write_off(bonn)
    make_write_off(koeln, "1000.00")
    everything = Invoice.objects.all()
    assert open_totals(everything, DAY)["open_sum"] == D("7000.00")
    assert sum(group.amount for group in receivables_by_age(everything, DAY)) == D("7000.00")
    assert invoice_totals(everything.with_balance())[1] == {
        "amount": D("11457.64"), "allocated": D("709.28"), "owed": D("7000.00")
    }  # fmt: skip
    assert account_totals(City.objects.all()) == {"claimed": D("7709.28"), "paid": D("709.28"), "balance": D("7000.00")}
    found = {row.name: (row.claimed, row.paid, row.balance) for row in account_balances(City.objects.all())}
    assert found == {"Bonn": (0, 0, 0), "Köln": (D("7709.28"), D("709.28"), D("7000.00"))}
    assert {each.number: each.amount for each in standing_at_end(2027)} == {koeln.number: D("7000.00")}
    for each in InvoiceStatus:
        rows = set(Invoice.objects.with_status(each, DAY).values_list("number", flat=True))
        assert rows == {invoice.number for invoice in (bonn, koeln) if status(invoice) == each}
    assert (status(bonn), status(koeln)) == (InvoiceStatus.WRITTEN_OFF, InvoiceStatus.OVERDUE)
    assert wrong_balances() == []


@pytest.mark.parametrize(
    ("given", "error", "field"),
    [
        ({"amount": "2748.37"}, errors.AmountNotPossible, "amount"),
        ({"amount": "0.001"}, errors.AmountNotPossible, "amount"),
        ({"reason": " "}, errors.ReasonMissing, "reason"),
        ({"ground": "small"}, errors.AboveSmallAmount, "ground"),
        ({"ground": "waived"}, errors.ResolutionMissing, "resolution"),
        ({"booked_on": date(2027, 4, 15)}, errors.DayNotPossible, "booked_on"),
        ({"booked_on": date(2027, 1, 10)}, errors.DayNotPossible, "booked_on"),
        ({"booked_on": date(2027, 1, 31)}, PeriodClosed, "booked_on"),
    ],
)
def test_what_is_refused_is_said_at_its_field_and_changes_nothing(bonn, given, error, field):
    close_period(last_day=date(2027, 1, 31), reason="Januar", by=None, on=DAY)
    with pytest.raises(error) as refused:
        make_write_off(bonn, **given)
    assert refused.value.field == field
    assert not WriteOff.objects.exists()
    assert make_write_off(bonn).number == "AB-2027-0001"


def test_only_an_adopted_resolution_waives_and_it_is_for_waivers_only(bonn):
    adopted, draft = make_resolution(), make_draft(title="Erlass")
    for given in ({"ground": "waived", "resolution": draft}, {"resolution": adopted}):
        with pytest.raises(errors.ResolutionMissing):
            make_write_off(bonn, **given)
    with pytest.raises(IntegrityError), transaction.atomic():
        WriteOff.objects.bulk_create([WriteOff(**sketch(bonn), ground="waived", reason="wie beschlossen")])


def sketch(invoice: Invoice) -> dict:
    """What a row needs besides its ground, past the act."""
    row = make_write_off(invoice, "1.00")
    names = ("invoice", "amount", "booked_on", "made_on", "document")
    return {name: getattr(row, name) for name in names} | {
        "number": "X", "year": 2027, "sequence": 99, "entry": invoice.entry, "allocation": Allocation.objects.get()
    }  # fmt: skip


@pytest.mark.parametrize(("limit", "is_small"), [("8.36", True), ("8.35", False)])
def test_what_a_trifle_is_the_association_says_for_its_time(bonn, limit, is_small):
    make_payment(bonn, "2740.00")
    LegalParameter.objects.filter(key="write_off_small_limit").update(valid_until=date(2027, 4, 1))
    LegalParameter.objects.create(
        key="write_off_small_limit", valid_from=date(2027, 4, 1), value=limit, unit="Euro", title="Kleinbetrag", source="Vorstand"
    )  # fmt: skip
    if is_small:
        make_write_off(bonn, ground="small", reason="Bankentgelt")
        assert figures(bonn) == (D("2740.00"), D("8.36"), D(0))
    else:
        with pytest.raises(errors.AboveSmallAmount, match="8,35"):
            make_write_off(bonn, ground="small", reason="Bankentgelt")


def test_a_waiver_tells_the_city_once_somebody_has_released_the_letter(bonn):
    row = make_write_off(bonn, "748.36", ground="waived", resolution=make_resolution())
    letter = Dispatch.objects.get(kind="dues.waiver")
    assert (letter.document, letter.city, letter.state) == (row.notice, bonn.city, DispatchState.QUEUED)
    assert "748,36" in letter.text.replace("\xa0", " ")
    assert (row.notice.city, row.document.city) == (bonn.city, None)
    take_back_write_off(row, reason="Irrtum", by=None, on=BACK)
    letter.refresh_from_db()
    assert letter.state == DispatchState.CANCELLED


def test_no_other_ground_writes_to_the_city(bonn):
    make_write_off(bonn)
    assert not Dispatch.objects.exists()


def test_taken_back_the_claim_stands_again_by_new_rows(bonn):
    row = make_write_off(bonn)
    assert take_back_write_off(row, reason="Die Stadt zahlt doch", by=None, on=BACK) == []
    row = WriteOff.objects.standing().filter(pk=row.pk).first() or WriteOff.objects.taken_back().get(pk=row.pk)
    back = row.taken_back_with
    assert back is not None
    assert (back.amount.amount, back.entry.reverses, back.text) == (D("-2748.36"), row.entry, "Die Stadt zahlt doch")
    assert (figures(bonn), status(bonn)) == ((D(0), D(0), D("2748.36")), InvoiceStatus.OVERDUE)
    assert [line.balance for line in city_account(bonn.city).lines] == [D("2748.36"), D(0), D("2748.36")]
    assert_books_agree(bonn.city)
    for _again in range(2):
        with pytest.raises(errors.AlreadyReleased):
            take_back_write_off(row, reason="noch einmal", by=None, on=BACK)
    with pytest.raises(errors.ReasonMissing):
        take_back_write_off(make_write_off(bonn, on=BACK), reason=" ", by=None, on=BACK)
    assert wrong_balances() == []


def test_money_that_comes_after_all_is_credit_and_then_pays_the_invoice(bonn):
    row = make_write_off(bonn)
    make_payment(None, "3000.00", city=bonn.city, on=BACK)
    assert credit_balance(bonn.city) == D("3000.00")
    with pytest.raises(errors.AmountNotPossible):
        apply_credit(bonn, amount=D(1), reason="Wunsch", by=None, on=BACK)
    paid = take_back_write_off(row, reason="gezahlt", settle=True, by=None, on=BACK)
    assert [each.amount.amount for each in paid] == [D("2748.36")]
    assert (status(bonn, BACK), credit_balance(bonn.city)) == (InvoiceStatus.PAID, D("251.64"))
    assert JournalEntry.objects.get(verb="dues.credit_applied").reason.endswith("(AB-2027-0001)")
    assert_books_agree(bonn.city)


def test_without_the_wish_credit_stays_credit(bonn):
    row = make_write_off(bonn)
    make_payment(None, "100.00", city=bonn.city, on=BACK)
    assert take_back_write_off(row, reason="Irrtum", by=None, on=BACK) == []
    assert (credit_balance(bonn.city), figures(bonn)[2]) == (D("100.00"), D("2748.36"))


def test_money_assigned_to_a_written_off_invoice_is_its_surplus(bonn):
    make_payment(bonn, "2000.00")
    make_write_off(bonn)
    payment = make_payment(bonn, "500.00", on=BACK)
    assert (status(bonn, BACK), credit_balance(bonn.city)) == (InvoiceStatus.OVERPAID, D("500.00"))
    lines = (Line("RECEIVABLE_DUES", debit=D(500), city=bonn.city), Line("BANK", credit=D(500)))
    entry = post_entry(on=BACK, text="Erstattung", lines=lines, source="test.case", reference="E", by=None)
    refund_credit(bonn.city, amount=D(500), entry=entry, by=None, on=BACK)
    assert_books_agree(bonn.city)
    release_allocation(payment, reason="Rückgabe", by=None, on=BACK)
    assert figures(bonn) == (D("1500.00"), D("748.36"), D("500.00"))


def test_what_was_written_off_hides_no_money_that_was_used(bonn):
    """The write-off is no money: a payment whose surplus was paid back can't be released because of it."""
    payment = make_payment(bonn, "100.00")
    make_write_off(bonn)
    lines = (Line("RECEIVABLE_DUES", debit=D(100), city=bonn.city), Line("BANK", credit=D(100)))
    surplus = make_payment(bonn, "100.00", on=BACK)
    entry = post_entry(on=BACK, text="Erstattung", lines=lines, source="test.case", reference="E", by=None)
    refund_credit(bonn.city, amount=D(100), entry=entry, by=None, on=BACK)
    release_allocation(payment, reason="Rückgabe", by=None, on=BACK)
    with pytest.raises(errors.AmountNotPossible):
        release_allocation(surplus, reason="Rückgabe", by=None, on=BACK)


def test_a_write_off_is_only_taken_back_as_such(bonn):
    row = make_write_off(bonn)
    with pytest.raises(errors.AlreadyReleased):
        release_allocation(row.allocation, reason="Trick", by=None, on=BACK)


def test_an_invoice_is_cancelled_only_when_nothing_of_it_is_written_off(bonn):
    row = make_write_off(bonn, "48.36")
    with pytest.raises(errors.InvoiceWrittenOff, match="AB-2027-0001"):
        cancel_invoice(bonn, reason="Irrtum", by=None, on=BACK)
    take_back_write_off(row, reason="Storno", by=None, on=BACK)
    cancel_invoice(bonn, reason="Irrtum", by=None, on=BACK)
    assert_books_agree(bonn.city)
    with pytest.raises(errors.NothingOwed):
        make_write_off(bonn, "1.00", on=BACK)


def test_what_is_paid_is_not_written_off(bonn):
    make_payment(bonn, "2748.36")
    with pytest.raises(errors.NothingOwed):
        make_write_off(bonn, "1.00")


def test_the_end_of_a_year_is_told_as_it_was(bonn):
    """Written off for the old year when it is being closed, taken back in the new one."""
    row = make_write_off(bonn, on=date(2028, 1, 20), booked_on=date(2027, 12, 31))
    assert (row.number, row.entry.year) == ("AB-2027-0001", 2027)
    take_back_write_off(row, reason="zahlt doch", by=None, on=date(2028, 2, 1))
    koeln = Invoice.objects.get(city_label="Köln")
    assert {each.number: each.amount for each in standing_at_end(2027)} == {koeln.number: D("8709.28")}
    assert {each.number for each in standing_at_end(2028)} == {bonn.number, koeln.number}


def test_nothing_of_it_changes_even_past_the_program(bonn):
    make_write_off(bonn)
    with pytest.raises(IntegrityError), transaction.atomic():
        WriteOff.objects.update(amount=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        WriteOff.objects.all().delete()
