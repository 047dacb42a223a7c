"""Open claims and bills stand in the month they are due, in whatever year; the plan adds only what is not claimed yet."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine

from apps.budget.domain.liquidity import Liquidity, liquidity
from apps.dues.domain.issuing import issue_run
from tests.factories.dues import make_association, make_network, make_payment, make_preview
from tests.factories.ledger import make_expense
from tests.factories.vouchers import make_payable

pytestmark = pytest.mark.django_db
NOVEMBER, JANUARY, APRIL = date(2026, 11, 25), date(2027, 1, 11), date(2027, 4, 12)
PLAN, ROOMS = Decimal("142307.34"), Decimal(12000)
CLAIMS = Decimal("8709.28") + Decimal("2748.36")


@pytest.fixture
def billed(adopted):
    """Dues of 2027, billed in November 2026 and due on 31 March; the plan of 2027 is in force."""
    make_network(("Köln", 1_024_621), ("Bonn", 323_336))
    invoices = issue_run(make_preview(2027, on=NOVEMBER), by=None, on=NOVEMBER)
    assert {(invoice.due_on, invoice.entry.year) for invoice in invoices} == {(date(2027, 3, 31), 2027)}
    return invoices


def incoming(picture: Liquidity) -> list[Decimal]:
    return [month.incoming for month in picture.months]


def test_dues_billed_ahead_come_in_the_year_and_month_they_are_due(billed) -> None:
    ahead = liquidity(2027, NOVEMBER)
    assert sum(incoming(ahead)) == PLAN
    assert incoming(ahead)[2] - incoming(ahead)[3] == CLAIMS
    assert ahead.months[-1].closing == PLAN - ROOMS
    assert sum(incoming(liquidity(2026, NOVEMBER))) == 0


def test_in_january_dues_of_march_wait_for_march(billed) -> None:
    months = incoming(liquidity(2027, JANUARY))
    assert sum(months) == PLAN
    assert months[2] - months[3] == CLAIMS


def test_what_is_overdue_is_expected_now_and_the_page_says_so(client_for, treasurer, billed) -> None:
    cologne = billed[1]
    make_payment(cologne, "8709.28", on=date(2027, 3, 30))
    picture = liquidity(2027, APRIL)
    months = incoming(picture)
    assert (months[2], months[3] - months[4]) == (Decimal("8709.28"), Decimal("2748.36"))
    assert sum(months) == PLAN
    with time_machine.travel(datetime(2027, 4, 12, 12, tzinfo=UTC)):
        page = client_for(treasurer).get("/haushalt/liquiditaet/")
    steps = {step["label"]: step["value"].amount for step in page.context["steps"]}
    assert steps == {
        "Überfällige Forderungen": Decimal("2748.36"),
        "Rest des Haushalts, Einnahmen": PLAN - CLAIMS,
        "Rest des Haushalts, Ausgaben": -ROOMS,
    }
    assert page.context["expected"].amount == PLAN - Decimal("8709.28") - ROOMS
    assert "im laufenden Monat erwartet" in page.content.decode()


def test_of_a_year_that_is_over_nothing_is_expected(client_for, treasurer) -> None:
    make_expense("100.00", on=date(2026, 2, 1), by=treasurer)
    with time_machine.travel(datetime(2027, 4, 12, 12, tzinfo=UTC)):
        pages = [client_for(treasurer).get(f"/haushalt/liquiditaet/?jahr={year}") for year in (2026, 2027)]
    texts = [page.content.decode() for page in pages]
    assert ["was noch erwartet wird" in text for text in texts] == [False, True]
    assert ["Das Jahr 2026 ist vorbei" in text for text in texts] == [True, False]
    assert ["Kein Haushaltsplan in Kraft" in text for text in texts] == [False, True]


def test_bills_go_in_the_month_they_are_due_and_lessen_the_plan_once(adopted, treasurer, board_member) -> None:
    make_association()
    make_payable(treasurer, board_member, "900.00", ("ROOM", "900.00"), on=date(2027, 5, 3), due_on=date(2027, 6, 15))
    make_expense("100.00", on=date(2027, 2, 1), by=treasurer)
    months = [month.outgoing for month in liquidity(2027, date(2027, 5, 10)).months]
    assert months[1] == Decimal(100)
    assert months[5] - months[6] == Decimal(900)
    assert sum(months) == ROOMS


def test_a_bill_due_next_year_leaves_the_money_until_then(adopted, treasurer, board_member) -> None:
    make_association()
    day = date(2027, 12, 20)
    make_payable(treasurer, board_member, "900.00", ("ROOM", "900.00"), on=day, due_on=date(2028, 1, 20))
    assert liquidity(2027, day).months[-1].outgoing == ROOMS - 900
    following = liquidity(2028, day)
    assert [month.outgoing for month in following.months] == [Decimal(900)] + [Decimal(0)] * 11
