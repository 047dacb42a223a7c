"""From arrival to payment, through the acts."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.banking.domain.accounts import open_bank_account
from apps.core.money import euros
from apps.core.transitions import WrongState
from apps.ledger.domain.accounts import account
from apps.ledger.domain.cost_centres import open_cost_centre
from apps.ledger.domain.errors import AccountKeptElsewhere, PeriodClosed, ReasonMissing
from apps.ledger.domain.integrity import check_books
from apps.ledger.domain.periods import close_period
from apps.ledger.domain.posting import reverse_entry
from apps.ledger.models import Entry
from apps.organisation.models import LegalForm, LegalParameter
from apps.vouchers.domain.checking import (
    approve_voucher,
    confirm_arithmetical,
    confirm_factual,
    reject_voucher,
    return_voucher,
)
from apps.vouchers.domain.errors import (
    AlreadyReceived,
    AlreadySettled,
    AssignmentIncomplete,
    DetailsMissing,
    NotBookable,
    PaymentDoesNotFit,
    SamePerson,
)
from apps.vouchers.domain.paying import open_payables, outstanding_of, paying_entries, settle_payable
from apps.vouchers.domain.posting import post_voucher, reverse_voucher
from apps.vouchers.domain.receiving import Part, describe_voucher, proposed_parts
from apps.vouchers.enums import VoucherState
from apps.vouchers.models import Voucher
from tests.factories.files import scan
from tests.factories.members import make_member
from tests.factories.vouchers import (
    DAY,
    make_approved,
    make_creditor,
    make_described,
    make_payable,
    make_payment,
    make_voucher,
)

pytestmark = pytest.mark.django_db


def booked(entry: Entry) -> list[tuple[str, str, Decimal, str]]:
    lines = entry.lines.select_related("account").order_by("pk")
    return [(line.account.key, line.side, line.amount.amount, line.sphere) for line in lines]


def test_a_voucher_is_numbered_on_arrival_and_its_file_kept_by_hash(treasurer):
    first, second = make_voucher(by=treasurer), make_voucher(by=treasurer, on=date(2028, 1, 3))
    third = make_voucher(by=treasurer)
    assert [voucher.number for voucher in (first, second, third)] == ["BE2027-00001", "BE2028-00001", "BE2027-00002"]
    assert len(first.document.versions.get().sha256) == 64


def test_a_refused_arrival_takes_no_number(treasurer):
    make_voucher(by=treasurer, content=scan("Rechnung"))
    with pytest.raises(AlreadyReceived):
        make_voucher(by=treasurer, content=scan("Rechnung"))
    assert make_voucher(by=treasurer).number == "BE2027-00002"


def test_without_a_legal_form_a_city_contracts(treasurer):
    LegalForm.objects.all().delete()
    with pytest.raises(DetailsMissing, match=r"§ 54 Abs\. 2 BGB"):
        make_voucher(by=treasurer)
    city = make_member("Augsburg")
    assert make_voucher(by=treasurer, contracting_city=city).contracting_city == city


def test_from_arrival_to_payment(treasurer, board_member):
    voucher = make_approved(treasurer, board_member, "119.00", ("PRINT", "100.00"), ("ROOM", "19.00"))
    entry = post_voucher(voucher, on=DAY, by=treasurer)

    assert booked(entry) == [
        ("PRINT", "debit", Decimal(100), "ideal"),
        ("ROOM", "debit", Decimal(19), "ideal"),
        ("PAYABLE", "credit", Decimal(119), "unallocated"),
    ]
    assert (entry.voucher, entry.reference, entry.document_on) == (voucher.document, voucher.number, date(2027, 1, 20))
    assert [(each.number, each.outstanding) for each in open_payables()] == [(voucher.number, Decimal(119))]

    settle_payable(voucher, entry=make_payment("119.00"), amount=Decimal(119), by=treasurer, on=DAY)
    assert list(open_payables()) == []
    assert list(Voucher.objects.paid()) == [voucher]
    assert check_books() == []


def test_two_persons_check_and_the_arithmetic_checker_does_not_approve(treasurer, board_member):
    voucher = make_described()
    confirm_arithmetical(voucher, by=treasurer, on=DAY)
    with pytest.raises(SamePerson):
        confirm_factual(voucher, by=treasurer, on=DAY)
    with pytest.raises(WrongState):
        confirm_arithmetical(voucher, by=board_member, on=DAY)
    assert confirm_factual(voucher, by=board_member, on=DAY).state == VoucherState.CHECKED
    with pytest.raises(SamePerson):
        approve_voucher(voucher, by=treasurer, on=DAY)
    assert approve_voucher(voucher, by=board_member, on=DAY).approved_by == board_member


def test_four_eyes_are_a_parameter(treasurer):
    LegalParameter.objects.filter(key="voucher_four_eyes").update(value="0")
    voucher = make_approved(treasurer, treasurer)
    assert (voucher.factual_by, voucher.arithmetical_by, voucher.approved_by) == (treasurer, treasurer, treasurer)


def test_nothing_is_posted_before_it_is_checked_and_approved(treasurer, board_member):
    voucher = make_described()
    with pytest.raises(WrongState):
        post_voucher(voucher, on=DAY, by=treasurer)
    with pytest.raises(WrongState):
        approve_voucher(voucher, by=board_member, on=DAY)
    with pytest.raises(DetailsMissing):
        confirm_factual(make_voucher(), by=treasurer, on=DAY)
    assert not Entry.objects.exists()


def test_a_checked_voucher_is_changed_only_after_it_was_handed_back(treasurer, board_member):
    voucher = make_approved(treasurer, board_member)
    again = {
        "creditor": voucher.creditor,
        "dated_on": DAY,
        "gross": Decimal(10),
        "vat": Decimal(0),
        "text": "x",
        "parts": [Part(account("ROOM"), Decimal(10))],
        "by": treasurer,
    }
    with pytest.raises(WrongState):
        describe_voucher(voucher, **again)
    with pytest.raises(ReasonMissing):
        return_voucher(voucher, reason=" ", by=treasurer)
    returned = return_voucher(voucher, reason="Falsches Konto", by=treasurer)
    assert (returned.state, returned.factual_by, returned.approved_on) == (VoucherState.RECEIVED, None, None)
    assert describe_voucher(voucher, **again).gross.amount == Decimal(10)


def test_the_parts_make_up_the_amount(treasurer):
    with pytest.raises(AssignmentIncomplete, match="118,99 €"):
        make_described("119.00", ("PRINT", "100.00"), ("ROOM", "18.99"))
    with pytest.raises(AssignmentIncomplete):
        make_described("119.00", ("PRINT", "120.00"), ("ROOM", "-1.00"))


def test_the_same_invoice_comes_once_unless_the_first_was_rejected(treasurer):
    creditor = make_creditor()
    first = make_described(creditor=creditor, external_number="2027/7")
    with pytest.raises(AlreadyReceived):
        make_described(creditor=creditor, external_number="2027/7")
    assert make_described(creditor=make_creditor("Andere GmbH"), external_number="2027/7").external_number == "2027/7"
    with pytest.raises(ReasonMissing):
        reject_voucher(first, reason="", by=treasurer)
    reject_voucher(first, reason="Doppelt berechnet", by=treasurer)
    assert make_described(creditor=creditor, external_number="2027/7").number == "BE2027-00004"


def test_a_reversal_opens_the_voucher_and_it_is_posted_anew_after_checking(treasurer, board_member):
    voucher = make_payable(treasurer, board_member)
    wrong = voucher.entry
    opened = reverse_voucher(voucher, reason="Falsche Kostenstelle", by=treasurer, on=DAY)

    assert (opened.state, opened.entry, opened.factual_by) == (VoucherState.RECEIVED, None, None)
    assert wrong.reversed_by.text == "Storno von B2027-00001: Falsche Kostenstelle"
    assert [line.amount.amount for line in opened.current_lines()] == [Decimal(119)]

    confirm_arithmetical(opened, by=treasurer, on=DAY)
    confirm_factual(opened, by=board_member, on=DAY)
    approve_voucher(opened, by=board_member, on=DAY)
    assert str(post_voucher(opened, on=DAY, by=treasurer)) == "B2027-00003"
    assert [each.outstanding for each in open_payables()] == [Decimal(119)]


def test_paid_vouchers_are_not_reversed_and_a_reversed_payment_opens_them(treasurer, board_member):
    voucher = make_payable(treasurer, board_member)
    payment = make_payment("119.00")
    settle_payable(voucher, entry=payment, amount=Decimal(119), by=treasurer, on=DAY)
    with pytest.raises(AlreadySettled):
        reverse_voucher(voucher, reason="Irrtum", by=treasurer, on=DAY)
    reverse_entry(payment, by=treasurer, on=DAY, reason="Rücküberweisung")
    assert [each.outstanding for each in open_payables()] == [Decimal(119)]
    assert reverse_voucher(voucher, reason="Irrtum", by=treasurer, on=DAY).state == VoucherState.RECEIVED


def test_one_payment_pays_several_vouchers_but_never_more_than_it_is(treasurer, board_member):
    first = make_payable(treasurer, board_member, "100.00")
    second = make_payable(treasurer, board_member, "50.00")
    payment = make_payment("120.00")
    assert list(paying_entries()) == [payment]
    with pytest.raises(AlreadySettled):
        settle_payable(first, entry=payment, amount=Decimal("100.01"), by=treasurer, on=DAY)
    settle_payable(first, entry=payment, amount=Decimal(100), by=treasurer, on=DAY)
    with pytest.raises(PaymentDoesNotFit):
        settle_payable(second, entry=payment, amount=Decimal("20.01"), by=treasurer, on=DAY)
    settle_payable(second, entry=payment, amount=Decimal(20), by=treasurer, on=DAY)
    assert (outstanding_of(first), outstanding_of(second)) == (Decimal(0), Decimal(30))
    assert list(paying_entries()) == []


def test_a_contract_is_kept_but_not_booked(treasurer, board_member):
    voucher = make_approved(treasurer, board_member, kind="contract")
    with pytest.raises(NotBookable):
        post_voucher(voucher, on=DAY, by=treasurer)


def test_nothing_is_posted_or_reversed_into_a_closed_period(treasurer, board_member):
    voucher = make_approved(treasurer, board_member)
    close_period(last_day=DAY, reason="Abschluss", by=treasurer, on=date(2027, 2, 2))
    with pytest.raises(PeriodClosed):
        post_voucher(voucher, on=DAY, by=treasurer)
    post_voucher(voucher, on=date(2027, 2, 2), by=treasurer)
    with pytest.raises(PeriodClosed):
        reverse_voucher(voucher, reason="Irrtum", by=treasurer, on=DAY)
    assert Voucher.objects.get(pk=voucher.pk).state == VoucherState.POSTED


def test_the_last_assignment_of_the_creditor_is_proposed_in_proportion(treasurer, board_member):
    centre = open_cost_centre(number="T1", name="Treffen", kind="meeting", valid_from=date(2027, 1, 1), by=treasurer)
    parts = [Part(account("PRINT"), Decimal(2), cost_centre=centre), Part(account("ROOM"), Decimal(1), "purpose")]
    make_payable(treasurer, board_member, "3.00", parts=parts)
    new = make_described("10.00")
    assert [(part.account.key, part.amount, part.sphere, part.cost_centre) for part in proposed_parts(new)] == [
        ("PRINT", Decimal("6.67"), "ideal", centre),
        ("ROOM", Decimal("3.33"), "purpose", None),
    ]


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cents=st.lists(st.integers(min_value=1, max_value=10_000_000), min_size=1, max_size=6),
    gross=st.integers(6, 10_000_000),
)
def test_every_split_and_every_proposal_of_it_sums_to_the_whole(treasurer, board_member, cents, gross):
    amounts = [Decimal(each) / 100 for each in cents]
    creditor = make_creditor()
    parts = [("PRINT" if number % 2 else "ROOM", str(amount)) for number, amount in enumerate(amounts)]
    voucher = make_payable(treasurer, board_member, str(sum(amounts)), *parts, creditor=creditor)
    sums = voucher.entry.lines.with_sums()
    assert sums["debit"] == sums["credit"] == sum(amounts)
    new = Voucher(creditor=creditor, gross=euros(Decimal(gross) / 100))
    assert sum(part.amount for part in proposed_parts(new)) == Decimal(gross) / 100


def refused(statement: str, *values: object) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
    except IntegrityError:
        return True
    return False


def test_the_database_keeps_vouchers_and_what_is_posted(treasurer, board_member):
    open_one, posted = make_described(), make_payable(treasurer, board_member)
    settle_payable(posted, entry=make_payment("1.00"), amount=Decimal(1), by=treasurer, on=DAY)
    rejected = reject_voucher(make_described(), reason="nicht unsere", by=treasurer)
    line = posted.current_lines().get()

    assert refused("DELETE FROM vouchers_voucher WHERE id = %s", open_one.pk)
    assert refused("UPDATE vouchers_voucher SET sequence = 99 WHERE id = %s", open_one.pk)
    assert refused("UPDATE vouchers_voucher SET document_id = %s WHERE id = %s", rejected.document_id, open_one.pk)
    assert not refused("UPDATE vouchers_voucher SET text = 'x' WHERE id = %s", open_one.pk)
    assert refused("UPDATE vouchers_voucher SET gross = 1 WHERE id = %s", posted.pk)
    assert refused("UPDATE vouchers_voucher SET creditor_id = %s WHERE id = %s", make_creditor("X").pk, posted.pk)
    assert refused("UPDATE vouchers_voucher SET entry_id = NULL WHERE id = %s", posted.pk)
    assert refused("UPDATE vouchers_voucher SET state = 'posted' WHERE id = %s", open_one.pk)
    assert refused("UPDATE vouchers_voucher SET state = 'received' WHERE id = %s", rejected.pk)
    assert refused("UPDATE vouchers_voucherline SET amount = 1 WHERE id = %s", line.pk)
    assert refused("DELETE FROM vouchers_voucherline WHERE id = %s", line.pk)
    assert refused("UPDATE vouchers_settlement SET amount = 2")
    assert refused("DELETE FROM vouchers_settlement")


@pytest.mark.parametrize("key", ["BANK", "CASH", "RECEIVABLE_DUES", "PAYABLE", "DUES", "CAPITAL"])
def test_an_invoice_is_not_assigned_to_money_income_or_capital(treasurer, key):
    open_bank_account(name="Konto", iban="DE89370400440532013000", ledger_account=account("BANK"), by=treasurer)
    with pytest.raises((AccountKeptElsewhere, AssignmentIncomplete)):
        make_described("10.00", (key, "10.00"), by=treasurer)
    assert make_described("10.00", ("EQUIPMENT", "10.00"), by=treasurer).lines.get().account.key == "EQUIPMENT"
