"""The association as letters show it."""

from datetime import date
from typing import Any

from apps.organisation.domain.legal_form import change_legal_form
from apps.organisation.domain.profile import update_profile
from apps.organisation.enums import LegalMode
from apps.organisation.models import LegalForm, Profile


def make_profile(**fields: Any) -> Profile:
    return update_profile(
        {
            "name": "Großstadtnetzwerk für Bildung",
            "short_name": "GSN Bildung",
            "street": "Rathausplatz 1",
            "postcode": "86150",
            "town": "Augsburg",
            "email": "post@example.org",
            "phone": "0821 123456",
            "account_holder": "Großstadtnetzwerk für Bildung",
            "iban": "DE89370400440532013000",
            "bic": "COBADEFFXXX",
            "bank_name": "Commerzbank",
            "reference_prefix": "GSN",
            "colour": "#003366",
        }
        | fields,
        by=None,
    )


def make_association(*, on: date = date(2026, 3, 2)) -> LegalForm:
    """Founded, then registered on `on`."""
    change_legal_form(LegalMode.FOUNDING, by=None, on=date(on.year - 1, 1, 1), basis="Gründungsversammlung")
    return change_legal_form(
        LegalMode.EV,
        by=None,
        on=on,
        basis="Eintragung",
        register_court="Amtsgericht Augsburg",
        register_number="VR 12345",
        registered_on=on,
    )
