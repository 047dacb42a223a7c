from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from apps.members.domain import memberships, people
from apps.members.models import Contact, Municipality, PopulationFigure
from tests.factories.members import make_city, make_delegate, make_figure, make_member, make_municipality
from tests.members.test_register import CITIES, archive, fixed_width

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def url(name: str, *args: object) -> str:
    return reverse(f"members:{name}", args=args)


@pytest.fixture
def koeln():
    city = make_member("Köln", population=1_024_621)
    people.add_contact(city, by=None, on=date(2020, 1, 1), name="Ada Geheim", email="ada@example.org")
    return city


def test_list_shows_members_with_figures_and_their_sum(client_for, member_user, koeln) -> None:
    make_member("Bonn", population=323_336)
    make_city("Neustadt")
    answer = client_for(member_user).get(url("cities"))
    assert [(row.name, row.population) for row in answer.context["rows"]] == [("Bonn", 323_336), ("Köln", 1_024_621)]
    assert answer.context["table"].totals == {"population": 1_347_957}
    assert f"2 Mitglieder am {TODAY:%d.%m.%Y}" in answer.content.decode()
    everyone = client_for(member_user).get(url("cities"), {"stand": "alle", "suche": "neu"})
    assert [row.name for row in everyone.context["rows"]] == ["Neustadt"]
    assert client_for(member_user).get(url("cities"), {"export": "csv"}).content.decode("utf-8-sig").count("\n") == 4


def test_contacts_and_addresses_are_for_those_who_need_them(client_for, koeln, member_user, treasurer, auditor) -> None:
    own, other = make_delegate(koeln), make_delegate(make_member("Bonn"))
    pages = {user: client_for(user).get(koeln.get_absolute_url()).content.decode() for user in (own, other, treasurer)}
    assert ["Ada Geheim" in page for page in pages.values()] == [True, False, True]
    assert ["Rathausplatz 1" in page for page in pages.values()] == [True, False, True]
    auditors = client_for(auditor).get(koeln.get_absolute_url()).content.decode()
    assert ("Ada Geheim" in auditors, "Rathausplatz 1" in auditors) == (False, True)


def test_nobody_anonymous(client, koeln) -> None:
    for page in (url("cities"), koeln.get_absolute_url(), url("municipalities"), url("lists")):
        assert client.get(page).status_code == 302


def test_who_may_change_what(client_for, koeln, treasurer, auditor, office, board_member) -> None:
    contact = koeln.contacts.get()
    own, other = make_delegate(koeln), make_delegate(make_member("Bonn"))
    allowed = {
        url("city_change", "koeln"): [own, office, treasurer],
        url("address_set", "koeln", "post"): [own, office, treasurer],
        url("contact_add", "koeln"): [own, office],
        url("contact_change", contact.pk): [own, office],
        url("contact_end", contact.pk): [own, office],
        url("delegation_add", "koeln"): [office, board_member],
        url("delegation_end", koeln.delegations.get().pk): [office],
        url("population_add", "koeln"): [office, treasurer],
        url("membership_austritt", "koeln"): [office, board_member],
        url("lists"): [office],
        url("municipalities_import"): [office],
        url("city_add"): [office, board_member],
    }
    for page, people_allowed in allowed.items():
        for user in (own, other, treasurer, auditor, office, board_member):
            expected = 200 if user in people_allowed else None
            status = client_for(user).get(page).status_code
            if expected or user in (other, auditor):
                assert status == (expected or 404), (page, str(user))


def test_a_delegate_changes_only_the_invoice_details_of_the_own_city(client_for, koeln) -> None:
    client = client_for(make_delegate(koeln))
    data = {"invoice_form": "pdf", "einvoice_channel": "pdf_mail", "name": "Bonn", "leitweg_id": "05315000-99"}
    refused = client.post(url("city_change", "koeln"), data)
    assert "Prüfziffern" in refused.context["form"].errors["leitweg_id"][0]
    assert client.post(url("city_change", "koeln"), data | {"leitweg_id": "05913000-70"}).status_code == 302
    koeln.refresh_from_db()
    assert (koeln.name, koeln.leitweg_id) == ("Köln", "05913000-70")


def test_form_and_way_of_invoices_must_fit(client_for, koeln) -> None:
    client = client_for(make_delegate(koeln))
    portal = {"invoice_form": "pdf", "einvoice_channel": "xrechnung_portal"}
    form = client.post(url("city_change", "koeln"), portal).context["form"]
    assert form.errors["invoice_form"] == ["Dieser Weg nimmt nur XRechnungen an."]
    letter = {"invoice_form": "zugferd", "einvoice_channel": "post"}
    form = client.post(url("city_change", "koeln"), letter).context["form"]
    assert form.errors["einvoice_channel"] == ["Eine E-Rechnung kann nicht als Brief versandt werden."]
    nobody = client.post(url("city_change", "koeln"), portal | {"invoice_form": "xrechnung_cii"}).context["form"]
    assert nobody.errors["leitweg_id"] == ["Eine XRechnung braucht die Leitweg-ID der Stadt."]
    routed = portal | {"invoice_form": "xrechnung_cii", "leitweg_id": "04011000-1234512345-06"}
    client.post(url("city_change", "koeln"), routed)
    koeln.refresh_from_db()
    assert (koeln.invoice_form, koeln.einvoice_channel) == ("xrechnung_cii", "xrechnung_portal")
    assert "XRechnung (CII)" in client.get(url("city", "koeln")).content.decode()


def test_people_and_addresses_are_kept_on_the_screen(client_for, koeln, office, member_user) -> None:
    client = client_for(office)
    client.post(url("contact_add", "koeln"), {"kind": "head", "name": "Bo Muster"})
    contact = Contact.objects.get(name="Bo Muster")
    client.post(url("contact_change", contact.pk), {"kind": "head", "name": "Bo Meister"})
    tomorrow = date.fromordinal(TODAY.toordinal() + 1)
    client.post(url("contact_end", contact.pk), {"on": f"{tomorrow:%d.%m.%Y}"})
    contact.refresh_from_db()
    assert (contact.name, contact.valid_until) == ("Bo Meister", tomorrow)
    lines = {"organisation": "Stadt Köln", "street": "Markt 1", "postcode": "50667", "town": "Köln"}
    address = lines | {"on": f"{TODAY:%d.%m.%Y}"}
    assert client.post(url("address_set", "koeln", "rechnung"), address | {"postcode": "5"}).status_code == 200
    assert client.post(url("address_set", "koeln", "rechnung"), address).status_code == 302
    assert client.get(url("address_set", "koeln", "lager")).status_code == 404
    invoice_address = koeln.addresses.get(kind="invoice")
    client.post(url("address_end", invoice_address.pk), {"on": f"{tomorrow:%d.%m.%Y}"})
    invoice_address.refresh_from_db()
    assert invoice_address.valid_until == tomorrow
    data = {"user": member_user.pk, "kind": "delegate", "on": f"{TODAY:%d.%m.%Y}", "may_sign": "on"}
    assert client.post(url("delegation_add", "koeln"), data).status_code == 302
    delegation = koeln.delegations.get()
    assert (delegation.user, delegation.may_sign) == (member_user, True)
    client.post(url("delegation_end", delegation.pk), {"on": f"{tomorrow:%d.%m.%Y}"})
    delegation.refresh_from_db()
    assert delegation.valid_until == tomorrow


def test_a_city_is_added_and_becomes_a_member_on_the_screen(client_for, office) -> None:
    make_municipality("Bonn, Stadt", ags="05314000")
    client = client_for(office)
    data = {
        "name": "Bonn",
        "official_name": "Bundesstadt Bonn",
        "land": "NW",
        "invoice_form": "pdf",
        "einvoice_channel": "pdf_mail",
    }
    assert "ags" in client.post(url("city_add"), data | {"ags": "05314999"}).context["form"].errors
    assert client.post(url("city_add"), data | {"ags": "05314000"}).url == url("city", "bonn")
    page = client.get(url("city", "bonn")).content.decode()
    assert "Antrag aufnehmen" in page
    assert "Es fehlt die Postanschrift." in page
    client.post(url("membership_antrag", "bonn"), {"on": "01.03.2026", "council_decision": "Rat, 12/2026"})
    client.post(url("membership_aufnahme", "bonn"), {"on": "02.03.2026", "starts_on": "01.04.2026"})
    early = client.post(url("membership_beginn", "bonn"), {"on": "31.03.2026"})
    assert early.context["form"].errors["on"] == ["Die Mitgliedschaft beginnt erst am 01.04.2026."]
    client.post(url("membership_beginn", "bonn"), {"on": "01.04.2026"})
    assert "Austrittserklärung festhalten" in client.get(url("city", "bonn")).content.decode()
    figure = {
        "reference_date": "31.12.2024",
        "census_base": "Zensus 2022",
        "value": "323336",
        "source": "Destatis",
        "published_on": "31.07.2025",
    }
    client.post(url("population_add", "bonn"), figure)
    assert PopulationFigure.objects.get().municipality.ags == "05314000"
    assert "value" in client.post(url("population_add", "bonn"), figure | {"value": "1"}).context["form"].errors


@pytest.mark.parametrize(
    "step", ["ablehnung", "ruecknahme", "austritt", "verbleib", "ende", "ausschluss", "aufnahme", "beginn"]
)
def test_every_step_asks_first(step, client_for, office, koeln) -> None:
    answer = client_for(office).get(url(f"membership_{step}", "koeln"))
    assert answer.status_code == 200
    assert koeln.memberships.get().state == "active"


def test_steps_out_of_order_are_refused_in_words(client_for, office, koeln) -> None:
    answer = client_for(office).post(url("membership_ablehnung", "koeln"), {"on": "01.03.2026", "reason": "x"})
    assert "ist im Zustand „Mitglied“" in answer.context["form"].non_field_errors()[0]
    memberships.give_notice(koeln.memberships.get(), by=office, on=date(2026, 3, 1))
    client_for(office).post(url("membership_ende", "koeln"), {"on": "02.03.2026"})
    assert koeln.memberships.get().state == "ended"


def test_register_is_read_in_searched_and_shown(client_for, office, member_user) -> None:
    client = client_for(office)
    file = SimpleUploadedFile("gv.zip", archive(fixed_width(CITIES)))
    page = client.post(url("municipalities_import"), {"file": file}, follow=True).content.decode()
    assert "Gemeinden: 16 neu" in page
    wrong = client.post(url("municipalities_import"), {"file": SimpleUploadedFile("gv.txt", b"x")})
    assert "kein Gemeindeverzeichnis" in wrong.context["form"].errors["file"][0]
    found = client_for(member_user).get(url("municipalities"), {"suche": "Stadt 5,", "land": "NW"})
    assert [row.population for row in found.context["rows"]] == [100_005]
    assert (
        "100.005"
        in client_for(member_user).get(Municipality.objects.get(ags="05000000").get_absolute_url()).content.decode()
    )


@pytest.mark.parametrize("count", [1, 3])
def test_pages_need_the_same_queries_for_any_number(count, client_for, office, django_assert_max_num_queries) -> None:
    for number in range(count):
        city = make_member(f"Stadt {number}", population=300_000)
        make_figure(city, reference_date=date(2022, 12, 31), census_base="Zensus 2011")
        make_delegate(city)
    client = client_for(office)
    for page in (url("cities"), url("municipalities")):
        with django_assert_max_num_queries(10):
            client.get(page)
    with django_assert_max_num_queries(14):
        client.get(city.get_absolute_url())
