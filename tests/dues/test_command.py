"""manage.py dues_run."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.dues.models import DuesRun, Invoice
from tests.factories.dues import make_network, make_real_network
from tests.factories.members import make_member

pytestmark = pytest.mark.django_db


def dues_run(*arguments: str) -> str:
    out = StringIO()
    call_command("dues_run", *arguments, stdout=out)
    return out.getvalue().replace("\xa0", " ")


def test_preview_then_issue_then_nothing_to_do(cities_csv):
    make_real_network(cities_csv)
    report = dues_run("2027", "--on", "2027-01-11")
    assert "Vorschau mit 29 Rechnungen, zusammen 142.307,34 €." in report
    assert "Hinweis: Es ist niemand entsandt." in report
    assert Invoice.objects.count() == 0
    run = DuesRun.objects.get()
    issued = dues_run("2027", "--issue", "--on", "2027-01-11")
    assert "29 Rechnungen ausgestellt (2027-0001 bis 2027-0029), zusammen 142.307,34 €." in issued
    run.refresh_from_db()
    assert run.is_issued
    assert "Nichts zu tun." in dues_run("2027", "--issue")
    assert Invoice.objects.count() == 29


def test_issue_without_a_preview_makes_one():
    make_network(("Köln", 1_024_621))
    assert "1 Rechnungen ausgestellt" in dues_run("2027", "--issue", "--on", "2027-01-11")


def test_refusal_is_an_error_with_a_sentence():
    make_network()
    with pytest.raises(CommandError, match="keine Stadt, die noch eine Rechnung bekommt"):
        dues_run("2027", "--preview", "--on", "2027-01-11")
    with pytest.raises(CommandError, match="keine Rechtsform"):
        dues_run("2020", "--issue")


def test_idle_run_needs_the_same_few_queries_however_many_invoices():
    make_network(("Köln", 1_024_621))
    counts = []
    for year, name in (("2027", "Bonn"), ("2028", "Aachen")):
        make_member(name)
        dues_run(year, "--issue", "--on", f"{year}-01-11")
        dues_run(year, "--issue")
        with CaptureQueriesContext(connection) as queries:
            dues_run(year, "--issue")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12
