from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from djmoney.money import Money

from apps.core.forms import DateField, DecimalField, EuroField


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("2.559,39", "2559.39"),
        ("2559,39 €", "2559.39"),
        ("2.559", "2559"),
        ("12.50", "12.50"),
        ("−3,10", "-3.10"),
        ("1 250,00 EUR", "1250"),
        ("1.024.621", "1024621"),
    ],
)
def test_amounts_are_read_in_german_notation(typed, amount):
    assert EuroField().clean(typed) == Money(amount, "EUR")


@pytest.mark.parametrize("typed", ["viel", "1,2,3", "12.5000", "1.2.3", "12,345"])
def test_amounts_that_are_none_are_refused(typed):
    with pytest.raises(ValidationError):
        EuroField().clean(typed)


def test_amounts_are_shown_in_german_notation():
    assert EuroField().prepare_value(Money("2559.39", "EUR")) == "2.559,39"
    assert DecimalField().prepare_value(Decimal("0.85")) == "0,85"


def test_unchanged_amount_counts_as_unchanged():
    assert EuroField().has_changed(Money("2559.39", "EUR"), "2.559,39") is False
    assert EuroField().has_changed(Money("2559.39", "EUR"), "2.559,40") is True


def test_days_may_be_typed_or_chosen():
    assert DateField().clean("31.03.2027") == DateField().clean("2027-03-31") == date(2027, 3, 31)


def test_days_outside_the_period_are_refused_with_the_limit():
    with pytest.raises(ValidationError, match=r"am oder nach dem 01\.01\.2027"):
        DateField(earliest=date(2027, 1, 1)).clean("31.12.2026")
