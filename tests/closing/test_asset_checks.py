"""The register of assets beside its accounts, and the limit of taxable business, on the checklist."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from apps.closing.domain.books import Books
from apps.closing.domain.check import Check
from apps.closing.domain.checks import checklist
from apps.closing.enums import Level
from apps.ledger.models import Account
from apps.vouchers.domain.assets import dispose_of, post_depreciations, record_asset, reverse_depreciation
from apps.vouchers.models import FixedAsset
from tests.factories.closing import YEAR, credit, debit, make_accounts, make_books, make_charitable, post
from tests.factories.dues import make_association
from tests.factories.vouchers import make_payable

pytestmark = pytest.mark.django_db
DAY, END = date(YEAR, 2, 1), date(YEAR, 12, 31)


def check_of(title: str) -> Check:
    [check] = [check for check in checklist(Books(YEAR)) if check.title.startswith(title)]
    return check


def register_check() -> Check:
    check = check_of("Anlagenverzeichnis")
    return replace(check, detail=" ".join(check.detail.split()))


@pytest.fixture
def laptop(treasurer, board_member) -> FixedAsset:
    make_association()
    bought = make_payable(treasurer, board_member, "900.00", ("TECHNOLOGY", "900.00"), on=DAY)
    assert register_check().level == Level.WARNING
    return record_asset(
        name="Rechner",
        account=Account.objects.get(key="TECHNOLOGY"),
        acquired_on=DAY,
        cost=Decimal(900),
        useful_life_months=36,
        voucher=bought.document,
        by=treasurer,
    )


def test_register_and_accounts_agree_through_the_life_of_an_asset(treasurer, laptop):
    assert (register_check().level, register_check().detail) == (Level.OK, "Buchwert am Jahresende: 900,00 €")
    [row] = post_depreciations(YEAR, by=treasurer, on=END)
    assert register_check().level == Level.OK
    reverse_depreciation(row, reason="Falsche Dauer", by=treasurer, on=END)
    assert register_check().detail == "Buchwert am Jahresende: 900,00 €"
    dispose_of(laptop, disposed_on=END, reason="defekt", by=treasurer)
    assert (register_check().level, register_check().detail) == (Level.OK, "Buchwert am Jahresende: 0,00 €")


def test_what_stands_on_the_account_alone_is_pointed_out_and_less_than_nothing_stands_in_the_way(laptop):
    post(DAY, debit("TECHNOLOGY", "100.00"), credit("BANK", "100.00"))
    check = register_check()
    assert check.level == Level.WARNING
    assert "auf dem Konto 1.000,00 €, im Verzeichnis 900,00 €" in check.detail
    post(DAY, debit("DEPRECIATION", "1000.01"), credit("TECHNOLOGY", "1000.01"))
    assert register_check().is_blocker


@pytest.mark.parametrize(("income", "level"), [("50000.00", Level.OK), ("50000.01", Level.WARNING)])
def test_taxable_business_above_its_limit_is_pointed_out(client_for, treasurer, income: str, level: Level):
    """§ 64 (3) AO: 50,000 € from 2026, income with value added tax, also on the statement."""
    make_books()
    post(DAY, debit("BANK", income), credit("SPONSORING", income))
    assert not [check for check in checklist(Books(YEAR)) if check.rule == "§ 64 Abs. 3 AO"]
    make_charitable()
    assert check_of("Wirtschaftlicher Geschäftsbetrieb").level == level
    make_accounts()
    page = client_for(treasurer).get(f"/abschluss/{YEAR}/jahresrechnung/").content.decode()
    assert ("Über der Besteuerungsgrenze" in page) == (level == Level.WARNING)
