"""Petty cash is never negative, numbered without gaps, and counted."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from apps.core.models import NumberSeries
from apps.core.transitions import WrongState
from apps.ledger.domain.accounts import account
from apps.ledger.domain.cash import shortfall
from apps.ledger.domain.cost_centres import open_cost_centre
from apps.ledger.domain.errors import AccountKeptElsewhere, CashNegative, NotAVoucher, VoucherMissing
from apps.ledger.domain.queries import balance_of
from apps.ledger.models import Entry, EntryLine
from apps.pdf.text import pdf_text
from apps.vouchers.calculations import DENOMINATIONS, counted_total
from apps.vouchers.domain.cash import CashVoucher, count_cash, pay_voucher_in_cash, record_cash, reverse_cash
from apps.vouchers.domain.errors import AlreadyCounted
from apps.vouchers.domain.paying import open_payables
from apps.vouchers.models import CashCount, CashEntry
from apps.vouchers.prints import print_count
from tests.factories.files import scan
from tests.factories.vouchers import DAY, fill_cash, make_payable
from tests.pdf.positions import place_of
from tests.vouchers.test_vouchers import refused

pytestmark = pytest.mark.django_db

QUITTANCE = scan("Quittung")


def spend(user, amount: str, *, kind="out", on=DAY, content=QUITTANCE, name="quittung.png"):
    return record_cash(
        kind=kind,
        amount=Decimal(amount),
        text="Porto",
        account=account("OFFICE"),
        booked_on=on,
        voucher=CashVoucher(name, content),
        by=user,
        on=DAY,
    )


def cash(until=None) -> Decimal:
    return balance_of(account("CASH"), until=until)


def test_a_movement_is_numbered_proven_and_booked(treasurer):
    fill_cash("50.00")
    row = spend(treasurer, "4.20")
    assert (row.number, row.amount.amount, row.entry.reference) == ("K2027-00001", Decimal("-4.20"), "K2027-00001")
    assert row.entry.voucher.versions.get().size == 16
    assert [(line.account.key, line.side) for line in row.entry.lines.order_by("pk")] == [
        ("CASH", "credit"),
        ("OFFICE", "debit"),
    ]
    assert spend(treasurer, "1.00", kind="in").number == "K2027-00002"
    assert cash() == Decimal("46.80")


def test_no_movement_without_voucher_or_in_advance(treasurer):
    fill_cash("50.00")
    with pytest.raises(VoucherMissing):
        spend(treasurer, "1.00", content=b"")
    with pytest.raises(WrongState):
        spend(treasurer, "1.00", on=date(2027, 2, 2))
    assert spend(treasurer, "1.00").number == "K2027-00001"


@pytest.mark.parametrize(("amount", "on"), [("10.01", DAY), ("5.01", date(2027, 1, 10)), ("0.01", date(2027, 1, 3))])
def test_cash_is_never_negative_on_no_day(treasurer, amount, on):
    fill_cash("5.00")
    fill_cash("5.00", on=date(2027, 1, 20))
    with pytest.raises(CashNegative):
        spend(treasurer, amount, on=on)
    assert cash() == Decimal(10)
    assert not CashEntry.objects.exists()
    spend(treasurer, "10.00")
    with pytest.raises(CashNegative, match=r"fehlen am 01\.02\.2027 dafür 0,01 €"):
        spend(treasurer, "0.01", on=date(2027, 1, 20))
    assert shortfall(date(2027, 1, 1)) is None


def test_a_reversal_is_a_line_of_its_own_and_happens_once(treasurer):
    fill_cash("50.00")
    row = spend(treasurer, "4.20")
    reversal = reverse_cash(row, reason="Doppelt", by=treasurer, on=DAY)
    assert (reversal.number, reversal.amount.amount, reversal.reverses) == ("K2027-00002", Decimal("4.20"), row)
    assert cash() == Decimal(50)
    for each in (row, reversal):
        with pytest.raises(WrongState):
            reverse_cash(each, reason="noch einmal", by=treasurer, on=DAY)


def test_a_voucher_is_paid_in_cash(treasurer, board_member):
    voucher = make_payable(treasurer, board_member, "30.00")
    with pytest.raises(CashNegative):
        pay_voucher_in_cash(voucher, booked_on=DAY, by=treasurer, on=DAY)
    assert len(open_payables()) == 1
    fill_cash("50.00")
    assert pay_voucher_in_cash(voucher, booked_on=DAY, by=treasurer, on=DAY).number == "K2027-00001"
    assert len(open_payables()) == 0
    assert cash() == Decimal(20)


def count(user, pieces, **options):
    return count_cash(
        counted_on=DAY,
        pieces=pieces,
        witness="Robin Muster",
        protocol=options.pop("protocol", lambda row: print_count(row, on=DAY, created=timezone.now())),
        by=user,
        on=DAY,
        **options,
    )


def test_what_is_counted_and_the_difference_is_booked_with_the_protocol_as_voucher(treasurer):
    fill_cash("50.00")
    short = count(
        treasurer,
        {Decimal("20.00"): 2, Decimal("2.00"): 4, Decimal("0.50"): 1},
    )
    assert (short.number, short.counted.amount, short.difference.amount) == (
        "KZ2027-00001",
        Decimal("48.50"),
        Decimal("-1.50"),
    )
    entry = short.difference_entry.entry
    assert [(line.account.key, line.side) for line in entry.lines.order_by("pk")] == [
        ("CASH_SHORT", "debit"),
        ("CASH", "credit"),
    ]
    assert entry.voucher == short.document
    with default_storage.open(short.document.versions.get().storage_path) as file:
        protocol = file.read()
    text = " ".join(pdf_text(protocol).split())
    signs = [place_of(protocol, f"Gezählt: {treasurer}"), place_of(protocol, "Im Beisein: Robin Muster")]
    assert signs[0].top == pytest.approx(signs[1].top, abs=0.5)
    assert "Zählprotokoll KZ2027-00001" in text
    assert "48,50 €" in text
    assert "−1,50 €" in text

    over = count(treasurer, {Decimal("50.00"): 1})
    assert over.difference.amount == Decimal("1.50")
    assert over.difference_entry.entry.lines.filter(account__key="CASH_OVER").get().side == "credit"
    even = count(treasurer, {Decimal("50.00"): 1})
    assert (even.difference_entry, cash()) == (None, Decimal(50))
    assert NumberSeries.objects.get(series="vouchers.cash_count:2027").last == 3
    assert Entry.objects.count() == 3


def test_what_lies_before_a_count_stands_still(treasurer, board_member, client_for, time_machine):
    fill_cash("50.00")
    payable, row = make_payable(treasurer, board_member, "30.00"), spend(treasurer, "4.20", on=date(2027, 1, 20))
    counted = count_cash_on(date(2027, 1, 31), treasurer)
    sentence = r"am 31\.01\.2027 gezählt worden \(KZ2027-00001\)"
    for on in (date(2027, 1, 10), date(2027, 1, 31)):
        with pytest.raises(AlreadyCounted, match=sentence):
            spend(treasurer, "1.00", on=on)
        with pytest.raises(AlreadyCounted, match=sentence):
            pay_voucher_in_cash(payable, booked_on=on, by=treasurer, on=DAY)
    with pytest.raises(AlreadyCounted, match=sentence):
        reverse_cash(row, reason="Irrtum", by=treasurer, on=date(2027, 1, 31))
    with pytest.raises(AlreadyCounted, match="davor kann nicht mehr gezählt werden"):
        count_cash_on(date(2027, 1, 30), treasurer)
    time_machine.move_to(DAY, tick=False)
    fields = {"kind": "out", "booked_on": "31.01.2027", "amount": "1,00", "text": "x", "own_reason": "x"}
    page = client_for(treasurer).post(reverse("vouchers:record_cash"), fields | {"account": account("OFFICE").pk})
    assert "KZ2027-00001" in page.context["form"].errors["booked_on"][0]
    assert cash(counted.counted_on) == counted.expected.amount == Decimal("45.80")
    assert spend(treasurer, "1.00").number == "K2027-00002"


def count_cash_on(day, user):
    pieces = {Decimal(value): 1 for value in ("20.00", "0.50", "0.20", "0.10")} | {Decimal("5.00"): 5}
    make = lambda row: print_count(row, on=DAY, created=timezone.now())  # noqa: E731
    return count_cash(counted_on=day, pieces=pieces, witness="Robin Muster", protocol=make, by=user, on=DAY)


@pytest.mark.parametrize("key", ["CASH", "PAYABLE", "RECEIVABLE_DUES", "SUSPENSE"])
def test_cash_is_not_moved_to_an_account_with_a_book_of_its_own(treasurer, key):
    fill_cash("50.00")
    given = {
        "kind": "out",
        "amount": Decimal(1),
        "text": "x",
        "booked_on": DAY,
        "voucher": CashVoucher("x.png", scan("x")),
    }
    with pytest.raises(AccountKeptElsewhere):
        record_cash(**given, account=account(key), by=treasurer, on=DAY)
    assert record_cash(**given, account=account("TRANSIT"), by=treasurer, on=DAY).number == "K2027-00001"


def test_a_text_file_is_no_voucher_of_the_cash_book(treasurer):
    fill_cash("50.00")
    with pytest.raises(NotAVoucher):
        spend(treasurer, "1.00", content=b"Quittung", name="quittung.txt")
    assert not CashEntry.objects.exists()


def test_the_cash_book_shows_what_is_left_after_each_line(treasurer, client_for, django_assert_num_queries):
    """Also when only some lines are asked for; a page of the book costs as many queries as before."""
    for amount, kind in (("80.00", "in"), ("4.20", "out"), ("10.00", "out")):
        spend(treasurer, amount, kind=kind)
    spend(treasurer, "1.00", kind="in", on=date(2027, 1, 5))
    balances = dict(CashEntry.objects.with_balance().values_list("number", "balance"))
    assert list(balances.values()) == [Decimal(text) for text in ("66.80", "65.80", "75.80", "80.00")]
    assert balances["K2027-00004"] == cash()
    page = client_for(treasurer).get(reverse("vouchers:cash"), {"suche": "K2027-00002"}).content.decode()
    assert "75,80 €" in page.replace("\xa0", " ")
    assert "80,00 €" not in page.replace("\xa0", " ")
    with django_assert_num_queries(1):
        list(CashEntry.objects.with_balance())


def test_the_database_keeps_the_cash_book_and_the_counts(treasurer):
    fill_cash("50.00")
    row, counted = spend(treasurer, "4.20"), count(treasurer, {})
    assert refused("UPDATE vouchers_cashentry SET amount = 1 WHERE id = %s", row.pk)
    assert refused("DELETE FROM vouchers_cashentry WHERE id = %s", row.pk)
    assert refused("UPDATE vouchers_cashcount SET counted = 1 WHERE id = %s", counted.pk)
    assert refused("DELETE FROM vouchers_cashcount")
    assert CashCount.objects.get().counted.amount == 0


def test_denominations_are_those_of_the_euro():
    assert len(DENOMINATIONS) == 14
    assert counted_total(dict.fromkeys(DENOMINATIONS, 1)) == Decimal("388.88")


def test_a_movement_has_sphere_and_cost_centre_and_its_reversal_too(client_for, treasurer, time_machine):
    time_machine.move_to(DAY, tick=False)
    fill_cash("50.00")
    meeting = open_cost_centre(number="T1", name="Treffen", kind="meeting", valid_from=date(2027, 1, 1), by=treasurer)
    values = {
        "kind": "out",
        "booked_on": DAY,
        "amount": "12,00",
        "text": "Parkscheine",
        "account": account("TRAVEL").pk,
        "sphere": "purpose",
        "cost_centre": meeting.pk,
        "voucher": SimpleUploadedFile("quittung.png", b"\x89PNG\r\n\x1a\nQuittung"),
    }
    client = client_for(treasurer)
    answer = client.post(reverse("vouchers:record_cash"), values)
    assert answer.status_code == 302, answer.context["form"].errors
    client.post(reverse("vouchers:reverse_cash", args=[CashEntry.objects.get().number]), {"reason": "doppelt"})
    lines = EntryLine.objects.filter(account__key="TRAVEL").order_by("entry_id")
    assert [(line.side, line.sphere, line.cost_centre) for line in lines] == [
        ("debit", "purpose", meeting),
        ("credit", "purpose", meeting),
    ]
    assert account("TRAVEL").sphere != "purpose"
