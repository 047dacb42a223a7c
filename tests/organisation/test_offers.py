from datetime import date

import pytest

from apps.organisation.domain.legal_form import change_legal_form
from apps.organisation.domain.values import set_tax_status
from apps.organisation.enums import LegalMode, TaxStatus
from apps.organisation.offers import first_steps
from tests.factories.organisation import make_profile
from tests.waiting import resolve

pytestmark = pytest.mark.django_db
TODAY = date(2027, 3, 1)


def test_an_empty_database_asks_the_administration_for_the_particulars(admin_user, treasurer) -> None:
    def titles() -> list[str]:
        return [duty.title for duty in resolve(first_steps(admin_user, TODAY))]

    assert titles() == [
        "Angaben zur Organisation ergänzen",
        "Rechtsform hinterlegen",
        "Steuerlichen Status eintragen",
    ]
    assert [duty.title for duty in resolve(first_steps(treasurer, TODAY))] == ["Steuerlichen Status eintragen"]
    change_legal_form(LegalMode.INFORMAL, by=admin_user, on=TODAY, basis="Erstes Treffen")
    set_tax_status(TaxStatus.CHARITABLE, valid_from=TODAY, source="Bescheid", by=treasurer)
    profile = make_profile()
    assert resolve(first_steps(treasurer, TODAY)) == []
    assert titles() == []
    profile.iban = ""
    profile.save()
    assert titles() == ["Angaben zur Organisation ergänzen"]
