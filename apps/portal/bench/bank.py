"""Reading in and matching a statement file, and reading it in once more."""

from datetime import date
from typing import Any

from apps.accounts.models import User
from apps.banking.domain.importing import BankFile, import_statements
from apps.banking.models import MatchProposal
from apps.dues.models import Invoice
from apps.portal.bench.measuring import measured
from apps.portal.bench.statement import camt_file, rows


def measure_import(year: int, count: int, *, by: User, on: date) -> dict[str, Any]:
    """Read in `count` lines against the invoices of the year, then the same file again."""
    invoices = list(Invoice.objects.filter(year=year).order_by("sequence"))
    file = BankFile("kontoauszug.xml", camt_file(rows(invoices, count), on, first=year * 100))
    first = measured(lambda: import_statements([file], by=by, on=on))
    again = measured(lambda: import_statements([file], by=by, on=on))
    return {
        "lines": first.result.new_lines,
        "proposals": MatchProposal.objects.filter(line__booked_on__lt=on).count(),
        "import_and_match": first.figures() | {"queries": first.queries},
        "same_file_again": again.figures() | {"queries": again.queries, "new_lines": again.result.new_lines},
    }
