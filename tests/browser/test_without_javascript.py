"""The treasurer's job clicked through in Chromium without JavaScript."""

import re
from decimal import Decimal

import pytest
import time_machine

from apps.banking.models import BankLine
from apps.dues.models import Invoice
from apps.portal.demo.cast import Cast
from tests.browser.visitor import Visitor
from tests.journeys.association import NUMBERS, STATEMENT, build_association

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
ISSUED, PAID = "2027-01-11 10:00+01:00", "2027-03-01 10:00+01:00"


@pytest.fixture
def cast(db) -> Cast:
    with time_machine.travel(ISSUED):
        return build_association()


def raise_dues(visitor: Visitor, cast: Cast) -> None:
    visitor.sign_in(cast.treasurer)
    visitor.open("dues:overview")
    visitor.follow("Beitragslauf beginnen")
    visitor.page.locator("[name=year]").fill("2027")
    visitor.press("Vorschau erstellen")
    visitor.follow("Rechnungen ausstellen")
    visitor.press(re.compile(r"29 Beitragsrechnungen über zusammen 142\.307,34.€ ausstellen"))
    visitor.follow("Weiter")
    visitor.open("dues:invoices")
    visitor.open("dues:invoice", number="2027-0003")
    invoices = Invoice.objects.order_by("sequence")
    assert [invoice.number for invoice in invoices] == NUMBERS
    assert sum(invoice.amount.amount for invoice in invoices) == Decimal("142307.34")


def read_statement(visitor: Visitor) -> None:
    visitor.open("banking:lines")
    visitor.follow("Kontoauszug einlesen")
    visitor.page.locator("input[type=file]").set_input_files(STATEMENT)
    visitor.press("Kontoauszug einlesen")
    assert BankLine.objects.count() == 29, visitor.page.get_by_role("main").inner_text()
    visitor.open("banking:lines")
    visitor.follow("Eindeutige Umsätze buchen")
    visitor.press(re.compile("Umsätze über .* buchen"))
    visitor.open("dues:accounts")
    visitor.open("dues:invoice", number="2027-0003")
    assert "bezahlt" in visitor.page.get_by_role("main").inner_text()


def test_the_treasurer_needs_no_javascript(new_context, live_server, cast) -> None:
    visitor = Visitor(new_context(java_script_enabled=False), live_server.url, scripts=False)
    with time_machine.travel(ISSUED):
        raise_dues(visitor, cast)
        visitor.open("portal:start")
        visitor.follow("Alle Schritte des Jahres")
        assert "Beiträge 2027 erheben erledigt" in " ".join(visitor.page.get_by_role("main").inner_text().split())
    with time_machine.travel(PAID):
        visitor.page.context.clear_cookies()
        visitor.sign_in(cast.treasurer)
        read_statement(visitor)
    assert visitor.complaints == []
