"""What the database adds up for the cash view is what walking through every entry gives."""

import random
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import pytest

from apps.closing.calculations.cashflow import CashView
from apps.closing.domain.cash import cash_year, count_cash, entries_with_legs, paid_early_next_year
from apps.closing.domain.cash_sums import PlainSums
from apps.closing.domain.chart import Chart
from apps.closing.domain.statement import build_statement
from apps.dues.domain.payments import release_allocation
from apps.dues.domain.writing_off import take_back_write_off
from apps.ledger.domain.drafts import Line
from apps.ledger.models import ENTRIES_PER_YEAR, EntryLine
from tests.factories.claims import DAY, make_write_off
from tests.factories.closing import credit, debit, make_books, post
from tests.factories.dues import ensure_accounts, make_invoices, make_payment
from tests.factories.members import make_city

pytestmark = pytest.mark.django_db
D = Decimal
FIRST, SECOND, THIRD = 2026, 2027, 2028


def walked(year: int) -> tuple[dict, dict]:
    """The oracle: every entry from the first one on."""
    chart = Chart.read()
    view, sums, items = CashView(chart.stands_for, chart.losses), defaultdict(Decimal), defaultdict(Decimal)
    lines = EntryLine.objects.filter(entry_id__lt=(year + 1) * ENTRIES_PER_YEAR)
    for entry, on, legs in entries_with_legs(lines, chart):
        for flow in view.take(entry, on, legs):
            if flow.on.year == year:
                sums[flow.sphere, flow.account] += flow.amount
    for (account, party), pieces in view.open_items.items():
        for piece in pieces:
            items[account, party, piece.entry, piece.on, piece.account, piece.sphere, piece.is_money] += piece.amount
    return nonzero(sums), nonzero(items)


def added_up(year: int) -> tuple[dict, dict]:
    found, items = cash_year(year), defaultdict(Decimal)
    for item in found.open_items:
        piece = item.piece
        key = (item.account, item.party, piece.entry, piece.on, piece.account, piece.sphere, piece.is_money)
        items[key] += piece.amount
    return nonzero(found.sums), nonzero(items)


def nonzero(sums) -> dict:
    return {key: amount for key, amount in sums.items() if amount}


def swap(lines: list[Line]) -> list[Line]:
    return [Line(each.account, debit=each.credit, credit=each.debit, city=each.city) for each in lines]


def post_at_random(dice: random.Random, cities: list, day: date) -> None:
    amount, part = D(dice.randint(2, 900)), D(dice.randint(1, 200)) / 100
    city, other = dice.sample(cities, 2)
    sphere = dice.choice(["ideal", "ideal", "ideal", "business"])
    total, whole = str(amount + part), str(amount)
    cases = [
        [debit("RECEIVABLE_DUES", whole, city=city), credit("DUES", whole)],
        [debit("RECEIVABLE_DUES", whole, city=city), credit("DUES", whole)],
        [debit("BANK", whole), credit("RECEIVABLE_DUES", whole, city=city)],
        [debit("BANK", whole), credit("RECEIVABLE_DUES", whole, city=city)],
        [debit("BANK", total), credit("RECEIVABLE_DUES", whole, city=city), credit("RECEIVABLE_DUES", str(part), city=other)],
        [debit("BANK", total), credit("RECEIVABLE_DUES", whole, city=city), credit("INTEREST", str(part))],
        [debit("RECEIVABLE_DUES", total, city=city), credit("DUES", whole), credit("LATE_FEES", str(part))],
        [debit("BAD_DEBT", whole), credit("RECEIVABLE_DUES", whole, city=city)],
        [debit("RECEIVABLE_DUES", whole, city=city), credit("DUES", whole, sphere=sphere)],
        [debit("BANK", whole), credit("SUSPENSE", whole)],
        [debit("SUSPENSE", whole), credit("RECEIVABLE_DUES", whole, city=city)],
        [debit("RECEIVABLE_DUES", whole, city=city), credit("CREDIT_MEMBERS", whole, city=other)],
        [debit("ROOM", whole), debit("CATERING", str(part)), credit("PAYABLE", total)],
        [debit("EQUIPMENT", whole), credit("PAYABLE", whole)],
        [debit("PAYABLE", whole), credit("BANK", whole)],
        [debit("SAVINGS", whole), credit("BANK", whole)],
        [debit("DEPRECIATION", whole), credit("EQUIPMENT", whole)],
        [debit("RESULT_CARRY", whole), credit("RESERVE_FREE", whole)],
    ]  # fmt: skip
    lines = dice.choice(cases)
    post(day, *(swap(lines) if dice.random() < 0.15 else lines))


@pytest.mark.parametrize("seed", range(6))
def test_sums_and_open_items_are_those_of_the_walk(seed: int):
    ensure_accounts()
    dice, cities = random.Random(seed), [make_city(name) for name in ("Bonn", "Köln", "Kiel", "Aachen")]
    for year in (FIRST, SECOND, THIRD):
        for number in range(45):
            post_at_random(dice, cities, date(year, 1, 2) + timedelta(days=number * 8))
    for year in (THIRD + 1, FIRST, SECOND, THIRD):
        assert added_up(year) == walked(year)


def test_only_accounts_where_something_else_happened_are_walked_through():
    """Dues claimed and paid, also too much and too early, need no walk; a late fee makes one city odd, a bill the payables."""
    ensure_accounts()
    bonn, koeln = make_city("Bonn"), make_city("Köln")
    for city in (bonn, koeln):
        post(date(FIRST, 1, 5), debit("RECEIVABLE_DUES", "100.00", city=city), credit("DUES", "100.00"))
        post(date(FIRST, 3, 5), debit("BANK", "130.00"), credit("RECEIVABLE_DUES", "130.00", city=city))
    post(date(FIRST, 3, 9), debit("BANK", "5.00"), credit("SUSPENSE", "5.00"))
    chart = Chart.read()
    number = {account.key: account.number for account in chart.accounts.values()}
    assert PlainSums(FIRST, chart, ()).odd_keys == set()
    post(date(FIRST, 3, 10), debit("RECEIVABLE_DUES", "50.00", city=bonn), credit("DUES", "50.00"))
    post(date(FIRST, 3, 11), debit("BAD_DEBT", "20.00"), credit("RECEIVABLE_DUES", "20.00", city=bonn))
    assert PlainSums(FIRST, chart, ()).odd_keys == set(), "a loss only takes a claim back"
    assert added_up(FIRST) == walked(FIRST)
    post(date(FIRST, 4, 1), debit("RECEIVABLE_DUES", "7.00", city=koeln), credit("LATE_FEES", "7.00"))
    post(date(FIRST, 4, 2), debit("ROOM", "50.00"), credit("PAYABLE", "50.00"))
    assert PlainSums(FIRST, chart, ()).odd_keys == {(number["RECEIVABLE_DUES"], koeln.pk), (number["PAYABLE"], None)}
    assert added_up(FIRST) == walked(FIRST)


def test_a_loss_is_neither_income_nor_expense_of_the_year():
    """Of two invoices one is written off, of which the city then pays a half and gets that back; in the books it is a loss."""
    [bonn, koeln] = make_invoices()
    make_payment(koeln, "8709.28")
    row = make_write_off(bonn)
    money = {("ideal", "40000"): D("8709.28")}
    assert cash_year(SECOND).sums == money
    assert cash_year(SECOND).open_items == []
    take_back_write_off(row, reason="zahlt", by=None, on=DAY)
    paid = make_payment(bonn, "1374.18", on=DAY)
    assert cash_year(SECOND).sums == {("ideal", "40000"): D("10083.46")}
    make_write_off(bonn)
    paid_back = post(DAY, debit("RECEIVABLE_DUES", "1374.18", city=bonn.city), credit("BANK", "1374.18"))
    release_allocation(paid, reason="Rückgabe", by=None, on=DAY, entry=paid_back)
    assert cash_year(SECOND).sums == money
    [item] = cash_year(SECOND).open_items
    assert item.piece.amount == D("1374.18")
    statement = build_statement(SECOND)
    assert statement.is_proven
    assert statement.total("actual", income=False) == 0
    assert [(each.amount, each.side) for each in statement.ages] == [(D("1374.18"), "claim")]
    assert statement.accrual_result == D("11457.64") - D("1374.18")


def test_queries_do_not_grow_with_the_books(django_assert_max_num_queries):
    make_books(FIRST)
    chart = Chart.read()
    for _number in range(10):
        make_books(FIRST)
    with django_assert_max_num_queries(8):
        count_cash(FIRST, chart, ())


def test_a_new_entry_makes_the_kept_figures_old():
    make_books(FIRST)
    before = cash_year(FIRST)
    assert cash_year(FIRST) == before
    post(date(FIRST, 12, 30), debit("OFFICE", "9.00"), credit("BANK", "9.00"))
    office = next(account.number for account in Chart.read().accounts.values() if account.key == "OFFICE")
    assert cash_year(FIRST).sums["ideal", office] == D("-9.00")


def test_money_of_the_first_days_is_told_with_the_claim_it_settles():
    ensure_accounts()
    bonn = make_city("Bonn")
    post(date(FIRST, 12, 1), debit("RECEIVABLE_DUES", "100.00", city=bonn), credit("DUES", "100.00"))
    post(date(SECOND, 1, 8), debit("BANK", "60.00"), credit("RECEIVABLE_DUES", "60.00", city=bonn))
    post(date(SECOND, 1, 9), debit("RECEIVABLE_DUES", "500.00", city=bonn), credit("DUES", "500.00"))
    post(date(SECOND, 1, 12), debit("BANK", "40.00"), credit("RECEIVABLE_DUES", "40.00", city=bonn))
    [flow] = paid_early_next_year(cash_year(FIRST), Chart.read(), days=10)
    assert (flow.on, flow.amount, flow.accrued_on) == (date(SECOND, 1, 8), D("60.00"), date(FIRST, 12, 1))
