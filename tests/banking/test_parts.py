"""One line over several accounts, each with its sphere and cost centre; and all of it taken back again."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from apps.banking.domain.booking import Part, book_line
from apps.banking.domain.clearing import unbook_line
from apps.banking.domain.errors import RuleNotPossible
from apps.banking.domain.rule_book import make_rule
from apps.banking.models import BankLine, BookingRule
from apps.budget.domain.queries import actual_by_year
from apps.ledger.domain.accounts import account
from apps.ledger.domain.cost_centres import change_cost_centre, open_cost_centre
from apps.ledger.models import CostCentre, EntryLine
from apps.members.models import City
from tests.banking.conftest import TODAY
from tests.factories.banking import Row

pytestmark = pytest.mark.django_db
MINISTRY = "DE02120300000000202051"


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(TODAY, tick=False)


@pytest.fixture
def meeting(association, treasurer) -> CostCentre:
    return open_cost_centre(
        number="T1", name="Treffen in Augsburg", kind="meeting", valid_from=date(2027, 1, 1), by=treasurer
    )


@pytest.fixture
def grant(read_in, association) -> BankLine:
    read_in(Row("1000.00", "Zuwendung Treffen", "Ministerium", MINISTRY))
    return BankLine.objects.get()


def url_of(line: BankLine) -> str:
    return reverse("banking:allocate", args=[line.pk])


def rows(line: BankLine) -> list[tuple[str, str, Decimal, str, str, str]]:
    found = line.entry.lines.exclude(account__key="BANK").select_related("account", "cost_centre").order_by("pk")
    return [
        (each.account.key, each.side, each.amount.amount, each.sphere, str(each.cost_centre or ""), each.text)
        for each in found
    ]


def test_a_line_is_split_over_accounts_spheres_and_cost_centres(grant, meeting, client_for, treasurer):
    answer = client_for(treasurer).post(
        url_of(grant),
        {
            "account_1": account("GRANT").pk,
            "amount_1": "700,00",
            "cost_centre_1": meeting.pk,
            "text_1": "Bescheid vom 3. Januar",
            "account_2": account("FEES_EVENT").pk,
            "amount_2": "300,00",
            "sphere_2": "business",
        },
    )
    grant.refresh_from_db()
    assert answer["Location"] == grant.get_absolute_url()
    ideal = account("GRANT").sphere
    assert rows(grant) == [
        ("GRANT", "credit", Decimal(700), ideal, str(meeting), "Bescheid vom 3. Januar"),
        ("FEES_EVENT", "credit", Decimal(300), "business", "", ""),
    ]
    actual = actual_by_year([2027])[2027]
    assert actual == {
        (account("GRANT").number, "T1"): Decimal("700.00"),
        (account("FEES_EVENT").number, ""): Decimal("300.00"),
    }
    assert account("FEES_EVENT").sphere != "business"


def test_dues_and_accounts_share_a_line(invoices, read_in, meeting, client_for, treasurer):
    bonn = invoices[0]
    read_in(Row("2798.36", f"Beitrag {bonn.number} und Teilnahme", "Stadtkasse Bonn"))
    line = BankLine.objects.get()
    fee = {"account_1": account("FEES_EVENT").pk, "cost_centre_1": meeting.pk}
    client_for(treasurer).post(url_of(line), {f"invoice_{bonn.pk}": "2748,36", **fee})
    line.refresh_from_db()
    assert [row[:3] for row in rows(line)] == [
        ("RECEIVABLE_DUES", "credit", Decimal("2748.36")),
        ("FEES_EVENT", "credit", Decimal("50.00")),
    ]
    assert rows(line)[1][4] == str(meeting)


@pytest.mark.parametrize(
    ("amounts", "field", "sentence"),
    [
        (("700,00", "200,00"), "amount_2", "zusammen 900,00 €, der Umsatz lautet über 1.000,00 €. Es fehlen 100,00 €."),
        (("700,00", "400,00"), "amount_2", "zusammen 1.100,00 €, der Umsatz lautet über 1.000,00 €. Es sind 100,00 € zu viel."),
        (("700,00", ""), "amount_2", "Bitte geben Sie den Betrag dieses Teils an."),
        (("700,00", "-1"), "amount_2", "größer oder gleich"),
    ],
)  # fmt: skip
def test_rows_that_do_not_make_up_the_line_are_refused_at_their_field(
    grant, client_for, treasurer, amounts, field, sentence
):
    values = {"account_1": account("GRANT").pk, "account_2": account("DONATION").pk}
    values |= {"amount_1": amounts[0], "amount_2": amounts[1]}
    answer = client_for(treasurer).post(url_of(grant), values)
    [error] = answer.context["form"].errors.as_data()[field]
    assert sentence in str(error.messages[0])
    grant.refresh_from_db()
    assert grant.entry is None


def test_a_row_without_an_account_is_refused_and_nothing_at_all_too(grant, meeting, client_for, treasurer):
    client = client_for(treasurer)
    answer = client.post(url_of(grant), {"account_1": account("GRANT").pk, "cost_centre_2": meeting.pk})
    assert list(answer.context["form"].errors) == ["account_2"]
    answer = client.post(url_of(grant), {})
    assert list(answer.context["form"].errors) == ["amount_1"]


def test_a_closed_cost_centre_is_not_offered_but_taken_back_from(grant, meeting, client_for, treasurer):
    booked = book_line(
        grant, parts=[Part(Decimal(1000), account=account("GRANT"), cost_centre=meeting)], by=treasurer, on=TODAY
    )
    names = {"number": meeting.number, "name": meeting.name, "kind": meeting.kind}
    change_cost_centre(meeting, **names, valid_until=date(2027, 1, 16), by=treasurer)
    time_of_closing = CostCentre.objects.valid_on(TODAY)
    assert meeting not in time_of_closing
    unbook_line(booked, reason="falsches Treffen", by=treasurer, on=TODAY)
    grant.refresh_from_db()
    assert grant.entry is None
    assert actual_by_year([2027])[2027] == {(account("GRANT").number, "T1"): Decimal("0.00")}


def test_money_that_comes_back_leaves_the_cost_centre_it_stood_on(read_in, meeting, treasurer):
    paid = Row("-400.00", "Saal", "Kongresshalle", MINISTRY, end_to_end_id="SAAL-1")
    read_in(paid)
    line = BankLine.objects.get()
    part = Part(Decimal(400), account=account("ROOM"), sphere="purpose", cost_centre=meeting)
    book_line(line, parts=[part], by=treasurer, on=TODAY)
    names = {"number": meeting.number, "name": meeting.name, "kind": meeting.kind}
    change_cost_centre(meeting, **names, valid_until=date(2027, 1, 16), by=treasurer)
    read_in(
        Row("400.00", "Konto erloschen", iban=MINISTRY, gvc="159", is_reversal=True, on=date(2027, 1, 20), end_to_end_id="SAAL-1"),
        number="2",
        opening="600.00",
    )  # fmt: skip
    back = BankLine.objects.get(amount=400)
    book_line(back, proposal=back.proposals.get(kind="returned").pk, by=treasurer, on=TODAY)
    lines = EntryLine.objects.filter(account__key="ROOM").order_by("entry_id")
    assert [(each.side, each.sphere, each.cost_centre) for each in lines] == [
        ("debit", "purpose", meeting),
        ("credit", "purpose", meeting),
    ]


def test_a_rule_proposes_account_sphere_and_cost_centre(grant, meeting, client_for, treasurer):
    client = client_for(treasurer)
    rule = {"direction": "in", "iban": MINISTRY, "account": account("GRANT").pk}
    client.post(reverse("banking:new_rule"), rule | {"sphere": "purpose", "cost_centre": meeting.pk})
    assert str(BookingRule.objects.get()).endswith(f"→ {account('GRANT')}, Zweckbetrieb, {meeting}")
    page = client.get(grant.get_absolute_url()).content.decode()
    assert (str(meeting) in page, "Zweckbetrieb" in page) == (True, True)
    initial = client.get(url_of(grant)).context["form"].initial
    assert (initial["account_1"], initial["sphere_1"], initial["cost_centre_1"]) == (
        account("GRANT").pk,
        "purpose",
        meeting.pk,
    )
    proposal = grant.proposals.get(rank=1)
    client.post(reverse("banking:book", args=[grant.pk]), {"proposal": proposal.pk})
    grant.refresh_from_db()
    assert rows(grant) == [("GRANT", "credit", Decimal(1000), "purpose", str(meeting), "")]


def test_a_rule_for_a_city_has_no_cost_centre(invoices, meeting, treasurer):
    with pytest.raises(RuleNotPossible) as refused:
        make_rule(direction="in", text_words="Beitrag", city=City.objects.first(), cost_centre=meeting, by=treasurer, on=TODAY)  # fmt: skip
    assert refused.value.field == "cost_centre"


@pytest.mark.parametrize("same", [True, False])
def test_the_same_decision_twice_proposes_its_cost_centre_only_if_both_had_it(read_in, meeting, treasurer, same):
    read_in(*[Row("-19.90", f"Serverpacht {n}", "Rechner", MINISTRY, on=date(2027, 1, n)) for n in (5, 12)])
    centres = [meeting if same else None, meeting]
    for line, centre in zip(BankLine.objects.order_by("booked_on"), centres, strict=True):
        part = Part(Decimal("19.90"), account=account("IT"), cost_centre=centre)
        book_line(line, parts=[part], by=treasurer, on=TODAY)
    assert BookingRule.objects.get().cost_centre == (meeting if same else None)
