"""Reserves and use of funds from the books (§§ 55, 62 AO)."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine

from apps.closing.domain.errors import ReserveNotAllowed
from apps.closing.domain.funds import FundsBooks, free_reserve, funds_statement
from apps.closing.domain.reserves import move_reserve
from apps.closing.domain.statement import build_statement
from apps.closing.enums import Direction, ReserveKind
from apps.closing.models import ReserveMovement
from apps.closing.prints import vintage_table
from apps.core.errors import DomainError
from apps.ledger.domain.accounts import account
from apps.ledger.domain.queries import balance_of
from apps.ledger.enums import Sphere
from apps.organisation.domain.queries import tax_status_on
from apps.organisation.domain.values import ValueUnknown, add_parameter, set_tax_status
from apps.organisation.enums import TaxStatus
from apps.resolutions.domain.errors import NotAdopted
from tests.factories.closing import (
    NEXT,
    credit,
    debit,
    make_accounts,
    make_books,
    make_charitable,
    make_resolution,
    post,
)
from tests.factories.dues import ensure_accounts
from tests.factories.resolutions import make_decided, make_draft

pytestmark = pytest.mark.django_db
D = Decimal


def move(amount: str, kind: ReserveKind = ReserveKind.FREE, direction: Direction = Direction.FORM, year: int = 2027):
    return move_reserve(
        kind=kind,
        direction=direction,
        year=year,
        amount=D(amount),
        purpose="Netzwerktreffen 2029",
        resolution=make_resolution(),
        by=None,
        on=date(year + 1, 3, 1),
    )


def earn(year: int, dues: str, interest: str = "900.00") -> None:
    ensure_accounts()
    day = date(year, 3, 1)
    post(day, debit("BANK", dues), credit("DUES", dues))
    post(day, debit("BANK", interest), credit("INTEREST", interest))


def test_the_free_reserve_ends_at_the_limit_of_the_law():
    """Dues of 120,000 and interest of 900 allow 12,300; what is left is caught up in the two years after."""
    make_charitable()
    earn(2027, "120000.00")
    with pytest.raises(ReserveNotAllowed, match=r"12\.300,00"):
        move("12300.01")
    move("5000.00")
    room = free_reserve(FundsBooks(2027))[-1]
    assert (room.limit, room.formed, room.left) == (D("12300.00"), D("5000.00"), D("7300.00"))
    assert free_reserve(FundsBooks(2029))[-1].available == D("7300.00")
    assert free_reserve(FundsBooks(2030))[-1].available == D(0)
    with pytest.raises(ReserveNotAllowed):
        move("7300.01", year=2029)
    assert move("7300.00", year=2029).entry.booked_on == date(2029, 12, 31)


def test_forming_and_dissolving_move_own_funds_only():
    make_charitable()
    earn(2027, "1000.00")
    move("400.00", ReserveKind.PROJECT)
    assert -balance_of(account("RESERVE_PROJECT")) == D("400.00")
    statement = build_statement(2027)
    assert statement.is_proven
    assert statement.surplus() == D("1900.00")
    assert statement.neutral == []
    with pytest.raises(ReserveNotAllowed, match="400,00"):
        move("400.01", ReserveKind.PROJECT, Direction.DISSOLVE)
    move("150.00", ReserveKind.PROJECT, Direction.DISSOLVE, year=2028)
    [row] = build_statement(2028).reserves
    assert (row.opening, row.formed, row.dissolved, row.closing) == (D("400.00"), D(0), D("150.00"), D("250.00"))
    [row] = build_statement(2027).reserves
    assert row.closing == D("400.00")


def test_without_charitable_status_or_resolution_there_is_no_reserve():
    earn(2027, "1000.00")
    with pytest.raises(ReserveNotAllowed, match="gemeinnützig"):
        move("1.00")
    make_charitable()
    with pytest.raises(NotAdopted):
        move_reserve(
            kind=ReserveKind.PROJECT,
            direction=Direction.FORM,
            year=2027,
            amount=D("1.00"),
            purpose="x",
            resolution=make_draft(),
            by=None,
            on=NEXT,
        )
    assert ReserveMovement.objects.count() == 0


def test_a_closed_year_takes_no_reserve():
    make_books()
    make_charitable()
    make_accounts("closed")
    with pytest.raises(DomainError, match="abgeschlossen"):
        move("1.00", ReserveKind.PROJECT)
    assert ReserveMovement.objects.count() == 0


def test_funds_are_aged_by_their_year_and_reserves_count_as_use():
    make_charitable()
    earn(2027, "150000.00")
    post(date(2028, 5, 1), debit("STAFF", "100000.00"), credit("BANK", "100000.00"))
    move("10000.00", ReserveKind.PROJECT)
    funds = funds_statement(2029)
    assert [(v.year, v.inflow, v.used, v.rest, v.until) for v in funds.vintages] == [
        (2027, D("150900.00"), D("110000.00"), D("40900.00"), date(2029, 12, 31)),
        (2028, D(0), D(0), D(0), date(2030, 12, 31)),
        (2029, D(0), D(0), D(0), date(2031, 12, 31)),
    ]
    assert [vintage.year for vintage in funds.late] == [2027]
    assert funds_statement(2028).late == []
    assert funds_statement(2028).closing == D("40900.00")


@pytest.mark.parametrize(("dues", "exempt"), [("100000.00", True), ("100000.01", False)])
def test_up_to_the_limit_there_is_no_deadline(dues: str, exempt: bool):
    make_charitable()
    ensure_accounts()
    post(date(2027, 3, 1), debit("BANK", dues), credit("DUES", dues))
    funds = funds_statement(2027)
    labels = [str(column.label) for column in vintage_table(funds).columns]
    assert (funds.is_exempt, "spätestens bis" not in labels) == (exempt, exempt)


def test_before_2026_the_limit_was_lower():
    make_charitable()
    ensure_accounts()
    post(date(2025, 3, 1), debit("BANK", "45000.01"), credit("DUES", "45000.01"))
    assert not funds_statement(2025).is_exempt


def test_the_spheres_are_told_apart():
    make_books()
    sums = FundsBooks(2027).sphere_sums(2027)
    assert sums[Sphere.IDEAL].surplus == D("520.00")
    assert sums[Sphere.ASSETS].income == D("30.00")
    assert sums[Sphere.PURPOSE].income == D("100.00")


def test_the_tax_status_is_dated_and_known():
    make_charitable()
    set_tax_status(TaxStatus.PUBLIC_BODIES, valid_from=date(2028, 1, 1), source="Bescheid", by=None)
    assert tax_status_on(date(2019, 12, 31)) is None
    assert tax_status_on(date(2027, 12, 31)) == TaxStatus.CHARITABLE
    assert tax_status_on(date(2028, 1, 1)) == TaxStatus.PUBLIC_BODIES
    with pytest.raises(ValueUnknown):
        add_parameter("tax_status", value="STEUERFREI", valid_from=date(2029, 1, 1), source="x", by=None)


def buy(cost: str, day: date = date(2027, 5, 3)) -> None:
    post(day, debit("TECHNOLOGY", cost), credit("BANK", cost), text="Rechner")


def depreciate(amount: str, day: date = date(2027, 12, 31)) -> None:
    post(day, debit("DEPRECIATION", amount), credit("TECHNOLOGY", amount), text="Abschreibung")


def test_buying_an_asset_is_the_use_and_its_depreciation_no_second_one():
    """§ 55 (1) Nr. 5 Satz 2 AO."""
    make_charitable()
    earn(2027, "10000.00", "0.50")
    buy("3000.00")
    bought = funds_statement(2027)
    assert (bought.years[-1].use, bought.closing) == (D("3000.00"), D("7000.50"))
    depreciate("1000.00")
    assert funds_statement(2027).closing == D("7000.50")
    post(date(2028, 2, 1), debit("DISPOSAL", "2000.00"), credit("TECHNOLOGY", "2000.00"), text="Abgang")
    assert funds_statement(2028).closing == D("7000.50")


def test_an_asset_is_used_when_its_bill_is_paid_and_an_investment_is_no_use():
    make_charitable()
    earn(2027, "10000.00", "0.50")
    post(date(2027, 12, 20), debit("TECHNOLOGY", "3000.00"), credit("PAYABLE", "3000.00"), text="Rechner")
    post(date(2028, 1, 10), debit("PAYABLE", "3000.00"), credit("BANK", "3000.00"), text="Überweisung")
    post(date(2028, 1, 11), debit("INVESTMENTS", "5000.00"), credit("BANK", "5000.00"), text="Anleihe")
    assert [year.use for year in funds_statement(2028).years] == [D(0), D("3000.00")]


def test_money_from_before_the_books_began_is_there_at_the_beginning():
    """Opening funds + inflow − use (domain rule 6.4): what was brought in counts as inflow of the year before."""
    make_charitable()
    ensure_accounts()
    post(date(2027, 1, 1), debit("BANK", "40000.00"), credit("OPENING", "40000.00"), text="Saldenvortrag")
    earn(2027, "1000.00", "0.50")
    funds = funds_statement(2027)
    assert (funds.opening, funds.closing) == (D("40000.00"), D("41000.50"))
    assert [(each.year, each.inflow, each.until) for each in funds.vintages] == [
        (2026, D("40000.00"), date(2028, 12, 31)),
        (2027, D("1000.50"), date(2029, 12, 31)),
    ]
    assert funds_statement(2028).opening == D("41000.50")


@pytest.mark.parametrize("kind", [ReserveKind.PROJECT, ReserveKind.REPLACEMENT, ReserveKind.FREE])
def test_nothing_is_put_aside_that_is_not_there(kind: ReserveKind):
    make_charitable()
    earn(2027, "1000.00", "0.50")
    depreciate("700.00")
    post(date(2027, 9, 1), debit("ROOM", "990.00"), credit("BANK", "990.00"))
    with pytest.raises(ReserveNotAllowed, match=r"noch 10,50") as refused:
        move("10.51", kind)
    assert refused.value.field == "amount"
    assert move("10.50", kind).amount.amount == D("10.50")
    with pytest.raises(ReserveNotAllowed, match=r"noch 0,00"):
        move("0.01", kind)


def test_to_replace_assets_at_most_their_depreciation_is_put_aside():
    """§ 62 (1) Nr. 2 AO."""
    make_charitable()
    earn(2027, "10000.00")
    buy("3000.00")
    depreciate("600.00")
    move("400.00", ReserveKind.REPLACEMENT)
    with pytest.raises(ReserveNotAllowed, match=r"600,00.*höchstens noch 200,00"):
        move("200.01", ReserveKind.REPLACEMENT)
    move("200.00", ReserveKind.REPLACEMENT)
    with pytest.raises(ReserveNotAllowed, match=r"höchstens noch 0,00"):
        move("0.01", ReserveKind.REPLACEMENT, year=2028)


def test_a_reserve_is_not_booked_ahead_of_time(client_for, treasurer):
    make_charitable()
    earn(2026, "1000.00")
    form = {
        "year": 2026,
        "kind": "project",
        "direction": "form",
        "amount": "100,00",
        "purpose": "Netzwerktreffen 2028",
        "resolution": make_decided(kind="reserves", title="Rücklage").pk,
    }
    page = "/abschluss/ruecklagen/buchen/"
    with time_machine.travel(datetime(2026, 11, 26, 12, tzinfo=UTC)):
        refused = client_for(treasurer).post(page, form).context["form"]
    assert list(refused.errors) == ["year"]
    with time_machine.travel(datetime(2026, 12, 31, 12, tzinfo=UTC)):
        election = make_decided(kind="election", title="Bestellung der Kassenprüfer:innen")
        refused = client_for(treasurer).post(page, form | {"resolution": election.pk, "is_sure": "on"}).context["form"]
        assert list(refused.errors) == ["resolution"]
        assert client_for(treasurer).post(page, form).status_code == 302
    assert ReserveMovement.objects.get().entry.booked_on == date(2026, 12, 31)
