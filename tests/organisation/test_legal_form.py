from datetime import date

import pytest
from django.urls import reverse

from apps.audit.models import JournalEntry
from apps.core.transitions import WrongState
from apps.organisation.domain import legal_form, queries
from apps.organisation.domain.legal_form import change_legal_form
from apps.organisation.enums import LegalMode
from apps.organisation.models import LegalForm, Profile
from tests.factories.organisation import make_association, make_profile

pytestmark = pytest.mark.django_db
ENTRY = date(2027, 5, 3)


def test_the_way_from_network_to_association(admin_user) -> None:
    make_profile()
    change_legal_form(LegalMode.INFORMAL, by=admin_user, on=date(2015, 1, 1), basis="Erstes Treffen")
    change_legal_form(LegalMode.FOUNDING, by=admin_user, on=date(2027, 1, 15), basis="Gründungsversammlung")
    change_legal_form(
        LegalMode.EV,
        by=admin_user,
        on=ENTRY,
        basis="Eintragung",
        register_court="Amtsgericht Augsburg",
        register_number="VR 12345",
        registered_on=ENTRY,
    )
    assert list(LegalForm.objects.values_list("mode", "valid_from", "valid_until")) == [
        ("informal", date(2015, 1, 1), date(2027, 1, 15)),
        ("founding", date(2027, 1, 15), ENTRY),
        ("ev", ENTRY, None),
    ]
    assert Profile.objects.get().register_line == "Amtsgericht Augsburg, VR 12345"
    assert JournalEntry.objects.order_by("-sequence").first().verb == "organisation.legal_form_changed"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"registered_on": ENTRY}, "register_number"),
        ({"register_number": "VR 1"}, "registered_on"),
        ({"register_number": "VR 1", "registered_on": date(2027, 5, 2)}, "registered_on"),
    ],
)
def test_no_registered_association_without_its_entry(given, field) -> None:
    change_legal_form(LegalMode.FOUNDING, by=None, on=date(2027, 1, 1), basis="Gründung")
    with pytest.raises(legal_form.RegistrationMissing) as error:
        change_legal_form(LegalMode.EV, by=None, on=ENTRY, basis="Eintragung", **given)
    assert error.value.field == field
    assert LegalForm.objects.get().mode == LegalMode.FOUNDING


def test_an_association_registered_long_ago_starts_as_such(client_for, admin_user) -> None:
    make_profile()
    page, client = reverse("organisation:legal_form_change"), client_for(admin_user)
    assert "Die jetzige Rechtsform endet" not in client.get(page).content.decode()
    form = {"mode": "ev", "on": "1998-05-04", "basis": "Eintragung", "register_court": "Amtsgericht Freiburg"}
    client.post(page, form | {"register_number": "VR 704711"})
    assert not LegalForm.objects.exists()
    client.post(page, form | {"register_number": "VR 704711", "registered_on": "1998-05-04"})
    assert LegalForm.objects.values_list("mode", "valid_from", "valid_until").get() == ("ev", date(1998, 5, 4), None)
    assert Profile.objects.get().register_line == "Amtsgericht Freiburg, VR 704711"


def test_steps_that_are_not_open_are_refused() -> None:
    with pytest.raises(legal_form.RegistrationMissing):
        change_legal_form(LegalMode.LIQUIDATION, by=None, on=ENTRY, basis="x")
    change_legal_form(LegalMode.INFORMAL, by=None, on=date(2015, 1, 1), basis="x")
    with pytest.raises(WrongState):
        change_legal_form(LegalMode.LIQUIDATION, by=None, on=ENTRY, basis="x")
    with pytest.raises(legal_form.LegalFormStartsTooEarly):
        change_legal_form(LegalMode.FOUNDING, by=None, on=date(2015, 1, 1), basis="x")
    with pytest.raises(legal_form.BasisMissing):
        change_legal_form(LegalMode.FOUNDING, by=None, on=ENTRY, basis=" ")


def test_letterhead_names_suffix_and_register_only_after_the_entry() -> None:
    make_profile(register_court="Amtsgericht Augsburg", register_number="VR 12345", website="https://example.org/")
    make_association(on=ENTRY)
    before, after = queries.letterhead(date(2027, 5, 2)), queries.letterhead(ENTRY)
    assert (before.legal_form, before.register_line) == ("", "")
    assert (after.legal_form, after.register_line) == ("e. V.", "Amtsgericht Augsburg, VR 12345")
    assert after.address == ("Rathausplatz 1", "86150 Augsburg")
    assert (after.web, after.iban, after.bank_name) == ("example.org", "DE89370400440532013000", "Commerzbank")


def test_liquidation_keeps_the_register_entry() -> None:
    make_association(on=ENTRY)
    form = change_legal_form(LegalMode.LIQUIDATION, by=None, on=date(2030, 1, 1), basis="Auflösungsbeschluss")
    assert (form.register_number, form.name_suffix) == ("VR 12345", "e. V. i. L.")
