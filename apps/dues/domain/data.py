"""The bytes of an issued e-invoice."""

from django.core.files.storage import default_storage

from apps.documents.models import Document
from apps.dues.models import InvoiceData
from apps.einvoice.enums import InvoiceForm
from apps.einvoice.reading.extracting import xml_inside


def stored_xml(data: InvoiceData) -> bytes:
    """The XRechnung as filed, or what lies inside the PDF as filed."""
    if data.form == InvoiceForm.ZUGFERD:
        return xml_inside(stored(data.piece.document))
    return stored(data.document)


def stored(document: Document | None) -> bytes:
    if document is None:
        raise LookupError("An issued e-invoice has its document (check constraint).")
    version = document.versions.latest("version")
    with default_storage.open(version.storage_path) as file:
        return bytes(file.read())
