"""Retention periods: the vector of the handbook (§ 10.2 Nr. 11) and what each kind of document is kept for."""

from datetime import date

import pytest
from django.test import Client

from apps.documents.domain.filing import file_document
from apps.documents.domain.retention import kept_until
from apps.documents.enums import Access, Category
from apps.documents.models import Document
from apps.organisation.domain.seeds import load_reference_data

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 26)


def filed(category: Category, on: date) -> Document:
    return file_document(
        content=b"Beleg",
        filename="beleg.txt",
        title="Beleg",
        category=category,
        access=Access.MEMBERS,
        origin="documents.upload",
        by=None,
        on=on,
    )


@pytest.mark.parametrize(
    ("category", "made_on", "until"),
    [
        (Category.VOUCHER, date(2026, 5, 10), date(2034, 12, 31)),
        (Category.INVOICE, date(2026, 1, 1), date(2034, 12, 31)),
        (Category.BANK, date(2026, 12, 31), date(2034, 12, 31)),
        (Category.VOUCHER, date(2020, 5, 10), date(2028, 12, 31)),  # made under ten years, shortened in 2025
        (Category.BOOKS, date(2027, 3, 1), date(2037, 12, 31)),  # accounts for 2026, drawn up in 2027
        (Category.LETTER, date(2026, 5, 10), date(2032, 12, 31)),
        (Category.MINUTES, date(2026, 5, 10), None),
        (Category.MATERIAL, date(2026, 5, 10), None),
    ],
)
def test_documents_are_kept_to_the_end_of_their_period(category: Category, made_on: date, until: date | None) -> None:
    load_reference_data()
    assert kept_until(filed(category, made_on), TODAY) == until


def test_before_2025_vouchers_were_kept_for_ten_years() -> None:
    load_reference_data()
    assert kept_until(filed(Category.VOUCHER, date(2020, 5, 10)), date(2024, 12, 31)) == date(2030, 12, 31)


def test_the_page_says_it(client_for, delegate_of) -> None:
    _city, person = delegate_of("Köln")
    voucher, minutes = filed(Category.VOUCHER, date(2026, 5, 10)), filed(Category.MINUTES, date(2026, 5, 10))
    load_reference_data()
    client: Client = client_for(person)
    assert "mindestens bis 31.12.2034 (§ 147 AO)" in client.get(voucher.get_absolute_url()).content.decode()
    assert "dauerhaft" in client.get(minutes.get_absolute_url()).content.decode()
