"""Balanced or covered by reserves; what a draft begins with."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction

from apps.budget.domain.planning import (
    Cover,
    CoverIncomplete,
    Planned,
    adopt_plan,
    draft_plan,
    propose_plan,
    set_amounts,
)
from apps.budget.domain.queries import reserve_for
from apps.budget.enums import Start
from apps.core.errors import DomainError
from apps.ledger.domain.cost_centres import open_cost_centre
from apps.ledger.domain.drafts import Line
from apps.ledger.domain.posting import post_entry
from apps.ledger.models import Account
from tests.factories.ledger import account, make_expense, make_income
from tests.factories.resolutions import make_decided

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 2)


@pytest.fixture
def uncovered(treasurer):
    draft = draft_plan(2027, by=treasurer, on=DAY)
    amounts = {account("DUES"): Planned(Decimal(1000)), account("ROOM"): Planned(Decimal("1200.50"))}
    return set_amounts(draft, amounts, note="", by=treasurer)


def test_uncovered_plan_is_not_proposed_and_the_page_says_what_is_missing(client_for, treasurer, uncovered) -> None:
    with pytest.raises(DomainError, match="reichen um 200,50"):
        propose_plan(uncovered, by=treasurer, on=DAY)
    page = client_for(treasurer).get("/haushalt/2027/1/vorlegen/")
    assert "200,50" in page.context["refusal"]
    client_for(treasurer).post("/haushalt/2027/1/vorlegen/")
    uncovered.refresh_from_db()
    assert uncovered.state == "draft"


def test_a_reserve_covers_the_deficit(client_for, treasurer, uncovered) -> None:
    form = {"amount_40000": "1000", "amount_50000": "1200,50", "reserve_cover": "200,50", "note": ""}
    client = client_for(treasurer)
    answer = client.post("/haushalt/2027/1/ansaetze/", form)
    assert answer.context["form"].errors == {
        "reserve_account": ["Bitte nennen Sie die Rücklage, aus der entnommen wird."]
    }
    offered = answer.context["form"].fields["reserve_account"].queryset
    assert (offered.filter(key="OPENING").exists(), offered.filter(key="RESULT_CARRY").exists()) == (False, True)
    reserve = Account.objects.get(key="RESERVE_FREE")
    put_into(reserve, "200.49")
    answer = client.post("/haushalt/2027/1/ansaetze/", form | {"reserve_account": reserve.pk})
    assert [text.replace("\xa0", " ") for text in answer.context["form"].errors["reserve_cover"]] == [
        "In „Freie Rücklage“ stehen dafür nur 200,49 €. Mehr kann der Plan nicht entnehmen."
    ]
    put_into(reserve, "0.01")
    client.post("/haushalt/2027/1/ansaetze/", form | {"reserve_account": reserve.pk})
    assert propose_plan(uncovered, by=treasurer, on=DAY).reserve_account == reserve


def put_into(reserve: Account, amount: str, *, on: date = DAY) -> None:
    """From the capital; less than nothing goes back there."""
    figure = Decimal(amount)
    debit, credit = (account("RESULT_CARRY"), reserve) if figure > 0 else (reserve, account("RESULT_CARRY"))
    post_entry(
        on=on,
        text="Rücklage",
        lines=[Line(debit, debit=abs(figure)), Line(credit, credit=abs(figure))],
        source="test.case",
        reference="R-1",
        by=None,
    )


def test_what_left_the_reserve_covers_nothing_any_more(treasurer, uncovered) -> None:
    """Between draft and decision the reserve was dissolved."""
    reserve = Account.objects.get(key="RESERVE_FREE")
    put_into(reserve, "200.50")
    lines = {account("DUES"): Planned(Decimal(1000)), account("ROOM"): Planned(Decimal("1200.50"))}
    set_amounts(uncovered, lines, note="", cover=Cover(Decimal("200.50"), reserve), by=treasurer)
    with transaction.atomic():
        post_entry(
            on=DAY,
            text="Auflösung",
            lines=[Line(reserve, debit=Decimal("0.01")), Line("RESULT_CARRY", credit=Decimal("0.01"))],
            source="test.case",
            reference="R-2",
            by=None,
        )
        with pytest.raises(CoverIncomplete, match="200,49"):
            propose_plan(uncovered, by=treasurer, on=DAY)
        transaction.set_rollback(True)
    proposed = propose_plan(uncovered, by=treasurer, on=DAY)
    assert adopt_plan(proposed, make_decided(kind="budget"), by=treasurer).state == "adopted"
    follower = draft_plan(2028, by=treasurer, on=DAY, start=Start.EMPTY)
    with pytest.raises(CoverIncomplete, match="0,00"):
        set_amounts(follower, lines, note="", cover=Cover(Decimal("0.01"), reserve), by=treasurer)


def test_the_results_of_earlier_years_cover_a_plan_too(treasurer, uncovered) -> None:
    make_income("150.00", on=date(2026, 5, 1), by=treasurer)
    make_income("900.00", on=date(2027, 1, 5), by=treasurer)
    carried = account("RESULT_CARRY")
    with pytest.raises(CoverIncomplete, match="150,00"):
        set_amounts(uncovered, {}, note="", cover=Cover(Decimal("150.01"), carried), by=treasurer)
    set_amounts(uncovered, {}, note="", cover=Cover(Decimal("150.00"), carried), by=treasurer)


def test_a_loss_that_was_covered_from_the_capital_counts_once(treasurer, uncovered) -> None:
    """1,000 carried, 600 of it planned for 2027, and 2027 goes as planned, or half as badly, or not at all."""
    carried = account("RESULT_CARRY")
    make_income("1000.00", on=date(2026, 5, 1), by=treasurer)
    amounts = {account("DUES"): Planned(Decimal(1000)), account("ROOM"): Planned(Decimal(1600))}
    plan = set_amounts(uncovered, amounts, note="", cover=Cover(Decimal(600), carried), by=treasurer)
    adopt_plan(propose_plan(plan, by=treasurer, on=DAY), make_decided(kind="budget"), by=treasurer)
    follower = draft_plan(2028, by=treasurer, on=DAY, start=Start.EMPTY)
    assert reserve_for(follower, carried) == 400
    put_into(account("RESERVE_FREE"), "150.00", on=date(2027, 2, 1))  # a debit, and no part of the 600
    assert reserve_for(follower, carried) == 250
    make_income("1000.00", key="DUES", on=date(2027, 3, 1), by=treasurer)
    make_expense("1300.00", on=date(2027, 6, 1), by=treasurer)
    assert reserve_for(follower, carried) == 250
    make_expense("300.00", on=date(2027, 9, 1), by=treasurer)
    assert reserve_for(follower, carried) == 250
    make_expense("50.00", on=date(2027, 12, 1), by=treasurer)
    assert reserve_for(follower, carried) == 200


def test_a_supplement_keeps_the_cover_that_was_withdrawn_for_its_plan(treasurer, uncovered) -> None:
    reserve = account("RESERVE_FREE")
    put_into(reserve, "200.50")
    lines = {account("DUES"): Planned(Decimal(1000)), account("ROOM"): Planned(Decimal("1200.50"))}
    plan = set_amounts(uncovered, lines, note="", cover=Cover(Decimal("200.50"), reserve), by=treasurer)
    adopt_plan(propose_plan(plan, by=treasurer, on=DAY), make_decided(kind="budget"), by=treasurer)
    put_into(reserve, "-200.50", on=date(2027, 6, 1))
    supplement = draft_plan(2027, by=treasurer, on=date(2027, 7, 1))
    with pytest.raises(CoverIncomplete, match="200,50"):
        set_amounts(supplement, lines, note="", cover=Cover(Decimal("200.51"), reserve), by=treasurer)
    kept = set_amounts(supplement, lines, note="", cover=Cover(Decimal("200.50"), reserve), by=treasurer)
    assert propose_plan(kept, by=treasurer, on=date(2027, 7, 1)).state == "proposed"


def test_only_a_reserve_can_cover(treasurer, uncovered) -> None:
    for key in ("BANK", "OPENING"):
        with pytest.raises(DomainError, match="Rücklage"):
            set_amounts(uncovered, {}, note="", cover=Cover(Decimal(1), account(key)), by=treasurer)


def test_draft_begins_with_the_outlook_of_last_year(adopted, treasurer) -> None:
    supplement = draft_plan(2027, by=treasurer, on=DAY)
    planned = Planned(Decimal(100), following=Decimal(120), after_next=Decimal(130), month=3)
    set_amounts(supplement, {account("DUES"): planned}, note="", by=treasurer)
    adopt_plan(propose_plan(supplement, by=treasurer, on=DAY), make_decided(kind="budget"), by=treasurer)
    [line] = draft_plan(2028, by=treasurer, on=DAY, start=Start.OUTLOOK).lines.all()
    assert [line.amount.amount, line.amount_next.amount, line.amount_after.amount, line.month, line.is_final] == [
        Decimal(120),
        Decimal(130),
        Decimal(0),
        3,
        False,
    ]


def test_draft_begins_with_the_postings_of_last_year(treasurer) -> None:
    centre = open_cost_centre(number="T1", name="Treffen", kind="meeting", valid_from=date(2026, 1, 1), by=treasurer)
    post_entry(
        on=date(2026, 3, 1),
        text="Saal",
        lines=[Line("ROOM", debit=Decimal(700), cost_centre=centre), Line("BANK", credit=Decimal(700))],
        source="test.case",
        reference="S-1",
        by=treasurer,
    )
    draft = draft_plan(2027, by=treasurer, on=DAY, start=Start.ACTUAL)
    assert list(draft.lines.values_list("account__key", "cost_centre__number", "amount")) == [
        ("ROOM", "T1", Decimal(700))
    ]
