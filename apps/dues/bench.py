"""What printing invoices costs, for `manage.py bench`."""

from itertools import batched, islice

from apps.accounts.models import User
from apps.dues.models import Invoice
from apps.dues.printing import CHUNK, file_chunk, missing_pieces, printed
from apps.dues.prints import invoice_job
from apps.organisation.domain.queries import letterhead
from apps.pdf.render import PdfJob


def invoice_jobs(count: int) -> list[PdfJob]:
    """What the press gets for the last invoices."""
    invoices = Invoice.objects.select_related("city").order_by("-pk")[:count]
    return [invoice_job(invoice, letterhead(invoice.issued_on)) for invoice in invoices]


def print_some(count: int, *, by: User) -> int:
    """Print and file what the background work would print next, at most `count`; return how many."""
    pieces = islice(missing_pieces(), count)
    return sum(file_chunk(chunk, by=by) for chunk in batched(printed(pieces), CHUNK))
