"""`manage.py bench` with a small house: everything is measured, nothing of ours is touched."""

import json
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from pytest_django import DjangoDbBlocker

from apps.portal.bench.people import names

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("bench")]

LINES = 120  # like the members: more than a page, so that counting and adding up is measured


@pytest.fixture(scope="module")
def report(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> dict[str, Any]:
    out = StringIO()
    options = {"members": [60, 70], "lines": LINES, "entries": 200, "pdfs": 2, "rounds": 1}
    with django_db_blocker.unblock():
        used, folders = connection.settings_dict["NAME"], list(Path(settings.DATA_DIR).glob("bench-*"))
        call_command("bench", **options, stdout=out, stderr=StringIO())
        assert connection.settings_dict["NAME"] == used
        assert list(Path(settings.DATA_DIR).glob("bench-*")) == folders
    return json.loads(out.getvalue())


def test_a_run_is_measured_beside_a_bare_write_of_the_same_rows(report):
    dues = report["members"]["70"]["dues"]
    assert dues["invoices"] == 70
    assert dues["bare_bulk_create"]["rows"] == 70 * 4
    assert dues["times_bare"]["seconds"] > 0


def test_an_idle_run_asks_as_much_of_the_database_whatever_the_size(report):
    queries = [size["dues"]["idle_rerun"]["queries"] for size in report["members"].values()]
    assert queries[0] == queries[1]
    assert report["dues_with_long_journal"]["idle_rerun"]["queries"] == queries[0]


def test_a_file_read_again_adds_nothing(report):
    bank = report["members"]["70"]["bank"]
    assert bank["lines"] == LINES
    assert bank["same_file_again"]["new_lines"] == 0


def test_the_long_journal_is_genuine(report):
    assert report["verification"]["entries"] == 200
    assert report["verification"]["history_rows"] >= 150
    assert report["verification"]["breaks"] == 0


def test_every_page_answers(report):
    pages = report["members"]["70"]["pages"]
    assert {page["status"] for page in pages.values()} == {200}
    fewer = report["members"]["60"]["pages"]
    assert {name for name, page in pages.items() if page["queries"] > fewer[name]["queries"]} == set()
    assert {name: page["queries"] for name, page in pages.items() if page["queries"] > 20} == {}


def test_documents_are_printed_and_filed(report):
    assert report["members"]["70"]["pdf"]["filed"] == 2
    assert report["members"]["70"]["dues"]["issue_with_pdfs_seconds_projected"] > 0


def test_every_target_is_judged(report):
    assert set(report["targets"]) == {
        "issue_times_bare",
        "issue_times_bare_with_long_journal",
        "idle_rerun_seconds",
        "idle_rerun_queries",
        "import_seconds",
        "same_file_again_seconds",
        "verification_seconds",
        "page_queries",
        "pages_with_more_queries_for_more_rows",
        "list_cpu_ms",
        "warm_share_of_naive_cpu",
    }


def test_there_are_names_for_all_municipalities() -> None:
    found = list(islice(names(), 100_000))
    assert len(set(found)) == 100_000
    assert not any(character.isdigit() for name in found[:10_952] for character in name)


@pytest.fixture(scope="module")
def decade(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> dict[str, Any]:
    out = StringIO()
    with django_db_blocker.unblock():
        call_command("bench", decade=60, stdout=out, stderr=StringIO())
    return json.loads(out.getvalue())


def test_ten_years_are_filled_and_every_page_of_the_treasury_answers(decade):
    found = decade["decade"]
    assert (found["municipalities"], found["invoices"]) == (60, 600)
    # of a year's 60 invoices two stay open, eight are paid in two parts; besides as many other movements
    assert found["bank_lines"] == 10 * (60 - 2 + 8 + 60)
    assert found["entries"] == found["invoices"] + found["bank_lines"]
    # one of two open invoices a year is reminded four times, together with the older ones of its city
    assert found["sendings"] == found["invoices"] + found["reminders"] == 620
    unknown = {name for name, page in found["pages"].items() if page["status"] != 200}
    assert unknown == set()
    assert set(decade["targets"]) == {"treasury_page_queries", "treasury_page_cpu_ms"}
    assert {name for name, page in found["pages"].items() if page["queries"] > 20} == set()


def test_e_invoices_are_measured_in_every_form(report):
    found = report["members"]["70"]["einvoices"]
    assert found["invoices"] == 2
    assert {form for form in found if form != "invoices"} == {"zugferd", "xrechnung_cii", "xrechnung_ubl"}
    assert all(found[form]["bytes"] > 1000 for form in ("zugferd", "xrechnung_cii", "xrechnung_ubl"))
