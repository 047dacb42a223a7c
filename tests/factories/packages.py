"""An auditor's package for tests, as bytes, and its tables read again."""

import csv
import io
import zipfile
from datetime import UTC, date, datetime

import time_machine

from apps.banking.domain.importing import BankFile, import_statements
from apps.closing.domain.package import write_package
from apps.documents.domain.filing import file_document
from apps.documents.enums import Access, Category
from apps.ledger.domain.posting import post_entry
from apps.ledger.domain.proofs import add_voucher
from apps.ledger.models import Entry
from tests.factories.banking import Row, camt_file
from tests.factories.closing import YEAR, credit, debit, make_books
from tests.factories.dues import make_network
from tests.factories.files import scan

NOW = datetime(2028, 3, 2, 9, 0, tzinfo=UTC)


def make_vouched() -> None:
    voucher = file_document(
        content=b"Beleg: Saalmiete 45,00 EUR",
        filename="saal.txt",
        title="Saalmiete",
        category=Category.VOUCHER,
        access=Access.TREASURY,
        origin="ledger.voucher",
        by=None,
        on=date(YEAR, 9, 1),
    )
    post_entry(
        on=date(YEAR, 9, 1),
        text="Saalmiete; bar",
        lines=[debit("ROOM", "45.00"), credit("BANK", "45.00")],
        source="ledger.manual",
        voucher=voucher,
        by=None,
    )


def written() -> bytes:
    target = io.BytesIO()
    write_package(target, YEAR, until=NOW)
    return target.getvalue()


def rows_of(package: bytes, name: str) -> list[dict[str, str]]:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return list(csv.DictReader(io.StringIO(archive.read(name).decode(), newline=""), delimiter=";"))


def make_example() -> bytes:
    """Books of a small year with a voucher, a bank statement and a member."""
    with time_machine.travel(datetime(YEAR, 9, 2, 10, 0, tzinfo=UTC)):
        make_network(("Bonn", 323_336))
        make_books()
        make_vouched()
        add_voucher(
            Entry.objects.get(text="Bewirtung"),
            filename="bewirtung.png",
            content=scan("Bewirtung"),
            by=None,
            on=date(YEAR, 9, 2),
        )
        rows = [Row("10.00", "Spende", "Erika Beispiel", on=date(YEAR, 2, 1))]
        import_statements([BankFile("auszug.xml", camt_file(rows))], by=None, on=date(YEAR, 2, 2))
    return written()
