"""The cash view, reserves and use of funds: vectors of the law and properties over generated books."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from apps.closing.calculations.cashflow import CashView, Flow, Leg, Part
from apps.closing.calculations.funds import (
    FundsYear,
    age_funds,
    free_reserve_limit,
    free_reserve_years,
    is_exempt,
    use_until,
)

D = Decimal
DAY, LATER, NEXT_YEAR = date(2026, 12, 1), date(2026, 12, 29), date(2027, 1, 4)


def leg(account: str, part: Part, amount: str, party: int | None = None) -> Leg:
    return Leg(account, part, D(amount), "ideal", party)


def figures(flows: list[Flow]) -> list[tuple[str, Decimal]]:
    return [(flow.account, flow.amount) for flow in flows]


def invoice(amount: str, party: int = 1) -> list[Leg]:
    return [leg("receivable", Part.OPEN, amount, party), leg("dues", Part.RESULT, f"-{amount}")]


def payment(amount: str, party: int = 1) -> list[Leg]:
    return [leg("bank", Part.MONEY, amount), leg("receivable", Part.OPEN, f"-{amount}", party)]


def view() -> CashView:
    return CashView(stands_for={"receivable": "dues"}, losses={"loss"})


def test_an_invoice_is_income_when_it_is_paid():
    books = view()
    assert books.take(1, DAY, invoice("100.00")) == []
    assert books.take(2, NEXT_YEAR, payment("40.00")) == [Flow(2, NEXT_YEAR, "dues", "ideal", D("40.00"), DAY)]
    assert [piece.amount for piece in books.open_items["receivable", 1]] == [D("60.00")]


def test_money_before_the_invoice_counts_once():
    books = view()
    assert figures(books.take(1, DAY, payment("100.00"))) == [("dues", D("100.00"))]
    assert books.take(2, LATER, invoice("100.00")) == []
    assert books.open_items["receivable", 1] == []


def loss(amount: str, party: int = 1) -> list[Leg]:
    return [leg("loss", Part.RESULT, amount), leg("receivable", Part.OPEN, f"-{amount}", party)]


def reversed_(legs: list[Leg]) -> list[Leg]:
    return [replace(each, amount=-each.amount) for each in legs]


def test_a_claim_written_off_is_never_income():
    books = view()
    books.take(1, DAY, invoice("100.00"))
    assert books.take(2, LATER, loss("100.00")) == []
    assert books.open_items["receivable", 1] == []


def test_a_loss_taken_back_is_dues_again_once_they_are_paid():
    """Not the other side of a loss: no expense was there, so there is nothing to lessen."""
    books = view()
    books.take(1, DAY, invoice("100.00"))
    books.take(2, LATER, loss("100.00"))
    assert books.take(3, NEXT_YEAR, reversed_(loss("100.00"))) == []
    assert figures(books.take(4, NEXT_YEAR, payment("100.00"))) == [("dues", D("100.00"))]


def test_money_paid_back_after_a_loss_was_dues_too():
    """The loss meets a claim that money has settled in the order of the books: what is paid back lessens the dues, no loss."""
    books = view()
    for number, legs in enumerate([invoice("100.00"), payment("95.00"), payment("30.00"), loss("5.00")]):
        books.take(number, DAY, legs)
    assert sum(piece.amount for piece in books.open_items["receivable", 1]) == D("-30.00")
    assert figures(books.take(5, LATER, reversed_(payment("30.00")))) == [("dues", D("-25.00")), ("dues", D("-5.00"))]
    assert books.open_items["receivable", 1] == []


def test_money_on_an_account_of_losses_is_what_it_is():
    books = view()
    recovered = [leg("bank", Part.MONEY, "10.00"), leg("loss", Part.RESULT, "-10.00")]
    assert figures(books.take(1, DAY, recovered)) == [("loss", D("10.00"))]


def test_an_unclear_payment_becomes_dues_on_the_day_it_is_clarified():
    books = view()
    books.take(1, DAY, invoice("100.00"))
    parked = [leg("bank", Part.MONEY, "100.00"), leg("suspense", Part.OPEN, "-100.00")]
    assert figures(books.take(2, DAY, parked)) == [("suspense", D("100.00"))]
    cleared = [leg("suspense", Part.OPEN, "100.00"), leg("receivable", Part.OPEN, "-100.00", 1)]
    assert figures(books.take(3, LATER, cleared)) == [("suspense", D("-100.00")), ("dues", D("100.00"))]


def test_a_supplier_is_paid_for_what_the_invoice_was_about():
    books = view()
    bill = [
        leg("room", Part.RESULT, "70.00"),
        leg("catering", Part.RESULT, "30.00"),
        leg("payable", Part.OPEN, "-100.00"),
    ]
    assert books.take(1, DAY, bill) == []
    paid = [leg("payable", Part.OPEN, "100.00"), leg("bank", Part.MONEY, "-100.00")]
    assert figures(books.take(2, LATER, paid)) == [("room", D("-70.00")), ("catering", D("-30.00"))]


ACCOUNTS = st.sampled_from(
    [
        ("bank", Part.MONEY, None),
        ("cash", Part.MONEY, None),
        ("dues", Part.RESULT, None),
        ("room", Part.RESULT, None),
        ("loss", Part.RESULT, None),
        ("receivable", Part.OPEN, 1),
        ("receivable", Part.OPEN, 2),
        ("payable", Part.OPEN, None),
        ("carry", Part.NEUTRAL, None),
    ]
)
LINES = st.lists(st.tuples(ACCOUNTS, st.integers(-500, 500).filter(bool)), min_size=1, max_size=4)


@given(st.lists(st.tuples(LINES, ACCOUNTS), max_size=12))
def test_flows_are_the_change_of_money_and_open_items_are_the_balances(journal):
    """Whatever is posted: per entry the flows add up to the money moved, and what is open is the balance of the account."""
    books, balances = view(), {}
    for number, (lines, last) in enumerate(journal):
        rest = -sum(cents for _account, cents in lines)
        cents = [*lines, (last, rest)] if rest else lines
        legs = [Leg(name, part, D(amount) / 100, "ideal", party) for (name, part, party), amount in cents]
        flows = books.take(number, DAY, legs)
        moved = sum((leg.amount for leg in legs if leg.part is Part.MONEY), D(0))
        assert sum((flow.amount for flow in flows), D(0)) == moved
        for each in legs:
            if each.part is Part.OPEN:
                key = (each.account, each.party)
                balances[key] = balances.get(key, D(0)) + each.amount
    for key, balance in balances.items():
        assert sum((piece.amount for piece in books.open_items[key]), D(0)) == balance


def test_free_reserve_of_the_law():
    """§ 62 (1) Nr. 3 AO: a third of 900 and a tenth of 120,000 are 12,300; unused room lives two years."""
    limit = free_reserve_limit(
        asset_surplus=D("900.00"), other_funds=D("120000.00"), asset_share=Fraction(1, 3), other_share=Fraction(1, 10)
    )
    assert limit == D("12300.00")
    years = free_reserve_years(
        [(2027, limit, D("5000.00")), (2028, D(0), D(0)), (2029, D(0), D("7300.00")), (2030, D(0), D(0))], catch_up=2
    )
    assert [year.carried for year in years] == [D(0), D("7300.00"), D("7300.00"), D(0)]
    assert [year.left for year in years] == [D("7300.00"), D("7300.00"), D(0), D(0)]


def test_unused_room_lapses_after_two_years():
    years = free_reserve_years(
        [(year, D(100) if year == 2027 else D(0), D(0)) for year in range(2027, 2031)], catch_up=2
    )
    assert [year.carried for year in years] == [D(0), D(100), D(100), D(0)]


def test_a_loss_of_the_assets_takes_nothing_from_the_tenth():
    assert free_reserve_limit(
        asset_surplus=D(-300), other_funds=D(1000), asset_share=Fraction(1, 3), other_share=Fraction(1, 10)
    ) == D("100.00")


def test_funds_of_2027_are_used_until_the_end_of_2029():
    assert use_until(2027, 2) == date(2029, 12, 31)
    assert is_exempt(D("100000.00"), D(100000))
    assert not is_exempt(D("100000.01"), D(100000))


def test_what_came_first_is_used_first():
    vintages = age_funds(
        [FundsYear(2025, D(100), D(30)), FundsYear(2026, D(50), D(90)), FundsYear(2027, D(40), D(0))], period=2
    )
    assert [(vintage.year, vintage.rest) for vintage in vintages] == [(2025, D(0)), (2026, D(30)), (2027, D(40))]
    assert vintages[1].is_late_on(date(2029, 1, 1))
    assert not vintages[1].is_late_on(date(2028, 12, 31))


def test_money_spent_in_advance_is_set_against_later_inflow():
    assert [v.rest for v in age_funds([FundsYear(2025, D(10), D(30)), FundsYear(2026, D(50), D(0))], period=2)] == [
        D(0),
        D(30),
    ]
