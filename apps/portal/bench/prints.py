"""PDFs of real invoices: against the plain way of WeasyPrint per core, over all cores, and filed by the background work."""

from typing import Any

from apps.accounts.models import User
from apps.dues.bench import invoice_jobs, print_some
from apps.pdf.bench import measure
from apps.portal.bench.measuring import measured


def measure_prints(count: int, *, by: User) -> dict[str, Any]:
    filed = measured(lambda: print_some(count, by=by))
    return {
        "filed": filed.result,
        "seconds_per_pdf_filed": round(filed.seconds / filed.result, 4),
        **measure(invoice_jobs(count)),
    }
