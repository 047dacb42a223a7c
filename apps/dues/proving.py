"""Acts together with the papers that prove them."""

from typing import Any

from apps.dues.domain.cash import accept_cash
from apps.dues.domain.writing_off import write_off
from apps.dues.models import Allocation, Invoice, WriteOff
from apps.dues.prints import receipt_job, waiver_job, write_off_job
from apps.organisation.domain.queries import letterhead
from apps.pdf.render import PdfJob, render_pdf


def write_off_with_voucher(invoice: Invoice, **given: Any) -> WriteOff:
    """Write off as `write_off` does, with its voucher and, of a waiver, the letter to the city."""
    head = letterhead(given["on"])
    return write_off(
        invoice,
        voucher=lambda row: printed(write_off_job(row, head)),
        notice=lambda row: printed(waiver_job(row, head)),
        **given,
    )


def accept_cash_with_receipt(invoice: Invoice, **given: Any) -> Allocation:
    """Take cash as `accept_cash` does, with its receipt."""
    head = letterhead(given["on"])
    return accept_cash(invoice, receipt=lambda row: printed(receipt_job(row, head)), **given)


def printed(job: PdfJob) -> bytes:
    return render_pdf(job.template, job.context, title=job.title, created=job.created, author=job.author)
