from datetime import date

import pytest

from apps.organisation.enums import LegalMode
from apps.organisation.models import LegalForm


@pytest.fixture
def registered(db):
    """A registered association since 2020."""
    return LegalForm.objects.create(
        mode=LegalMode.EV,
        valid_from=date(2020, 1, 1),
        register_court="Amtsgericht Augsburg",
        register_number="VR 12345",
        registered_on=date(2020, 1, 1),
    )
