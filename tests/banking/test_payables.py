"""Outgoing lines pay suppliers: what is proposed and why, booked and settled, returned, taken back."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from apps.banking.calculations.evidence import Clue, Kind, Payable, Payment
from apps.banking.calculations.matching import build_index, proposals
from apps.banking.domain.booking import Part, book_line
from apps.banking.domain.clearing import unbook_line
from apps.banking.domain.errors import AllocationsDoNotFit
from apps.banking.models import BankLine
from apps.ledger.domain.accounts import account
from apps.ledger.domain.queries import balance_of
from apps.vouchers.domain.errors import AlreadySettled
from apps.vouchers.domain.paying import open_payables, outstanding_of
from apps.vouchers.models import Voucher
from tests.banking.conftest import TODAY
from tests.factories.banking import Row
from tests.factories.vouchers import make_payable

SUPPLIER, STRANGER = "DE02120300000000202051", "DE75512108001245126199"
PAYABLES = [
    Payable(1, ("BE202700001", "RE2027118"), 1, "DRUCKHAUS", SUPPLIER, Decimal("119.00"), 2),
    Payable(2, ("BE202700002", "RE2027119"), 1, "DRUCKHAUS", SUPPLIER, Decimal("80.00"), 1),
    Payable(3, ("BE202700003", "4711"), 2, "SAALBAU BONN", "", Decimal("300.00"), 3),
]


def outgoing(amount: str, text: str = "", iban: str = "", name: str = "") -> Payment:
    return Payment(9, -Decimal(amount), name, iban, text, "", "", "", is_reversal=False)


@pytest.mark.parametrize(
    ("payment", "kind", "score", "paid"),
    [
        (outgoing("119.00", "RE 2027/118", SUPPLIER), Kind.NUMBER, 100, {1: "119.00"}),
        (outgoing("119.00", "Rechnung RE-2027-118"), Kind.NUMBER, 95, {1: "119.00"}),
        (outgoing("119.00", "Rechnung RE-2027-118", STRANGER), Kind.NUMBER, 70, {1: "119.00"}),
        (outgoing("80.00", "danke", SUPPLIER), Kind.IBAN_AMOUNT, 90, {2: "80.00"}),
        (outgoing("300.00", "Miete", STRANGER, "Saalbau Bonn GmbH"), Kind.NAME_AMOUNT, 80, {3: "300.00"}),
        (outgoing("199.00", "RE2027119 und RE2027118", SUPPLIER), Kind.JOINT, 100, {2: "80.00", 1: "119.00"}),
        (outgoing("199.00", "alles", SUPPLIER), Kind.JOINT, 85, {2: "80.00", 1: "119.00"}),
        (outgoing("50.00", "Anzahlung RE2027118", SUPPLIER), Kind.PARTIAL, 85, {1: "50.00"}),
        (outgoing("300.00", "ohne alles"), Kind.AMOUNT, 50, {3: "300.00"}),
    ],
)
def test_what_an_outgoing_line_pays(payment, kind, score, paid):
    best = proposals(payment, build_index((), payables=PAYABLES))[0]
    assert (best.kind, best.score) == (kind, score)
    assert {pk: str(amount) for pk, amount in best.payables} == paid


def test_what_fits_nothing_is_not_guessed():
    index = build_index((), payables=PAYABLES)
    assert proposals(outgoing("500.00", "RE 2027/118", SUPPLIER), index) == []
    assert proposals(outgoing("300.00", "", STRANGER, "Jemand"), index) == []
    assert [each.clue for each in proposals(outgoing("119.00", "RE 2027/118", STRANGER), index)] == [Clue.OTHER_ACCOUNT]


@pytest.fixture
def payable(association, treasurer, board_member) -> Voucher:
    """119,00 € to the printer, RE-2027-118, approved and posted."""
    return make_payable(treasurer, board_member, external_number="RE-2027-118", iban=SUPPLIER)


@pytest.fixture
def line(payable, read_in) -> BankLine:
    read_in(Row("-119.00", "RE-2027-118", name="Druckerei Sommer", iban=SUPPLIER))
    return BankLine.objects.get()


def test_a_line_settles_the_voucher_it_names_by_one_click(line, payable, treasurer, client, time_machine):
    time_machine.move_to(TODAY, tick=False)
    proposal = line.proposals.get(rank=1)
    assert (proposal.score, proposal.reason) == (
        100,
        f"Konto und Verwendungszweck nennen {payable} (Druckerei Sommer GmbH); der Betrag stimmt auf den Cent.",
    )
    assert balance_of(account("PAYABLE"), until=TODAY) == Decimal("-119.00")
    client.force_login(treasurer)
    page = client.get(reverse("banking:lines")).content.decode()
    assert payable.get_absolute_url() in page
    answer = client.post(reverse("banking:book", args=[line.pk]), {"proposal": proposal.pk}, follow=True)
    assert "Verbucht: -119,00" in answer.content.decode().replace("−", "-").replace("\xa0", " ")
    assert (outstanding_of(payable), balance_of(account("PAYABLE"), until=TODAY)) == (0, 0)
    again = client.post(reverse("banking:book", args=[line.pk]), {"proposal": proposal.pk}, follow=True)
    assert again.status_code == 200
    assert payable.settlements.count() == 1


def test_certain_lines_include_suppliers(line, payable, treasurer, client, time_machine):
    time_machine.move_to(TODAY, tick=False)
    client.force_login(treasurer)
    page = client.get(reverse("banking:certain"))
    assert f"{payable} Druckerei Sommer GmbH" in page.content.decode()
    client.post(reverse("banking:certain"), {"proposals": str(line.proposals.get(rank=1).pk)})
    assert outstanding_of(payable) == 0


def test_a_voucher_is_paid_by_hand_in_parts_and_never_too_much(payable, read_in, treasurer, client, time_machine):
    time_machine.move_to(TODAY, tick=False)
    read_in(Row("-200.00", "unklar", name="Jemand", iban=STRANGER))
    line = BankLine.objects.get()
    client.force_login(treasurer)
    url = reverse("banking:allocate", args=[line.pk])
    assert "offen 119,00" in client.get(url).content.decode()
    parts = {"account_1": account("PRINT").pk, "amount_1": "80,00"}
    refused = client.post(url, {f"voucher_{payable.pk}": "120,00", **parts})
    assert refused.status_code == 200
    assert not BankLine.objects.get().entry
    with pytest.raises(AllocationsDoNotFit) as error:
        book_line(line, parts=[Part(Decimal(200), voucher=payable)], by=treasurer, on=TODAY)
    assert "nur noch 119,00" in str(error.value)
    client.post(url, {f"voucher_{payable.pk}": "100,00", **parts | {"amount_1": "100,00"}})
    assert outstanding_of(payable) == Decimal("19.00")


def test_a_returned_transfer_opens_the_voucher_again(line, payable, read_in, treasurer):
    book_line(line, proposal=line.proposals.get(rank=1).pk, by=treasurer, on=TODAY)
    read_in(
        Row("119.00", "Konto erloschen", iban=SUPPLIER, gvc="159", is_reversal=True, on=date(2027, 1, 20)),
        number="2",
        opening="881.00",
    )
    back = BankLine.objects.get(amount=119)
    book_line(back, proposal=back.proposals.get(rank=1, kind="returned").pk, by=treasurer, on=TODAY)
    assert [each.outstanding for each in open_payables()] == [Decimal("119.00")]

    unbook_line(back, reason="doch nicht", by=treasurer, on=TODAY)
    assert outstanding_of(payable) == 0, "the return was a mistake: the payment stands again"
    unbook_line(BankLine.objects.get(pk=line.pk), reason="falscher Beleg", by=treasurer, on=TODAY)
    assert outstanding_of(payable) == Decimal("119.00")


def test_a_return_stays_once_the_voucher_was_paid_otherwise(line, payable, read_in, treasurer):
    book_line(line, proposal=line.proposals.get(rank=1).pk, by=treasurer, on=TODAY)
    back = Row("119.00", "Konto erloschen", iban=SUPPLIER, gvc="159", is_reversal=True, on=date(2027, 1, 20))
    paid_anew = Row("-119.00", "RE-2027-118 neu", iban=STRANGER, on=date(2027, 1, 25))
    read_in(back, paid_anew, number="2", opening="881.00")
    returned, anew = BankLine.objects.get(amount=119), BankLine.objects.get(text__contains="neu")
    book_line(returned, proposal=returned.proposals.get(rank=1).pk, by=treasurer, on=TODAY)
    book_line(anew, parts=[Part(Decimal(119), voucher=payable)], by=treasurer, on=TODAY)
    with pytest.raises(AlreadySettled):
        unbook_line(returned, reason="doch nicht", by=treasurer, on=TODAY)
    assert (BankLine.objects.get(amount=119).entry is None, outstanding_of(payable)) == (False, 0)
