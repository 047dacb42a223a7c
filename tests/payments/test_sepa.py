from datetime import date

import pytest

from apps.payments.calculations.sepa import (
    accepted,
    is_bank_day,
    is_creditor_id,
    lapses_on,
    latest_notice,
    next_bank_day,
)


def test_creditor_identifiers():
    assert is_creditor_id("DE98ZZZ09999999999")
    assert is_creditor_id("DE98ABC09999999999"), "the business code is not checked"
    assert not is_creditor_id("DE97ZZZ09999999999")
    assert not is_creditor_id("DE98ZZZ0999999999")
    assert not is_creditor_id("DE98 ZZZ 09999999999")


def test_a_mandate_lapses_36_months_after_its_last_use():
    assert lapses_on(date(2024, 2, 29), None, 36) == date(2027, 2, 28)
    assert lapses_on(date(2020, 1, 1), date(2025, 3, 31), 36) == date(2028, 3, 31)


def test_the_latest_day_of_the_pre_notification():
    assert latest_notice(date(2027, 3, 31), 14) == date(2027, 3, 17)


@pytest.mark.parametrize(
    ("day", "open_"),
    [
        (date(2027, 3, 25), True),
        (date(2027, 3, 26), False),  # Good Friday
        (date(2027, 3, 29), False),  # Easter Monday
        (date(2027, 5, 1), False),
        (date(2027, 5, 6), True),  # Ascension is no holiday of TARGET
        (date(2027, 12, 24), True),
        (date(2026, 12, 25), False),
        (date(2027, 1, 2), False),
    ],
)
def test_days_on_which_banks_execute(day, open_):
    assert is_bank_day(day) == open_


def test_the_next_day_on_which_banks_execute():
    assert next_bank_day(date(2027, 3, 26)) == date(2027, 3, 30)
    assert next_bank_day(date(2027, 3, 30)) == date(2027, 3, 30)


def test_letters_that_banks_accept():
    assert accepted("Großstadtnetzwerk für Bildung – Köln & Öhringen", 70) == (
        "Grossstadtnetzwerk fuer Bildung - Koeln Oehringen"
    )
