"""Making and judging e-invoices by the official rules, per form and invoice."""

from collections.abc import Sequence
from typing import Any

from apps.dues.domain.einvoices import einvoice_of, seller_on
from apps.dues.models import Invoice
from apps.einvoice.enums import InvoiceForm
from apps.einvoice.semantic import EInvoice
from apps.einvoice.validation import validate
from apps.einvoice.writing import write, written
from apps.portal.bench.measuring import measured

FORMS = (InvoiceForm.ZUGFERD, InvoiceForm.XRECHNUNG_CII, InvoiceForm.XRECHNUNG_UBL)


def measure_einvoices(count: int) -> dict[str, Any]:
    """Milliseconds of processor time to write and to judge the last invoices. The first of each form warms up."""
    invoices = list(Invoice.objects.select_related("city", "run").order_by("-pk")[:count])
    seller = seller_on(invoices[0].issued_on)
    pieces = [einvoice_of(invoice, seller) for invoice in invoices]
    return {"invoices": len(pieces)} | {str(form): measure_form(pieces, form) for form in FORMS}


def measure_form(pieces: Sequence[EInvoice], form: InvoiceForm) -> dict[str, Any]:
    validate(written(pieces[0], form))
    writing = measured(lambda: [written(piece, form) for piece in pieces])
    judging = measured(lambda: [validate(root) for root in writing.result])
    return {
        "written_cpu_ms": round(writing.cpu_seconds / len(pieces) * 1000, 1),
        "judged_cpu_ms": round(judging.cpu_seconds / len(pieces) * 1000, 1),
        "bytes": len(write(writing.result[0])),
    }
