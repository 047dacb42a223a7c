"""A letter that claims interest and costs, and payments that come for it."""

from datetime import date
from decimal import Decimal

import pytest

from apps.banking.domain.importing import BankFile, import_statements
from apps.banking.models import BankLine
from apps.core.money import euros
from apps.dunning.models import DunningLetter
from apps.organisation.domain.seeds import load_reference_data
from apps.organisation.domain.values import add_parameter
from tests.factories.banking import Row, camt_file
from tests.factories.dunning import make_letters, reach_second_dunning

COLOGNE = "DE02120300000000202051"
PAID_ON = date(2027, 5, 20)


@pytest.fixture
def letter(db) -> DunningLetter:
    """Third letter to Köln: 2,550.00 € dues, 19.98 € interest, 2.50 € costs."""
    load_reference_data()
    add_parameter("base_rate", value="1,50", valid_from=date(2027, 1, 1), source="Bundesbank", by=None)
    fee = {"fee": euros("2.50"), "fee_basis": "§ 6 der Beitragsordnung"}
    [letter] = make_letters(reach_second_dunning(charges_interest=True, levels={2: fee}))
    assert (letter.principal.amount, letter.interest.amount, letter.fee.amount) == (Decimal("2550.00"), Decimal("19.98"), Decimal("2.50"))  # fmt: skip
    return letter


@pytest.fixture
def pay(letter, treasurer):
    """Return a function that reads in a payment of the city."""

    def read(amount: str, text: str = "", number: str = "1", opening: str = "1000.00") -> BankLine:
        row = Row(amount, text or letter.reference, "Stadtkasse Köln", COLOGNE, on=PAID_ON)
        content = camt_file([row], number=number, opening=opening)
        import_statements([BankFile("auszug.xml", content)], by=treasurer, on=PAID_ON)
        return BankLine.objects.latest("pk")

    return read
