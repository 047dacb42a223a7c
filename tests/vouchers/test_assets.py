"""Fixed assets: straight-line depreciation by months that makes up exactly the cost."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from apps.ledger.domain.accounts import account
from apps.ledger.domain.queries import balance_of
from apps.ledger.models import Entry
from apps.organisation.domain.queries import decimal_parameter
from apps.vouchers.calculations import depreciation_of_year
from apps.vouchers.domain.assets import (
    dispose_of,
    is_low_value,
    post_depreciations,
    proposed_depreciations,
    record_asset,
    reverse_depreciation,
)
from apps.vouchers.domain.errors import AssetGone, CostExceeded, DetailsMissing, NothingToDepreciate
from apps.vouchers.models import FixedAsset
from tests.factories.vouchers import make_payable
from tests.vouchers.test_vouchers import refused

pytestmark = pytest.mark.django_db
LATER = date(2031, 1, 5)


@given(
    cents=st.integers(1, 100_000_000),
    life=st.integers(1, 240),
    month=st.integers(1, 12),
)
def test_all_years_together_make_exactly_the_cost(cents, life, month):
    cost = Decimal(cents) / 100
    years = [depreciation_of_year(cost, start=(2027, month), life=life, year=year) for year in range(2026, 2050)]
    assert sum(years) == cost
    assert years[0] == 0
    assert min(years) >= 0


def test_the_year_of_acquisition_counts_from_its_month():
    years = [depreciation_of_year(Decimal(3600), start=(2027, 4), life=36, year=year) for year in range(2027, 2032)]
    assert years == [Decimal(900), Decimal(1200), Decimal(1200), Decimal(300), Decimal(0)]


@pytest.fixture
def laptop(treasurer, board_member) -> FixedAsset:
    bought = make_payable(treasurer, board_member, "1000.00", ("TECHNOLOGY", "1000.00"))
    return record_asset(
        name="Rechner der Geschäftsstelle",
        account=account("TECHNOLOGY"),
        acquired_on=date(2027, 2, 1),
        cost=Decimal(1000),
        useful_life_months=36,
        voucher=bought.document,
        by=treasurer,
    )


def test_a_year_is_proposed_and_posted_once(treasurer, laptop):
    [proposal] = proposed_depreciations(2027)
    assert (proposal.before, proposal.amount, proposal.after) == (Decimal(1000), Decimal("305.56"), Decimal("694.44"))
    [row] = post_depreciations(2027, by=treasurer, on=LATER)
    assert (row.entry.booked_on, row.entry.voucher) == (date(2027, 12, 31), laptop.voucher)
    assert [(line.account.key, line.side) for line in row.entry.lines.order_by("pk")] == [
        ("DEPRECIATION", "debit"),
        ("TECHNOLOGY", "credit"),
    ]
    with pytest.raises(NothingToDepreciate):
        post_depreciations(2027, by=treasurer, on=LATER)
    for year in (2028, 2029, 2030):
        post_depreciations(year, by=treasurer, on=LATER)
    assert balance_of(account("TECHNOLOGY")) == 0
    assert proposed_depreciations(2031) == []


def test_a_year_left_out_is_made_up_for_and_a_future_one_refused(treasurer, laptop):
    [row] = post_depreciations(2028, by=treasurer, on=LATER)
    assert row.amount.amount == Decimal("638.89")
    with pytest.raises(NothingToDepreciate):
        post_depreciations(2031, by=treasurer, on=LATER)


def test_a_depreciation_is_reversed_and_posted_anew(treasurer, laptop):
    [row] = post_depreciations(2027, by=treasurer, on=LATER)
    reverse_depreciation(row, reason="Falsche Nutzungsdauer", by=treasurer, on=LATER)
    assert balance_of(account("TECHNOLOGY")) == Decimal(1000)
    assert [each.amount.amount for each in post_depreciations(2027, by=treasurer, on=LATER)] == [Decimal("305.56")]


def test_what_is_left_is_an_expense_when_the_asset_goes(treasurer, laptop):
    post_depreciations(2027, by=treasurer, on=LATER)
    with pytest.raises(DetailsMissing):
        dispose_of(laptop, disposed_on=date(2027, 1, 31), reason="defekt", by=treasurer)
    gone = dispose_of(laptop, disposed_on=date(2028, 3, 1), reason="defekt", by=treasurer)
    assert gone.disposal_entry.amount.amount == Decimal("694.44")
    assert balance_of(account("TECHNOLOGY")) == 0
    assert proposed_depreciations(2028) == []
    with pytest.raises(AssetGone):
        dispose_of(laptop, disposed_on=date(2028, 3, 1), reason="defekt", by=treasurer)


def test_only_an_account_of_class_0_holds_assets(treasurer, laptop):
    with pytest.raises(DetailsMissing):
        record_asset(
            name="x",
            account=account("OFFICE"),
            acquired_on=LATER,
            cost=Decimal(1),
            useful_life_months=1,
            voucher=laptop.voucher,
            by=treasurer,
        )


def record(voucher, cost: str, by) -> FixedAsset:
    return record_asset(
        name="Rechner",
        account=account("TECHNOLOGY"),
        acquired_on=date(2027, 2, 1),
        cost=Decimal(cost),
        useful_life_months=36,
        voucher=voucher,
        by=by,
    )


def test_what_a_voucher_proves_becomes_an_asset_once(treasurer, board_member):
    """All assets from one voucher cost at most what it brought onto the account; depreciation does not free any of it."""
    bought = make_payable(treasurer, board_member, "1000.00", ("TECHNOLOGY", "900.00"), ("OFFICE", "100.00")).document
    with pytest.raises(CostExceeded, match=r"900,00.*bleiben davon 900,00") as refused:
        record(bought, "900.01", treasurer)
    assert refused.value.field == "cost"
    record(bought, "600.00", treasurer)
    [row] = post_depreciations(2027, by=treasurer, on=LATER)
    with pytest.raises(CostExceeded, match=r"bleiben davon 300,00"):
        record(bought, "300.01", treasurer)
    reverse_depreciation(row, reason="Falsch", by=treasurer, on=LATER)
    record(bought, "300.00", treasurer)
    with pytest.raises(CostExceeded, match=r"bleiben davon 0,00"):
        record(bought, "0.01", treasurer)
    assert FixedAsset.objects.count() == 2


def test_low_value_is_a_dated_legal_value():
    assert [decimal_parameter("gwg_limit", date(year, 1, 1)) for year in (2017, 2018)] == [Decimal(410), Decimal(800)]
    assert is_low_value(Decimal(800), LATER)
    assert not is_low_value(Decimal("800.01"), LATER)


def test_the_database_keeps_assets_and_depreciations(treasurer, laptop):
    [row] = post_depreciations(2027, by=treasurer, on=LATER)
    assert refused("UPDATE vouchers_fixedasset SET cost = 1 WHERE id = %s", laptop.pk)
    assert refused("DELETE FROM vouchers_fixedasset WHERE id = %s", laptop.pk)
    assert refused("UPDATE vouchers_depreciation SET amount = 1 WHERE id = %s", row.pk)
    assert refused(
        "INSERT INTO vouchers_depreciation (asset_id, year, amount, amount_currency, entry_id, is_standing) "
        "SELECT asset_id, year, amount, amount_currency, %s, is_standing FROM vouchers_depreciation WHERE id = %s",
        Entry.objects.earliest("pk").pk,
        row.pk,
    )


@time_machine.travel(datetime(2028, 1, 10, 12, tzinfo=UTC), tick=False)
def test_depreciation_is_offered_once_there_is_something_to_depreciate(treasurer, client_for, request):
    client, url = client_for(treasurer), reverse("vouchers:assets")
    offered = "Abschreibungen 2027 buchen"
    assert [offered in client.get(url).content.decode(), client.get(url).status_code] == [False, 200]
    request.getfixturevalue("laptop")
    assert offered in client.get(url).content.decode()
