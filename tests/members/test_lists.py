import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook

from apps.audit.models import JournalEntry
from apps.core import spreadsheets
from apps.members.domain.queries import member_count
from apps.members.models import Address, City, Contact, Membership, Municipality, PopulationFigure
from apps.members.resources import RESOURCES
from tests.factories.members import make_city, make_member, make_municipality

pytestmark = pytest.mark.django_db
CITY_HEADER = ["Stadt", "amtlicher Name", "AGS", "Land", "Leitweg-ID", "Weg der Rechnung", "E-Mail für Rechnungen"]
FIGURE_HEADER = ["Stadt", "Stichtag", "Zensusbasis", "Einwohner:innen", "Quelle", "veröffentlicht am"]


def sheet(*rows: list) -> bytes:
    book, file = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def lines(*rows: list) -> bytes:
    return "\n".join(";".join(str(cell) for cell in row) for row in rows).encode("utf-8-sig")


def upload(client, kind: str, content: bytes):
    return client.post(reverse("members:list_upload", args=[kind]), {"file": SimpleUploadedFile("liste", content)})


def take_over(client, kind: str):
    page = reverse("members:list_take_over", args=[kind])
    shown = client.get(page).context["preview"].fingerprint
    return client.post(page, {"shown": shown}, follow=True)


@pytest.mark.parametrize("write", [sheet, lines])
def test_cities_are_shown_then_taken_over_in_one_act(write, client_for, office) -> None:
    make_member("Köln")
    make_municipality("Bonn, Stadt", ags="05314000")
    content = write(
        CITY_HEADER,
        [
            "Köln",
            "Stadt Köln",
            City.objects.get().municipality.ags,
            "Nordrhein-Westfalen",
            "",
            "E-Mail",
            "kasse@example.org",
        ],
        ["Bonn", "Bundesstadt Bonn", "05314000", "NW", "05913000-70", "", ""],
    )
    client = client_for(office)
    assert upload(client, "staedte", content).url == reverse("members:list_take_over", args=["staedte"])
    preview = client.get(reverse("members:list_take_over", args=["staedte"])).context["preview"]
    assert (preview.new, preview.changed, preview.unchanged, preview.faults) == (1, 1, 0, [])
    assert preview.changes[0].cells == [("E-Mail für Rechnungen", "", "kasse@example.org")]
    assert City.objects.count() == 1
    assert "Städte: 1 neu, 1 geändert." in take_over(client, "staedte").content.decode()
    bonn = City.objects.get(name="Bonn")
    assert (bonn.slug, bonn.municipality.ags, bonn.official_name) == ("bonn", "05314000", "Bundesstadt Bonn")
    assert City.objects.get(name="Köln").invoice_email == "kasse@example.org"
    assert JournalEntry.objects.filter(verb="members.cities_imported").count() == 1
    assert bonn.history.count() == 1


def test_without_the_register_a_key_is_refused_with_the_way_to_it(client_for, office) -> None:
    client = client_for(office)
    Municipality.objects.all().delete()
    upload(client, "staedte", lines(CITY_HEADER, ["Ulm", "Stadt Ulm", "08421000", "BW", "", "", ""]))
    preview = client.get(reverse("members:list_take_over", args=["staedte"])).context["preview"]
    assert [fault.message for fault in preview.faults] == [
        "Das Gemeindeverzeichnis ist noch leer. Lesen Sie es zuerst ein (unter »Listen einlesen und ausgeben«)."
    ]


def test_faults_name_row_and_column_and_nothing_is_taken_over(client_for, office) -> None:
    make_member("Köln")
    client = client_for(office)
    upload(
        client,
        "staedte",
        lines(
            CITY_HEADER,
            ["Bonn", "Bundesstadt Bonn", "99999999", "Bayernland", "05913000-71", "", "keine Adresse"],
            ["Augsburg", "Stadt Augsburg", "", "Bayern", "", "", ""],
        ),
    )
    answer = client.get(reverse("members:list_take_over", args=["staedte"]))
    faults = {(fault.row, fault.column): fault.message for fault in answer.context["preview"].faults}
    assert set(faults) == {(2, "AGS"), (2, "Land"), (2, "Leitweg-ID"), (2, "E-Mail für Rechnungen")}
    assert faults[2, "AGS"] == "Den Gemeindeschlüssel „99999999“ gibt es im Gemeindeverzeichnis nicht."
    assert "Zeile 2, Spalte „Land“" in answer.content.decode()
    assert "übernehmen" not in answer.context["form"].as_div()
    take_over(client, "staedte")
    assert City.objects.count() == 1


def test_contacts_come_and_change(client_for, office) -> None:
    make_member("Köln")
    header = ["Stadt", "Art", "Name", "Funktion", "E-Mail", "Telefon"]
    client = client_for(office)
    upload(client, "ansprechpersonen", sheet(header, ["Köln", "Leitung", "Ada Beispiel", "Amtsleitung", "", 221123]))
    take_over(client, "ansprechpersonen")
    contact = Contact.objects.get()
    assert (contact.kind, contact.function, contact.phone) == ("head", "Amtsleitung", "221123")
    upload(
        client,
        "ansprechpersonen",
        lines(header, ["köln", "", "ada beispiel", "Amtsleitung", "a@example.org", "221123"]),
    )
    preview = client.get(reverse("members:list_take_over", args=["ansprechpersonen"])).context["preview"]
    assert [(c[0], c[1], c[2]) for c in preview.changes[0].cells] == [
        ("Art", "Leitung", "Ansprechperson"),
        ("Name", "Ada Beispiel", "ada beispiel"),
        ("E-Mail", "", "a@example.org"),
    ]
    upload(client, "ansprechpersonen", lines(header, ["Atlantis", "", "Bo", "", "", ""]))
    faults = client.get(reverse("members:list_take_over", args=["ansprechpersonen"])).context["preview"].faults
    assert ("Stadt", "Die Stadt „Atlantis“ gibt es hier nicht.") in [(fault.column, fault.message) for fault in faults]


def test_figures_belong_to_the_municipality_and_read_german_numbers(client_for, office) -> None:
    koeln = make_member("Köln", population=1_024_621)
    client = client_for(office)
    rows = [
        ["Köln", "31.12.2024", "Zensus 2022", "1.024.621", "Statistisches Bundesamt", "29.07.2025"],
        ["Köln", "2022-12-31", "Zensus 2011", "1084831", "Statistisches Bundesamt", "30.11.2023"],
    ]
    upload(client, "einwohnerzahlen", lines(FIGURE_HEADER, *rows))
    preview = client.get(reverse("members:list_take_over", args=["einwohnerzahlen"])).context["preview"]
    assert (preview.new, preview.changed, preview.unchanged, preview.faults) == (1, 0, 1, [])
    take_over(client, "einwohnerzahlen")
    added = PopulationFigure.objects.get(reference_date=date(2022, 12, 31))
    assert (added.municipality, added.value) == (koeln.municipality, 1_084_831)
    rows[0][3], rows[0][1] = "viel", "gestern"
    upload(client, "einwohnerzahlen", lines(FIGURE_HEADER, *rows))
    faults = client.get(reverse("members:list_take_over", args=["einwohnerzahlen"])).context["preview"].faults
    assert {fault.column for fault in faults if fault.row == 2} >= {"Stichtag", "Einwohner:innen"}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Die übertragene Datei ist leer."),
        (b" ", "Die Datei ist leer."),
        (b"PK\x03\x04kaputt", "beschädigt"),
        (b"\x00\x01\x02", "weder Excel (XLSX) noch Text (CSV)"),
        (b"Stadt;Land\nBonn", "Zeile 2 hat 1 Spalten statt 2."),
        (b"Ort;Land\nBonn;NW", "In der Kopfzeile fehlt: Stadt."),
    ],
)
def test_unreadable_files_are_refused_beside_the_field(content, sentence, client_for, office) -> None:
    answer = upload(client_for(office), "staedte", content)
    assert sentence in answer.context["form"].errors["file"][0]


def test_what_was_shown_is_what_is_taken_over(client_for, office) -> None:
    make_member("Köln")
    client = client_for(office)
    upload(client, "ansprechpersonen", lines(["Stadt", "Name"], ["Köln", "Ada"]))
    page = reverse("members:list_take_over", args=["ansprechpersonen"])
    assert "Seit der Vorschau" in client.post(page, {"shown": "anders"}).content.decode()
    assert not Contact.objects.exists()


@pytest.mark.parametrize("kind", list(RESOURCES))
def test_what_is_given_out_can_be_read_in_again_without_a_change(kind, client_for, office) -> None:
    city = make_member("Köln", population=1_024_621)
    Contact.objects.create(city=city, name="Ada", valid_from=date(2020, 1, 1), kind="head", phone="0221 1")
    client = client_for(office)
    for form in ("xlsx", "csv"):
        content = client.get(reverse("members:list_export", args=[kind, form])).content
        preview = spreadsheets.preview_list(RESOURCES[kind](), spreadsheets.read_list(content))
        assert (preview.changes, preview.faults, preview.unchanged) == ([], [], 1)
    assert client.get(reverse("members:list_export", args=[kind, "ods"])).status_code == 404


def test_only_office_and_administration_handle_lists(client_for, board_member, treasurer) -> None:
    for name, args in (("lists", []), ("list_upload", ["staedte"]), ("list_export", ["staedte", "csv"])):
        for user in (board_member, treasurer):
            assert client_for(user).get(reverse(f"members:{name}", args=args)).status_code == 404


MEMBERSHIP_HEADER = ["Stadt", "Mitglied ab", "Aufnahme beschlossen am", "Grundlage der Aufnahme", "Antrag vom"]


def preview_of(client, kind: str) -> spreadsheets.Preview:
    return client.get(reverse("members:list_take_over", args=[kind])).context["preview"]


def test_members_from_before_the_program_are_taken_over_in_one_act(client_for, office) -> None:
    for name in ("Köln", "Bonn"):
        make_city(name)
    client = client_for(office)
    rows = [["Köln", "01.01.2024", "", "Gründungstreffen", ""], ["Bonn", "1.3.2025", "20.02.2025", "", "03.02.2025"]]
    upload(client, "mitgliedschaften", lines(MEMBERSHIP_HEADER, *rows))
    assert "Mitgliedschaften: 2 neu, 0 geändert." in take_over(client, "mitgliedschaften").content.decode()
    found = Membership.objects.order_by("starts_on").values_list(
        "city__name", "state", "applied_on", "admitted_on", "starts_on", "admission_basis"
    )
    begun = date(2024, 1, 1)
    assert list(found) == [
        ("Köln", "active", begun, begun, begun, "Gründungstreffen"),
        ("Bonn", "active", date(2025, 2, 3), date(2025, 2, 20), date(2025, 3, 1), ""),
    ]
    assert member_count(date(2025, 3, 1)) == 2
    assert JournalEntry.objects.filter(verb="members.memberships_imported").count() == 1
    upload(client, "mitgliedschaften", lines(MEMBERSHIP_HEADER, *rows))
    preview = preview_of(client, "mitgliedschaften")
    assert (preview.new, preview.changed, preview.unchanged, preview.faults) == (0, 0, 2, [])


@pytest.mark.parametrize(
    ("row", "column", "sentence"),
    [
        (["Bonn", "", "", "", ""], "Mitglied ab", "seit wann die Stadt Mitglied ist"),
        (["Bonn", "01.01.2199", "", "", ""], "", "Eingelesen wird, was schon gilt."),
        (["Bonn", "01.03.2025", "02.03.2025", "", ""], "", "Die Aufnahme wurde erst am 02.03.2025 beschlossen."),
        (["Bonn", "01.03.2025", "", "", "02.03.2025"], "", "Der Antrag ist erst vom 02.03.2025."),
        (["Köln", "01.03.2025", "", "", ""], "", "Köln ist schon eingetragen."),
        (["Bonn", "gestern", "", "", ""], "Mitglied ab", "„gestern“ ist kein Datum"),
        (["Bonn", "", "01.01.2024", "", ""], "Mitglied ab", "seit wann die Stadt Mitglied ist"),
        (["Atlantis", "", "", "", ""], "Stadt", "Die Stadt „Atlantis“ gibt es hier nicht."),
    ],
)
def test_a_membership_that_cannot_be_is_told_at_its_row(row, column, sentence, client_for, office) -> None:
    make_member("Köln")
    make_city("Bonn")
    client = client_for(office)
    upload(client, "mitgliedschaften", lines(MEMBERSHIP_HEADER, row))
    faults = preview_of(client, "mitgliedschaften").faults
    assert {fault.row for fault in faults} == {2}
    assert [sentence in fault.message for fault in faults if fault.column == column] == [True]
    assert not any("null" in fault.message for fault in faults)
    take_over(client, "mitgliedschaften")
    assert Membership.objects.count() == 1


ADDRESS_HEADER = ["Stadt", "Art", "Organisation", "Person", "Straße, Hausnummer oder Postfach", "PLZ", "Ort"]


def test_addresses_come_and_a_changed_one_begins_today(client_for, office) -> None:
    make_city("Dresden", with_address=False)
    make_city("Köln")
    client = client_for(office)
    rows = [
        ["Dresden", "", "Landeshauptstadt Dresden", "", "Dr.-Külz-Ring 19", 1067, "Dresden"],
        ["Köln", "Postanschrift", "Stadt Köln", "", "Ottoplatz 1", 50679, "Köln"],
    ]
    upload(client, "anschriften", sheet(ADDRESS_HEADER, *rows))
    preview = preview_of(client, "anschriften")
    assert (preview.new, preview.changed, preview.faults) == (1, 1, [])
    take_over(client, "anschriften")
    today = timezone.localdate()
    dresden, *koeln = Address.objects.order_by("city__name", "valid_from")
    assert (dresden.kind, dresden.postcode, dresden.valid_from) == ("postal", "01067", today)
    assert [(row.street, row.valid_until) for row in koeln] == [("Rathausplatz 1", today), ("Ottoplatz 1", None)]
    assert koeln[0].postcode == "50667"


@pytest.mark.parametrize(
    ("kind", "header", "row"),
    [
        ("anschriften", ADDRESS_HEADER, ["Ulm", "", "Stadt Ulm", "", "Markt 1", "89073", "Ulm"]),
        ("mitgliedschaften", MEMBERSHIP_HEADER, ["Ulm", "01.01.2024", "", "", ""]),
    ],
)
def test_the_same_city_twice_in_a_list_is_told(kind, header, row, client_for, office) -> None:
    make_city("Ulm", with_address=False)
    client = client_for(office)
    upload(client, kind, lines(header, row, row))
    preview = preview_of(client, kind)
    assert [(fault.row, fault.message) for fault in preview.faults] == [
        (3, "Dieser Eintrag steht schon weiter oben in der Liste.")
    ]
