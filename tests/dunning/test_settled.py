"""A letter demands only what of interest and costs is neither paid nor waived; a waiver ends with what it waived."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError

from apps.core.money import euros
from apps.dues.domain.cancelling import cancel_invoice
from apps.dues.domain.issuing import issue_run as issue_dues
from apps.dues.models import Invoice
from apps.dunning.domain.errors import PreviewOutdated
from apps.dunning.domain.issuing import issue_run, withdraw_letter
from apps.dunning.domain.runs import content_of, prepare_run
from apps.dunning.domain.side_claims import claimed_of
from apps.dunning.domain.waiving import waive_claims
from apps.dunning.models import DunningLetter, WaivedClaim
from apps.dunning.printing import print_now
from apps.dunning.prints import payment_of
from tests.dunning.conftest import PAID_ON
from tests.dunning.test_pages import printed
from tests.dunning.test_side_claims import DUES, SIDES, book
from tests.factories.dues import make_payment, make_preview, make_received
from tests.factories.dunning import make_letters
from tests.factories.members import make_delegate

pytestmark = pytest.mark.django_db
JULY = date(2027, 7, 1)

# what is paid or waived is not demanded again


@pytest.fixture
def settled_letter(letter, pay, treasurer) -> DunningLetter:
    """Interest and costs of the letter are paid, the dues are not."""
    line = pay("22.48", text=f"Zinsen {letter.number}")
    book(line, treasurer)
    assert (claimed_of(letter.city).paid, claimed_of(letter.city).open) == (SIDES, Decimal(0))
    return letter


def demanded(letter: DunningLetter) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    assert payment_of(letter)["amount"] == letter.total
    return letter.interest.amount, letter.fee.amount, letter.settled.amount, letter.total.amount


def test_a_later_letter_leaves_out_the_interest_that_is_paid(settled_letter):
    run = prepare_run(by=None, on=JULY)
    assert (run.settled, run.total.amount) == ({str(settled_letter.city_id): "19.98"}, DUES + Decimal("21.80"))
    [last] = issue_run(run, by=None, on=JULY)
    # 2,550.00 € · 6.5 % · 92 days (01.04.–01.07.) / 365 is 41.78; the earlier 19.98 is paid, and 2.50 of costs
    assert demanded(last) == (Decimal("41.78"), Decimal(0), Decimal("19.98"), DUES + Decimal("21.80"))
    assert claimed_of(last.city).open == Decimal("21.80")
    assert last.settled_label == "abzüglich schon gezahlter oder erlassener Zinsen"


def test_a_later_letter_leaves_out_the_interest_that_is_waived(letter, treasurer):
    waive_claims(letter.city, reason="Kulanz", by=treasurer, on=PAID_ON)
    [last] = make_letters(JULY)
    assert demanded(last) == (Decimal("41.78"), Decimal(0), Decimal("19.98"), DUES + Decimal("21.80"))
    assert (claimed_of(last.city).waived, claimed_of(last.city).open) == (SIDES, Decimal("21.80"))


def test_part_of_the_interest_is_left_out_costs_come_first(letter, pay, treasurer):
    """Of 10.00 € the costs of 2.50 € are settled first (§ 367 BGB), 7.50 € of the interest."""
    book(pay("10.00"), treasurer, rank=2)
    [last] = make_letters(JULY)
    assert last.settled.amount == Decimal("7.50")
    assert claimed_of(last.city).open == last.interest.amount - Decimal("7.50")


def test_nothing_is_left_out_where_nothing_was_paid(letter):
    [last] = make_letters(JULY)
    assert demanded(last) == (Decimal("41.78"), Decimal(0), Decimal(0), DUES + Decimal("41.78"))


def test_interest_paid_for_one_invoice_settles_none_of_another(settled_letter, treasurer):
    """The dues of 2027 and their interest are paid; the letter about 2028 claims its own interest in full."""
    make_payment(Invoice.objects.with_balance().get(), "2550.00", on=PAID_ON)
    on = date(2028, 1, 10)
    make_received(*issue_dues(make_preview(2028, on=on), by=None, on=on))
    for day in (date(2028, 6, 1), date(2028, 6, 20), date(2028, 7, 10)):
        [last] = make_letters(day)
    assert (last.level, last.settled.amount) == (2, Decimal(0))
    assert last.interest.amount > 0
    assert claimed_of(last.city).open == last.interest.amount + last.fee.amount == last.total.amount - DUES


@pytest.mark.parametrize("what", ["paid", "waived"])
def test_a_payment_or_waiver_since_the_preview_refuses_the_run(letter, pay, treasurer, what):
    run = prepare_run(by=None, on=JULY)
    if what == "paid":
        book(pay("22.48", text=f"Zinsen {letter.number}"), treasurer)
    else:
        waive_claims(letter.city, reason="Kulanz", by=treasurer, on=PAID_ON)
    with pytest.raises(PreviewOutdated) as refusal:
        issue_run(run, by=None, on=JULY)
    sentence = "Zinsen und Kosten von Köln: schon gezahlt oder erlassen waren 0,00 €, jetzt sind es 19,98 €."
    assert sentence in refusal.value.message.replace("\xa0", " ")
    assert DunningLetter.objects.count() == 3


def test_what_is_settled_belongs_to_the_frozen_content(settled_letter):
    run = prepare_run(by=None, on=JULY)
    items = list(run.items.order_by("position"))
    assert content_of(run, items) == run.content_hash
    run.settled = {}
    assert content_of(run, items) != run.content_hash


def test_too_much_paid_settles_the_costs_of_the_next_letter_as_well(settled_letter, treasurer):
    """The letter whose claims were paid is withdrawn: its successor demands only what the books say is open."""
    withdraw_letter(settled_letter, reason="Versehen", by=treasurer, on=PAID_ON)
    [again] = make_letters(date(2027, 5, 21))
    # 2,550.00 € · 6.5 % · 51 days / 365 is 23.16, costs of 2.50
    assert demanded(again) == (Decimal("23.16"), Decimal("2.50"), SIDES, DUES + Decimal("3.18"))
    assert claimed_of(again.city).open == Decimal("3.18")
    [last] = make_letters(JULY)
    assert demanded(last) == (Decimal("41.78"), Decimal(0), Decimal("19.98"), DUES + Decimal("21.80"))


# a waiver extinguishes costs of a letter and interest of an invoice, nothing else


def test_a_waiver_of_costs_ends_with_their_letter_one_of_interest_holds_for_the_next(letter, treasurer):
    waive_claims(letter.city, reason="Kulanz", by=treasurer, on=PAID_ON)
    withdraw_letter(letter, reason="Versehen", by=treasurer, on=PAID_ON)
    assert (claimed_of(letter.city).total, claimed_of(letter.city).waived) == (0, 0)
    [again] = make_letters(JULY)
    assert demanded(again) == (Decimal("41.78"), Decimal("2.50"), Decimal("19.98"), DUES + Decimal("24.30"))
    assert claimed_of(again.city).open == Decimal("24.30")


def test_a_waiver_ends_with_the_invoice_whose_interest_it_waived(letter, treasurer):
    waive_claims(letter.city, reason="Kulanz", by=treasurer, on=PAID_ON)
    cancel_invoice(Invoice.objects.get(), reason="Austritt", by=treasurer, on=PAID_ON)
    found = claimed_of(letter.city)
    assert (found.interest, found.fees, found.waived, found.open) == (0, Decimal("2.50"), Decimal("2.50"), 0)


def test_what_was_waived_of_two_letters_stays_waived_of_the_one_that_stands(letter, pay, treasurer):
    """6.50 € are paid: 2.50 € of the costs, 4.00 € of the interest; the rest of both letters is waived, and stays so."""
    book(pay("6.50"), treasurer, rank=2)
    [last] = make_letters(JULY)
    waiver = waive_claims(letter.city, reason="Kulanz", by=treasurer, on=JULY)
    assert waiver.amount.amount == Decimal("37.78")
    withdraw_letter(last, reason="Versehen", by=treasurer, on=JULY)
    found = claimed_of(letter.city)
    assert (found.total, found.paid, found.waived, found.open) == (SIDES, Decimal("6.50"), Decimal("19.98"), 0)
    [again] = make_letters(date(2027, 7, 2))
    # another day of 0.45 (2,550.00 € · 6.5 % / 365) is all that is new
    assert again.interest.amount == Decimal("42.23")
    assert again.total.amount - DUES == claimed_of(letter.city).open == Decimal("0.45")


def test_what_a_later_letter_left_out_stays_waived_though_the_older_one_is_withdrawn(letter, treasurer):
    waive_claims(letter.city, reason="Kulanz", by=treasurer, on=PAID_ON)
    [last] = make_letters(JULY)
    withdraw_letter(letter, reason="Versehen", by=treasurer, on=JULY)
    assert last.total.amount - DUES == claimed_of(letter.city).open == Decimal("21.80")
    waive_claims(letter.city, reason="auch der Rest", by=treasurer, on=JULY)
    assert (claimed_of(letter.city).waived, claimed_of(letter.city).open) == (Decimal("41.78"), 0)
    withdraw_letter(last, reason="Versehen", by=treasurer, on=JULY)
    assert (claimed_of(letter.city).total, claimed_of(letter.city).waived) == (0, 0)


def test_what_a_waiver_took_is_final(letter, treasurer):
    waive_claims(letter.city, reason="Kulanz", by=treasurer, on=PAID_ON)
    taken = {(row.letter, row.invoice, row.amount.amount) for row in WaivedClaim.objects.all()}
    assert taken == {(letter, None, Decimal("2.50")), (None, Invoice.objects.get(), Decimal("19.98"))}
    with pytest.raises(IntegrityError):
        WaivedClaim.objects.update(amount=euros(1))


# what the pages and the print show


def test_the_letter_shows_who_waived_what_and_why_but_not_to_the_city(letter, treasurer, auditor, client_for):
    waive_claims(letter.city, reason="Beschluss vom 18.05.", by=treasurer, on=PAID_ON)
    print_now(by=None)
    delegate = make_delegate(letter.city)
    for user, sees in ((treasurer, True), (auditor, True), (delegate, False)):
        response = client_for(user).get(letter.get_absolute_url())
        table = response.context["waivers"]
        rows = [[str(cell.text) for cell in row] for row in table] if table else []
        assert rows == ([["20.05.2027", "22,48 €", "Beschluss vom 18.05.", str(treasurer)]] if sees else [])
        assert ("Beschluss vom 18.05." in response.content.decode()) is sees


def test_the_preview_and_the_print_name_what_is_left_out(settled_letter, treasurer, client_for):
    run = prepare_run(by=None, on=JULY)
    client = client_for(treasurer)
    table = client.get(run.get_absolute_url()).context["settled"]
    assert [[str(cell.text) for cell in row] for row in table] == [["Köln", "19,98 €"]]
    [last] = issue_run(run, by=None, on=JULY)
    assert "abzüglich schon gezahlter oder erlassener Zinsen −19,98 € Zu zahlen 2.571,80 €" in printed(last)
    assert "abzüglich schon gezahlter oder erlassener Zinsen" in client.get(last.get_absolute_url()).content.decode()
