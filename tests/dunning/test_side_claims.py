"""Interest and costs claimed in a reminder: proposed when money comes, visible until it did, waived only on purpose."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError
from django.urls import reverse

from apps.audit.models import JournalEntry
from apps.banking.domain.batch import certain_proposals
from apps.banking.domain.booking import book_line
from apps.banking.domain.clearing import unbook_line
from apps.banking.domain.errors import ProposalOutdated
from apps.banking.enums import MatchKind
from apps.banking.models import BankLine
from apps.core.money import euros
from apps.dues.domain.cancelling import cancel_invoice
from apps.dues.domain.payments import credit_balance
from apps.dues.models import Invoice
from apps.dunning.domain.errors import NothingToWaive, ReasonMissing
from apps.dunning.domain.issuing import withdraw_letter
from apps.dunning.domain.side_claims import claimed_of
from apps.dunning.domain.waiving import waive_claims
from apps.dunning.models import Waiver
from apps.ledger.domain.accounts import account
from tests.dunning.conftest import PAID_ON
from tests.factories.dunning import make_letters

pytestmark = pytest.mark.django_db
DUES, SIDES = Decimal("2550.00"), Decimal("22.48")


def readings(line: BankLine) -> list[tuple[str, int, list[Decimal], Decimal, Decimal]]:
    return [
        (each.kind, each.score, [target.amount.amount for target in each.targets.all()], each.side.amount, each.credit.amount)
        for each in line.proposals.order_by("rank")
    ]  # fmt: skip


def booked(line: BankLine) -> list[tuple[str, Decimal, str]]:
    rows = line.entry.lines.exclude(account__key="BANK").select_related("account", "city").order_by("pk")
    return [(row.account.key, row.amount.amount, row.city.name) for row in rows]


def book(line: BankLine, user, rank: int = 1) -> BankLine:
    return book_line(line, proposal=line.proposals.get(rank=rank).pk, by=user, on=PAID_ON)


def test_what_is_paid_beside_the_dues_is_proposed_as_interest_and_costs(letter, pay, treasurer):
    line = pay("2572.48")
    assert readings(line) == [
        (MatchKind.WITH_SIDES, 95, [DUES], SIDES, Decimal(0)),
        (MatchKind.OVER, 80, [DUES], Decimal(0), SIDES),
    ]
    assert line.proposals.get(rank=1).reason == (
        f"Die Zahlungsreferenz nennt Rechnung {Invoice.objects.get().number}; "
        f"22,48 € sind Zinsen und Kosten aus {letter.number}."
    )
    assert certain_proposals() == []
    line = book(line, treasurer)
    assert booked(line) == [("RECEIVABLE_DUES", DUES, "Köln"), ("LATE_FEES", SIDES, "Köln")]
    found = claimed_of(letter.city)
    assert (found.interest, found.fees, found.paid, found.open) == (Decimal("19.98"), Decimal("2.50"), SIDES, Decimal(0))  # fmt: skip
    assert credit_balance(letter.city) == 0


def test_the_claim_stays_open_when_only_the_dues_are_paid(letter, pay, treasurer, client_for):
    line = pay("2550.00")
    assert readings(line) == [
        (MatchKind.REFERENCE, 100, [DUES], Decimal(0), Decimal(0)),
        (MatchKind.SIDES_FIRST, 70, [DUES - SIDES], SIDES, Decimal(0)),
    ]
    assert [each.line for each in certain_proposals()] == [line]
    book(line, treasurer)
    client = client_for(treasurer)
    page = client.get(letter.get_absolute_url())
    assert (page.context["sides"].open, "nicht gezahlt" in page.content.decode()) == (SIDES, True)
    account_page = client.get(reverse("dues:account", args=[letter.city.slug])).content.decode()
    assert "Zinsen und Kosten nicht gezahlt: 22,48 €" in account_page
    assert f"gefordert mit {letter.number}" in account_page

    later = pay("22.48", text=f"Zinsen {letter.number}", number="2", opening="3550.00")
    assert readings(later)[0] == (MatchKind.WITH_SIDES, 70, [], SIDES, Decimal(0))
    book(later, treasurer)
    page = client.get(letter.get_absolute_url())
    assert (page.context["sides"].open, "nicht gezahlt" in page.content.decode()) == (Decimal(0), False)
    assert "Zinsen und Kosten nicht gezahlt" not in client.get(reverse("dues:account", args=[letter.city.slug])).content.decode()  # fmt: skip


def test_costs_and_interest_first_only_if_the_treasurer_says_so(letter, pay, treasurer):
    line = pay("1000.00")
    assert readings(line) == [
        (MatchKind.PARTIAL, 85, [Decimal(1000)], Decimal(0), Decimal(0)),
        (MatchKind.SIDES_FIRST, 70, [Decimal("977.52")], SIDES, Decimal(0)),
    ]
    assert "§ 367 Abs. 1 BGB" in line.proposals.get(rank=2).reason
    assert booked(book(line, treasurer, rank=2)) == [("RECEIVABLE_DUES", Decimal("977.52"), "Köln"), ("LATE_FEES", SIDES, "Köln")]  # fmt: skip


def test_a_payment_of_just_interest_and_costs_is_meant_for_them_a_smaller_one_may_be(letter, pay):
    """Dues are open as well; without the claim both payments would be read as a part of them only."""
    line = pay("22.48")
    assert readings(line) == [(MatchKind.WITH_SIDES, 95, [], SIDES, Decimal(0)), (MatchKind.PARTIAL, 85, [SIDES], Decimal(0), Decimal(0))]  # fmt: skip
    assert line.proposals.get(rank=1).reason.endswith(f"; 22,48 € sind Zinsen und Kosten aus {letter.number}.")
    smaller = pay("10.00", number="2", opening="1022.48")
    assert readings(smaller) == [
        (MatchKind.PARTIAL, 85, [Decimal(10)], Decimal(0), Decimal(0)),
        (MatchKind.SIDES_FIRST, 70, [], Decimal(10), Decimal(0)),
    ]
    assert smaller.proposals.get(rank=2).reason.endswith(
        f"; alles auf Zinsen und Kosten aus {letter.number} (§ 367 Abs. 1 BGB)."
    )
    assert certain_proposals() == []


def test_more_than_all_of_it_remains_credit(letter, pay, treasurer):
    line = pay("2600.00")
    assert readings(line)[0] == (MatchKind.WITH_SIDES, 85, [DUES], SIDES, Decimal("27.52"))
    assert line.proposals.get(rank=1).reason.endswith(", 27,52 € bleiben Guthaben.")
    book(line, treasurer)
    assert credit_balance(letter.city) == Decimal("27.52")


def test_a_booking_taken_back_opens_the_claim_again(letter, pay, treasurer):
    line = book(pay("2572.48"), treasurer)
    unbook_line(line, reason="falsche Stadt", by=treasurer, on=PAID_ON)
    assert claimed_of(letter.city).open == SIDES
    line.refresh_from_db()
    assert readings(line)[0] == (MatchKind.WITH_SIDES, 95, [DUES], SIDES, Decimal(0))


def test_the_form_is_filled_with_the_proposal_and_the_treasurer_decides(letter, pay, treasurer, client_for):
    line = pay("2572.48")
    url = reverse("banking:allocate", args=[line.pk])
    initial = client_for(treasurer).get(url).context["form"].initial
    invoice = Invoice.objects.get()
    wanted = {
        f"invoice_{invoice.pk}": euros(DUES),
        "account_1": account("LATE_FEES").pk,
        "amount_1": euros(SIDES),
        "city_1": letter.city_id,
    }
    assert initial == wanted
    values = {f"invoice_{invoice.pk}": "2550,00", "account_1": wanted["account_1"], "city_1": letter.city_id}
    assert client_for(treasurer).post(url, values).status_code == 302
    line.refresh_from_db()
    assert booked(line) == [("RECEIVABLE_DUES", DUES, "Köln"), ("LATE_FEES", SIDES, "Köln")]
    assert claimed_of(letter.city).open == 0


def test_what_was_claimed_is_no_more_once_withdrawn_or_cancelled(letter, pay, treasurer):
    line = pay("2572.48")
    shown = line.proposals.get(rank=1).pk
    withdraw_letter(letter, reason="Versehen", by=treasurer, on=PAID_ON)
    with pytest.raises(ProposalOutdated):
        book_line(line, proposal=shown, by=treasurer, on=PAID_ON)
    assert claimed_of(letter.city).total == 0


def test_a_cancelled_invoice_bears_no_interest(letter, treasurer):
    cancel_invoice(Invoice.objects.get(), reason="Austritt", by=treasurer, on=PAID_ON)
    assert (claimed_of(letter.city).interest, claimed_of(letter.city).fees) == (Decimal(0), Decimal("2.50"))


def test_a_later_letter_about_the_same_invoice_claims_the_interest_once(letter, pay):
    [last] = make_letters(date(2027, 7, 1))
    assert last.interest.amount > letter.interest.amount
    found = claimed_of(letter.city)
    assert (found.interest, found.fees) == (last.interest.amount, Decimal("2.50") + last.fee.amount)
    assert found.letters == (letter.number, last.number)


def test_a_waiver_has_a_reason_a_person_and_an_end(letter, pay, treasurer, auditor, client_for):
    url = reverse("dunning:waive", args=[letter.number])
    assert client_for(auditor).get(url).status_code == 404
    client = client_for(treasurer)
    assert url in client.get(letter.get_absolute_url()).content.decode()
    assert list(client.post(url, {"reason": " "}).context["form"].errors) == ["reason"]
    client.post(url, {"reason": "Kulanz, Beschluss des Vorstands vom 18.05."})
    waiver = Waiver.objects.get()
    assert (waiver.amount.amount, waiver.waived_by) == (SIDES, treasurer)
    assert JournalEntry.objects.get(verb="dunning.claims_waived").reason == "Kulanz, Beschluss des Vorstands vom 18.05."
    assert claimed_of(letter.city).open == 0
    assert [row[0] for row in readings(pay("2572.48"))] == [MatchKind.OVER]
    with pytest.raises(NothingToWaive):
        waive_claims(letter.city, reason="noch einmal", by=treasurer, on=PAID_ON)
    with pytest.raises(ReasonMissing):
        waive_claims(letter.city, reason=" ", by=treasurer, on=PAID_ON)
    with pytest.raises(IntegrityError):
        Waiver.objects.all().delete()
