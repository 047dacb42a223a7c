import io
from decimal import Decimal

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core.exports import to_csv
from apps.core.models import Job, JobState
from apps.core.tables import Column, add_up_rows

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.sample")]


def jobs(count, **changes):
    return [
        Job.objects.create(
            **{"kind": "k", "key": f"{n}", "title": f"Arbeit {n:02}", "total": n, "state": "done"} | changes
        )
        for n in range(1, count + 1)
    ]


def titles(response):
    return [row.title for row in response.context["rows"]]


def test_search_finds_every_word_anywhere(client):
    jobs(12)
    assert titles(client.get("/liste/?suche=07+arb")) == ["Arbeit 07"]


@pytest.mark.parametrize(("words", "said"), [("", "12 Einträge"), ("07+arb", "1 Eintrag")])
def test_the_number_of_rows_stands_above_them(client, words, said):
    jobs(12)
    assert f'role="status">{said}' in client.get(f"/liste/?suche={words}").text


def test_filter_from_the_address_and_unknown_values_count_as_not_chosen(client):
    jobs(2)
    jobs(1, state=JobState.FAILED, title="Abbruch")
    assert titles(client.get("/liste/?stand=failed")) == ["Abbruch"]
    assert len(titles(client.get("/liste/?stand=unsinn"))) == 3


def test_sorting_both_ways_and_only_by_known_columns(client):
    jobs(3)
    assert titles(client.get("/liste/?sortierung=-total")) == ["Arbeit 03", "Arbeit 02", "Arbeit 01"]
    assert titles(client.get("/liste/?sortierung=report")) == ["Arbeit 01", "Arbeit 02", "Arbeit 03"]
    text = client.get("/liste/?sortierung=-total").text
    assert 'aria-sort="descending"' in text


def test_totals_cover_all_pages(client):
    jobs(12)
    response = client.get("/liste/?seite=2")
    assert titles(response) == ["Arbeit 11", "Arbeit 12"]
    assert response.context["table"].totals == {"total": 78}
    assert "78" in response.text


def test_a_page_number_too_high_shows_the_last_page(client):
    jobs(12)
    assert titles(client.get("/liste/?seite=99")) == ["Arbeit 11", "Arbeit 12"]


def test_links_keep_what_was_chosen_and_start_paging_anew(client):
    jobs(12)
    text = client.get("/liste/?suche=Arbeit&seite=2").text
    assert 'href="?suche=Arbeit&amp;sortierung=-title"' in text


def test_export_as_xlsx_is_what_is_shown(client):
    jobs(12)
    response = client.get("/liste/?suche=Arbeit+1&sortierung=-total&export=xlsx")
    rows = list(openpyxl.load_workbook(io.BytesIO(response.content)).active.iter_rows(values_only=True))
    assert rows[0] == ("Bezeichnung", "Stand", "Angelegt", "Menge")
    assert [row[0] for row in rows[1:]] == ["Arbeit 12", "Arbeit 11", "Arbeit 10", "Arbeit 01", "Summe"]
    assert rows[-1][3] == 34


@pytest.mark.parametrize("evil", ["=1+1", "+49", "-2", "@SUM(A1)"])
def test_no_export_holds_a_formula(client, evil):
    jobs(1, title=evil)
    csv = client.get("/liste/?export=csv").content.decode("utf-8-sig")
    assert csv.splitlines()[1].startswith(f"'{evil};")
    book = openpyxl.load_workbook(io.BytesIO(client.get("/liste/?export=xlsx").content))
    assert (book.active["A2"].value, book.active["A2"].data_type) == (evil, "s")


def test_csv_opens_in_a_german_spreadsheet(client):
    jobs(1)
    response = client.get("/liste/?export=csv")
    assert response.content.startswith(b"\xef\xbb\xbfBezeichnung;Stand;Angelegt;Menge\r\n")
    assert response["Content-Disposition"].startswith('attachment; filename="arbeiten-')


def test_empty_list_says_what_to_do_first(client):
    assert "Beginnen Sie mit dem Beitragslauf." in client.get("/liste/").text
    assert "Nichts gefunden" in client.get("/liste/?suche=x").text


@pytest.mark.parametrize(
    ("given", "shown", "exported"),
    [
        ("1535.10000000000", "1.535,10", "1535,10"),
        ("679.800000000000", "679,80", "679,80"),
        ("5194.82000000000", "5.194,82", "5194,82"),
        ("12.0000000000000", "12,00", "12,00"),
        ("0.00850000000000000", "0,0085", "0,0085"),
        ("0.0085", "0,0085", "0,0085"),
        ("-3.5", "−3,5", "-3,5"),
        ("100", "100", "100"),
    ],
)
def test_what_the_database_added_up_shows_no_digits_nobody_entered(given, shown, exported):
    row, column = {"sum": Decimal(given)}, Column("sum", "Summe")
    assert column.show(row) == shown
    assert to_csv("x", [column], [row], {}).decode("utf-8-sig").splitlines()[1] == exported


def test_a_column_that_is_added_up_shows_amounts_in_euro_and_numbers_as_numbers():
    amount, count = Column("amount", "offen", total="amount"), Column("count", "Umsätze", total="count")
    row = {"amount": Decimal("1535.10000000000"), "count": 114}
    assert (amount.show(row), count.show(row)) == ("1.535,10 €", "114")
    totals = add_up_rows([row, row], [amount, count])
    shown = [column.show_total(totals[column.name]) for column in (amount, count)]
    assert shown == ["3.070,20 €", "228"]
    lines = to_csv("x", [amount, count], [row], {"amount": Decimal(119), "count": 228}).decode("utf-8-sig").splitlines()
    assert lines[1:] == ["1535,10;114", "119,00;228"]


def test_totals_of_one_page_are_those_of_the_database(client):
    jobs(10)
    assert client.get("/liste/").context["table"].totals == {"total": 55}
    jobs(1, title="Noch eine")
    assert client.get("/liste/").context["table"].totals == {"total": 56}


# one page needs no counting and adding up
@pytest.mark.parametrize(("count", "expected"), [(1, 1), (3, 1), (11, 2), (30, 2)])
def test_queries_do_not_depend_on_the_rows(client, count, expected):
    jobs(count)
    with CaptureQueriesContext(connection) as queries:
        client.get("/liste/")
    assert len([query for query in queries if "core_job" in query["sql"]]) == expected
