"""The chart of accounts as data: what comes with the program, and what an association makes of it in a spreadsheet."""

import csv
import io

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from apps.ledger.domain.seeds import load_chart
from apps.ledger.models import Account
from tests.ledger.test_pages import post

pytestmark = pytest.mark.django_db
CLASSES = {
    "asset": "01",
    "equity": "29",
    "liability": "3",
    "income": "47",
    "expense": "567",
}


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def as_file(rows: list[dict[str, str]]) -> SimpleUploadedFile:
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0].keys(), delimiter=";")
    writer.writeheader()
    writer.writerows(rows)
    return SimpleUploadedFile("kontenplan.csv", out.getvalue().encode())


@pytest.fixture
def client(client_for, treasurer):
    return client_for(treasurer)


@pytest.fixture
def chart(client) -> list[dict[str, str]]:
    return rows_of(client.get(reverse("ledger:chart_file", args=["csv"])).content)


def read_in(client, rows) -> str:
    client.post(reverse("ledger:chart_upload"), {"file": as_file(rows)})
    page = client.get(reverse("ledger:chart_take_over"))
    if not page.context["may_take_over"]:
        return " ".join(fault.message for fault in page.context["preview"].faults)
    client.post(reverse("ledger:chart_take_over"), {"shown": page.context["preview"].fingerprint})
    return ""


def test_the_chart_of_the_program_has_the_shape_of_skr_42():
    with (settings.BASE_DIR / "fixtures" / "accounts.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["number"] for row in rows if row["number"][0] not in CLASSES[row["kind"]]] == []
    assert {len(row["number"]) for row in rows} == {5}
    assert [row["key"] for row in rows if not row["statement_line"] or not row["sphere"]] == []
    assert len({row["key"] for row in rows}) == len(rows) == Account.objects.count()


def test_what_the_program_adds_later_finds_a_free_number():
    Account.objects.filter(key="SAVINGS").delete()
    Account.objects.filter(key="BANK").update(number="18500", name="Hausbank")
    assert load_chart() == 1
    assert Account.objects.get(key="SAVINGS").number == "18501"
    assert Account.objects.get(key="BANK").name == "Hausbank"
    assert load_chart() == 0


def test_a_chart_given_out_and_read_in_changes_nothing(client, chart):
    client.post(reverse("ledger:chart_upload"), {"file": as_file(chart)})
    preview = client.get(reverse("ledger:chart_take_over")).context["preview"]
    assert (preview.new, preview.changed, preview.unchanged) == (0, 0, Account.objects.count())


def test_numbers_names_and_new_accounts_come_from_the_spreadsheet(client, chart):
    for row in chart:
        if row["Schlüssel"] == "ROOM":
            row |= {"Konto": "59000", "Bezeichnung": "Säle"}
    new = dict.fromkeys(chart[0], "") | {"Konto": "50500", "Bezeichnung": "Dolmetschen", "Art": "Ausgabe"}
    assert read_in(client, [*chart, new]) == ""
    room, added = Account.objects.get(key="ROOM"), Account.objects.get(number="50500")
    assert (room.number, room.name) == ("59000", "Säle")
    assert (added.name, added.kind, added.sphere, added.key) == ("Dolmetschen", "expense", "ideal", None)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"Konto": "12A"}, "Eine Kontonummer besteht aus 3 bis 8 Ziffern."),
        ({"Konto": "18001"}, "Auf dem Konto stehen Buchungen; Nummer und Art bleiben."),
        ({"Schlüssel": "ERFUNDEN"}, "Den Schlüssel „ERFUNDEN“ kennt das Programm nicht."),
        ({"Art": "Gewinn"}, "„Gewinn“ ist nicht bekannt."),
    ],
)
def test_a_chart_with_faults_is_not_taken_over(client, treasurer, chart, change, message):
    post(treasurer)
    for row in chart:
        if row["Schlüssel"] == "BANK":
            row |= change
    assert message in read_in(client, chart)
    assert Account.objects.get(key="BANK").number == "18000"
