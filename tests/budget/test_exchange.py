"""The lines of a plan as a spreadsheet: out, changed, previewed, in."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from apps.ledger.domain.cost_centres import open_cost_centre

pytestmark = pytest.mark.django_db
PLAN = "/haushalt/2027/1/"


def edited(client, change) -> SimpleUploadedFile:
    book = load_workbook(BytesIO(client.get(f"{PLAN}ansaetze.xlsx").content))
    change(book.active)
    file = BytesIO()
    book.save(file)
    return SimpleUploadedFile("plan.xlsx", file.getvalue())


def upload(client, change):
    return client.post(f"{PLAN}einlesen/", {"file": edited(client, change)})


@pytest.fixture
def client(client_for, treasurer, plan):
    open_cost_centre(number="T1", name="Treffen", kind="meeting", valid_from=date(2027, 1, 1), by=treasurer)
    return client_for(treasurer)


def test_what_was_changed_is_shown_then_taken_over(client, plan) -> None:
    def change(sheet):
        sheet["D2"] = 150_000.5
        sheet.append(["52000", "", "T1", "1.234,56", 0, 5, 9, "Vortrag"])

    assert upload(client, change).url == f"{PLAN}einlesen/vorschau/"
    preview = client.get(f"{PLAN}einlesen/vorschau/")
    assert [row.label.split()[0] for row in preview.context["changes"]] == ["40000", "52000"]
    assert plan.lines.count() == 2
    client.post(f"{PLAN}einlesen/vorschau/")
    assert list(
        plan.lines.values_list("account__number", "cost_centre__number", "amount", "amount_after", "month")
    ) == [
        ("40000", None, Decimal("150000.50"), Decimal(0), None),
        ("50000", None, Decimal(12000), Decimal(0), None),
        ("52000", "T1", Decimal("1234.56"), Decimal(5), 9),
    ]


def test_every_fault_is_named_by_its_row_and_nothing_is_taken_over(client, plan) -> None:
    def change(sheet):
        sheet["D2"] = "viel"
        sheet.append(["99999", "", "", 1, 0, 0, None, ""])
        sheet.append(["52000", "", "T9", 1, 0, 0, None, ""])
        sheet.append(["50000", "", "", 1, 0, 0, None, ""])
        sheet.append(["52000", "", "", -1, 0, 0, None, ""])
        sheet.append(["52000", "", "", 1, 0, 0, 13, ""])

    upload(client, change)
    page = client.get(f"{PLAN}einlesen/vorschau/")
    faults = page.context["faults"]
    assert [fault.split(":")[0] for fault in faults] == [f"Zeile {row}" for row in (2, 4, 5, 6, 7, 8)]
    assert not page.context["may_take_over"]
    client.post(f"{PLAN}einlesen/vorschau/")
    assert plan.lines.get(account__number="40000").amount.amount == Decimal("142307.34")


@pytest.mark.parametrize("content", [b"kein Excel", b"PK\x03\x04kaputt"])
def test_other_files_are_refused_at_the_field(client, content) -> None:
    answer = client.post(f"{PLAN}einlesen/", {"file": SimpleUploadedFile("plan.xlsx", content)})
    assert answer.context["form"].errors == {"file": ["Die Datei ist keine Excel-Datei (XLSX)."]}


def test_missing_column_is_named(client) -> None:
    answer = upload(client, lambda sheet: sheet.delete_cols(4))
    assert answer.context["form"].errors == {"file": ["In der ersten Zeile fehlen die Spalten: Ansatz."]}
