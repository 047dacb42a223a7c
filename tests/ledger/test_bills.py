"""Expenses that only the bank statement proves: found, shown, and mended by a bill that is handed in later."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from apps.audit.models import JournalEntry
from apps.ledger.domain.drafts import Line
from apps.ledger.domain.errors import NotAVoucher
from apps.ledger.domain.periods import close_period
from apps.ledger.domain.posting import post_entry, reverse_entry
from apps.ledger.domain.proofs import add_voucher
from apps.ledger.models import AddedVoucher, Entry
from apps.organisation.models import LegalParameter
from tests.factories.dues import ensure_accounts
from tests.factories.files import scan

pytestmark = pytest.mark.django_db
DAY = date(2027, 2, 1)


@pytest.fixture(autouse=True)
def chart():
    ensure_accounts()


def spend(amount: str, key: str = "ROOM", *, source: str = "banking.line", on: date = DAY, **options) -> Entry:
    lines = [Line(key, debit=Decimal(amount)), Line("BANK", credit=Decimal(amount))]
    return post_entry(on=on, text="Saalmiete", lines=lines, source=source, reference="1", by=None, **options)


def found() -> list[Entry]:
    return list(Entry.objects.without_bill().order_by("pk"))


@pytest.mark.parametrize(
    ("amount", "key", "source", "is_found"),
    [
        ("50.00", "ROOM", "banking.line", True),
        ("49.99", "ROOM", "banking.line", False),
        ("500.00", "BANKFEE", "banking.line", False),
        ("500.00", "MEMBERSHIPS", "banking.line", False),
        ("500.00", "PAYABLE", "banking.line", False),
        ("500.00", "ROOM", "vouchers.voucher", False),
    ],
)
def test_what_the_statement_does_not_prove_is_found(amount, key, source, is_found):
    entry = spend(amount, key, source=source)
    assert found() == ([entry] if is_found else [])


def test_money_that_came_in_and_what_was_reversed_need_no_bill(treasurer):
    post_entry(
        on=DAY,
        text="Spende",
        lines=[Line("BANK", debit=Decimal(500)), Line("DONATION", credit=Decimal(500))],
        source="banking.line",
        reference="1",
        by=None,
    )
    entry = spend("500.00")
    reverse_entry(entry, by=treasurer, on=DAY, reason="falsch")
    assert found() == []


def test_the_amount_of_the_day_decides():
    LegalParameter.objects.create(
        key="bill_expected_from", valid_from=date(2027, 2, 1), value="200", title="x", source="x"
    )
    before, _later = spend("120.00", on=date(2027, 1, 31)), spend("120.00")
    assert found() == [before]


def test_a_bill_is_handed_in_once_and_stays(treasurer):
    entry = spend("500.00")
    close_period(last_day=date(2027, 12, 31), reason="Abschluss", by=treasurer, on=date(2028, 3, 1))
    added = add_voucher(entry, filename="saal.png", content=scan("Saal"), by=treasurer, on=date(2028, 3, 2))
    assert (found(), added.document.origin, added.added_on) == ([], "ledger.voucher", date(2028, 3, 2))
    assert JournalEntry.objects.latest("pk").verb == "ledger.voucher_added"
    with pytest.raises(NotAVoucher, match="schon beigefügt"):
        add_voucher(entry, filename="saal.png", content=scan("Saal"), by=treasurer, on=date(2028, 3, 2))
    with pytest.raises(NotAVoucher, match="Eine Textdatei ist kein Beleg"):
        add_voucher(entry, filename="saal.txt", content=b"Saal", by=treasurer, on=date(2028, 3, 2))
    for statement in ("DELETE FROM ledger_addedvoucher", "UPDATE ledger_addedvoucher SET added_on = '2027-01-01'"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert AddedVoucher.objects.get() == added


def test_the_way_by_clicks(client_for, treasurer, auditor):
    entry, fee = spend("500.00"), spend("500.00", "BANKFEE")
    client, url = client_for(treasurer), reverse("ledger:add_voucher", args=[entry.year, entry.number])
    journal = client.get(reverse("ledger:journal"), {"beleg": "fehlt"}).content.decode()
    assert (entry.label in journal, fee.label in journal) == (True, False)
    page = client.get(entry.get_absolute_url()).content.decode()
    assert ("anderer Beleg fehlt" in page, url in page) == (True, True)
    seen = client_for(auditor).get(entry.get_absolute_url()).content.decode()
    assert ("anderer Beleg fehlt" in seen, url in seen) == (True, False)
    assert client_for(auditor).get(url).status_code == 404

    refused = client.post(url, {"voucher": SimpleUploadedFile("saal.txt", b"Saal")})
    assert refused.context["form"].errors["voucher"][0].startswith("Eine Textdatei ist kein Beleg.")
    answer = client.post(url, {"voucher": SimpleUploadedFile("saal.png", scan("Saal"))}, follow=True)
    shown = answer.content.decode()
    assert ("anderer Beleg fehlt" in shown, AddedVoucher.objects.get().document.number in shown) == (False, True)
    assert client.get(fee.get_absolute_url()).content.decode().count("anderer Beleg fehlt") == 0
