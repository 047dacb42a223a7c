from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest

from apps.banking.domain.importing import BankFile, ImportReport, import_statements
from apps.dues.models import Invoice
from tests.factories.banking import Row, camt_file
from tests.factories.dues import make_association, make_invoices

TODAY = date(2027, 2, 1)


@pytest.fixture
def association(db: None) -> Any:
    return make_association()


@pytest.fixture
def invoices(db: None) -> list[Invoice]:
    """Bonn 2.748,36 €, Köln 8.709,28 €, München 12.792,54 €, in this order."""
    return make_invoices(("Bonn", 323_336), ("Köln", 1_024_621), ("München", 1_505_005))


@pytest.fixture
def read_in(treasurer: Any) -> Callable[..., ImportReport]:
    """Return a function that imports rows as one statement."""

    def run(*rows: Row, **options: Any) -> ImportReport:
        on = max([TODAY, *(row.on for row in rows)])
        return import_files(treasurer, [camt_file(rows, **options)], on=on)

    return run


def import_files(user: Any, contents: Sequence[bytes], *, suffix: str = "xml", on: date = TODAY) -> ImportReport:
    files = [BankFile(f"auszug{place}.{suffix}", content) for place, content in enumerate(contents, start=1)]
    return import_statements(files, by=user, on=on)
