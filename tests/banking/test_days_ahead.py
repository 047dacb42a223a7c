"""Lines of the future are refused with the file they stand in, and with every file read beside it."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from apps.banking.models import BankLine, StatementImport
from tests.banking.conftest import TODAY
from tests.banking.test_pages import upload
from tests.factories.banking import Row, camt_file

pytestmark = pytest.mark.django_db
LAST = TODAY + timedelta(days=5)


@pytest.fixture(autouse=True)
def in_production(association, settings, time_machine):
    settings.BANK_DAYS_AHEAD = 5
    time_machine.move_to(TODAY, tick=False)


def test_over_holidays_a_bank_books_ahead_by_days(client_for, treasurer):
    content = camt_file([Row("5.00", "Übertrag", on=LAST)], closed_on=LAST)
    client_for(treasurer).post(reverse("banking:upload"), {"files": [upload(content, "a.xml")]})
    assert BankLine.objects.get().booked_on == LAST


@pytest.mark.parametrize("day", [LAST + timedelta(days=1), date(9999, 12, 31)])
def test_a_line_of_the_future_refuses_all_files(client_for, treasurer, day):
    bad = camt_file([Row("1.00", "gut"), Row("5.00", "aus der Zukunft", on=day)])
    files = [upload(camt_file([Row("2.00", "b")], number="2"), "gut.xml"), upload(bad, "morgen.xml")]
    answer = client_for(treasurer).post(reverse("banking:upload"), {"files": files})
    _first, second = [place for place, text in enumerate(bad.decode().splitlines(), start=1) if text == "<TxDtls>"]
    [sentence] = answer.context["form"].errors["files"]
    start, _, rest = sentence.partition(": ")
    assert start == f"Datei „morgen.xml“, Zeile {second}"
    assert rest == (
        f"Der Umsatz über 5,00 € trägt den Tag {day:%d.%m.%Y}. Der liegt in der Zukunft; angenommen wird höchstens der "
        "06.02.2027. Bitte laden Sie den Auszug noch einmal bei Ihrer Bank herunter."
    )
    assert not StatementImport.objects.exists()


def test_a_statement_of_the_future_without_lines_is_refused_too(client_for, treasurer):
    content = camt_file([], closed_on=date(9999, 12, 31))
    answer = client_for(treasurer).post(reverse("banking:upload"), {"files": [upload(content, "a.xml")]})
    [sentence] = answer.context["form"].errors["files"]
    assert "Der Auszug 1 trägt den Tag 31.12.9999." in sentence
    assert not StatementImport.objects.exists()
