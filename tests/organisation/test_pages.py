from datetime import date

import pytest
from django.urls import reverse

from apps.core.templatetags.formats import iban
from apps.organisation.domain.queries import decimal_parameter, decision_rule, full_name_on
from apps.organisation.models import LegalForm, LegalParameter, Profile
from tests.factories.organisation import make_association, make_profile

pytestmark = pytest.mark.django_db
SEEN = ["profile", "legal_form", "parameters", "decision_rules"]
ADMIN_ONLY = ["profile_change", "logo_change", "logo_remove", "legal_form_change", "decision_rule_add"]


@pytest.mark.parametrize("name", SEEN)
def test_who_sees_the_settings(name, client_for, board_member, treasurer, auditor, office, admin_user, member_user):
    url = reverse(f"organisation:{name}")
    seen = [client_for(user).get(url).status_code for user in (board_member, treasurer, auditor, office, admin_user)]
    assert seen == [200] * 5
    assert client_for(member_user).get(url).status_code == 404


@pytest.mark.parametrize("name", ADMIN_ONLY)
def test_only_administration_changes_them(name, client_for, admin_user, treasurer, board_member) -> None:
    url = reverse(f"organisation:{name}")
    assert client_for(admin_user).get(url).status_code == 200
    assert client_for(treasurer).get(url).status_code == 404
    assert client_for(board_member).post(url, {}).status_code == 404


def test_profile_form_shows_the_refusal_beside_the_field_and_keeps_the_input(client_for, admin_user) -> None:
    make_profile()
    client = client_for(admin_user)
    data = {"name": "Netz", "reference_prefix": "GSN", "colour": "#003366", "iban": "DE79000000001234567891"}
    answer = client.post(reverse("organisation:profile_change"), data)
    grouped = iban("DE79000000001234567891")
    assert answer.context["form"].errors == {
        "iban": [
            f"Die IBAN {grouped} ist nicht gültig: Die Prüfziffer stimmt nicht. Bitte vergleichen Sie sie mit dem Kontoauszug."
        ]
    }
    assert "DE79000000001234567891" in answer.content.decode()
    data["iban"] = "DE79 0000 0000 1234 5678 90"
    assert client.post(reverse("organisation:profile_change"), data).status_code == 302
    assert (Profile.objects.get().name, Profile.objects.get().iban) == ("Netz", "DE79000000001234567890")


def test_the_suffix_of_the_legal_form_is_not_doubled_by_typing_it(client_for, admin_user) -> None:
    make_association(on=date(2020, 5, 4))
    data = {"reference_prefix": "GSN", "colour": "#003366"}
    for typed in ("Städtebund Süd e. V.", "Städtebund Süd e.V.", "Städtebund Süd"):
        client_for(admin_user).post(reverse("organisation:profile_change"), data | {"name": typed})
        assert Profile.objects.get().name == "Städtebund Süd"
    assert full_name_on(date(2026, 1, 1)) == "Städtebund Süd e. V."


def test_legal_form_is_changed_on_its_page(client_for, admin_user) -> None:
    url = reverse("organisation:legal_form_change")
    data = {"mode": "informal", "on": "01.01.2015", "basis": "Erstes Treffen"}
    assert client_for(admin_user).post(url, data).status_code == 302
    assert LegalForm.objects.get().mode == "informal"
    refused = client_for(admin_user).post(url, data | {"mode": "ev", "on": "01.01.2027"})
    assert "mode" in refused.context["form"].errors


def test_treasurer_adds_a_base_rate_and_cannot_replace_one(client_for, treasurer) -> None:
    client, url = client_for(treasurer), reverse("organisation:parameter_add")
    data = {"key": "base_rate", "valid_from": "01.07.2026", "value": "1,52", "source": "Bundesbank"}
    assert client.post(url, data).status_code == 302
    assert str(decimal_parameter("base_rate", date(2026, 7, 1))) == "1.52"
    again = client.post(url, data | {"value": "9"})
    assert again.context["form"].errors["valid_from"] == [
        "Für „Basiszinssatz“ gibt es schon einen Wert ab dem 01.07.2026. Er bleibt, wie er ist."
    ]
    assert client.post(url, data | {"value": "viel"}).context["form"].errors["value"]
    assert LegalParameter.objects.filter(key="base_rate", valid_from=date(2026, 7, 1)).count() == 1


def test_parameters_can_be_narrowed_to_what_holds_today(client_for, treasurer) -> None:
    answer = client_for(treasurer).get(
        reverse("organisation:parameters"), {"gueltig": "heute", "schluessel": "bgb_31a"}
    )
    assert [row.value for row in answer.context["rows"]] == ["3300"]


def test_a_new_rule_ends_the_one_before(client_for, admin_user) -> None:
    data = {
        "applies_to": "statutes",
        "mode": "",
        "title": "Vier Fünftel",
        "base": "cast",
        "comparison": ">=",
        "numerator": "4",
        "denominator": "5",
        "legal_basis": "Satzung § 12",
        "valid_from": "01.06.2027",
    }
    url = reverse("organisation:decision_rule_add")
    assert client_for(admin_user).post(url, data | {"numerator": "6"}).status_code == 200
    assert client_for(admin_user).post(url, data).status_code == 302
    assert decision_rule("statutes", date(2027, 5, 31)).legal_basis == "§ 33 Abs. 1 Satz 1 BGB"
    assert decision_rule("statutes", date(2027, 6, 1)).share == "mindestens 4/5"


@pytest.mark.parametrize("name", ["parameters", "decision_rules"])
def test_lists_need_few_queries(name, client_for, treasurer, django_assert_max_num_queries) -> None:
    client = client_for(treasurer)
    with django_assert_max_num_queries(9):
        client.get(reverse(f"organisation:{name}"))
