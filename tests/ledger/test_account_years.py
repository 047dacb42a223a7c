"""The sums of each account and year are kept by the database and are those of the lines, whoever posts and whatever fails."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.db.models import F

from apps.ledger.domain.accounts import account
from apps.ledger.domain.drafts import EntryDraft, Line
from apps.ledger.domain.integrity import check_books, wrong_sums
from apps.ledger.domain.posting import post_entries, reverse_entry
from apps.ledger.domain.queries import balance_of, trial_balance
from apps.ledger.models import ENTRIES_PER_YEAR, AccountYear, EntryLine
from apps.ledger.triggers import FILL
from tests.banking.test_concurrency import at_once

pytestmark = pytest.mark.django_db


def draft(on: date, amount: str, debit: str = "BANK", credit: str = "DUES") -> EntryDraft:
    sides = [Line(debit, debit=Decimal(amount)), Line(credit, credit=Decimal(amount))]
    return EntryDraft(on, "Buchung", sides, "test.case", "S-1")


@pytest.fixture
def posted(treasurer) -> None:
    """Three years; »0.10« thrice is a sum that binary numbers miss."""
    entries = post_entries(
        [
            draft(date(2025, 3, 1), "0.10"),
            draft(date(2025, 12, 31), "0.20"),
            draft(date(2026, 1, 1), "1000000.10", credit="DONATION"),
            draft(date(2026, 7, 1), "30.00", debit="ROOM", credit="BANK"),
            draft(date(2027, 1, 2), "5.00"),
        ],
        by=treasurer,
    )
    reverse_entry(entries[3], reason="falsch", by=treasurer, on=date(2026, 7, 2))


def sums() -> list[tuple[str, int, str, str]]:
    rows = AccountYear.objects.order_by("account__key", "year").values_list("account__key", "year", "debit", "credit")
    return [(key, year, f"{debit:.2f}", f"{credit:.2f}") for key, year, debit, credit in rows]


SUMS = [
    ("BANK", 2025, "0.30", "0.00"),
    ("BANK", 2026, "1000030.10", "30.00"),
    ("BANK", 2027, "5.00", "0.00"),
    ("DONATION", 2026, "0.00", "1000000.10"),
    ("DUES", 2025, "0.00", "0.30"),
    ("DUES", 2027, "0.00", "5.00"),
    ("ROOM", 2026, "30.00", "30.00"),
]


def test_every_line_joins_the_sums_of_its_account_and_year(posted):
    assert sums() == SUMS
    assert wrong_sums() == []


@pytest.mark.parametrize(
    "day", [(2024, 12, 31), (2025, 3, 1), (2025, 12, 31), (2026, 7, 1), (2026, 12, 31), (2027, 6, 1)]
)
def test_a_balance_is_that_of_the_lines_on_any_day(posted, day):
    on, bank = date(*day), account("BANK")
    lines = EntryLine.objects.filter(account=bank)
    assert balance_of(bank, until=on).quantize(Decimal("0.01")) == lines.balance_until(on).quantize(Decimal("0.01"))
    assert f"{balance_of(bank):.2f}" == "1000005.40"


@pytest.mark.parametrize(
    ("start", "end", "bank"),
    [
        ((2026, 1, 1), (2026, 12, 31), ("0.30", "1000030.10", "30.00")),
        ((2025, 1, 1), (2026, 12, 31), ("0.00", "1000030.40", "30.00")),
        ((2026, 1, 1), (2026, 7, 1), ("0.30", "1000000.10", "30.00")),
        ((2025, 4, 1), (2027, 12, 31), ("0.10", "1000035.30", "30.00")),
    ],
)
def test_the_trial_balance_of_years_and_of_days(posted, start, end, bank):
    balance = trial_balance(start=date(*start), end=date(*end))
    row = next(row for row in balance.rows if row.account.key == "BANK")
    assert tuple(f"{value:.2f}" for value in (row.opening, row.debit, row.credit)) == bank
    assert f"{balance.debit - balance.credit:.2f}" == "0.00"


def test_what_is_rolled_back_leaves_no_sum(posted, treasurer):
    with transaction.atomic():
        post_entries([draft(date(2027, 5, 1), "7.00")], by=treasurer)
        assert sums() != SUMS
        transaction.set_rollback(True)
    assert sums() == SUMS


def test_a_sum_that_does_not_follow_from_the_lines_is_named(posted):
    AccountYear.objects.filter(account__key="DUES", year=2025).update(credit=F("credit") + 1)
    AccountYear.objects.filter(account__key="ROOM").delete()
    words = [f"Die Summen des Kontos {account(key)} im Jahr {year} stimmen nicht." for key, year in WRONG]
    assert sorted(wrong_sums()) == sorted(words)
    assert sorted(check_books()) == sorted(words)


WRONG = [("DUES", 2025), ("ROOM", 2026)]


def test_books_from_before_there_were_sums_get_theirs(posted):
    AccountYear.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(FILL.format(entries=ENTRIES_PER_YEAR, lines="ledger_entryline"))
    assert sums() == SUMS


@pytest.mark.django_db(transaction=True)
def test_two_who_post_at_once_are_both_in_the_sums(treasurer):
    post_entries([draft(date(2027, 1, 2), "1.00")], by=treasurer)
    drafts = [draft(date(2027, 1, 3), "10.00"), draft(date(2026, 1, 3), "20.00", debit="DUES", credit="BANK")]
    answers = at_once(lambda: post_entries(drafts, by=treasurer), lambda: post_entries(drafts[::-1], by=treasurer))
    assert [len(entries) for entries in answers] == [2, 2]
    assert sums() == [
        ("BANK", 2026, "0.00", "40.00"),
        ("BANK", 2027, "21.00", "0.00"),
        ("DUES", 2026, "40.00", "0.00"),
        ("DUES", 2027, "0.00", "21.00"),
    ]
