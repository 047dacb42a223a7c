"""Write the semantic model in the form the recipient asks for."""

from dataclasses import replace

from lxml import etree

from apps.einvoice import specifications as spec
from apps.einvoice.enums import InvoiceForm
from apps.einvoice.semantic import EInvoice
from apps.einvoice.writing.cii import cii
from apps.einvoice.writing.ubl import ubl

__all__ = ["ZUGFERD_FILENAME", "ZUGFERD_PROFILE", "write", "written"]

ZUGFERD_FILENAME = "factur-x.xml"
ZUGFERD_PROFILE = "EN 16931"


def written(invoice: EInvoice, form: InvoiceForm) -> etree._Element:
    """The root element of the invoice: ZUGFeRD and XRechnung (CII) differ in the specification they claim (BT-24)."""
    if form == InvoiceForm.ZUGFERD:
        return cii(replace(invoice, specification=spec.EN16931, process=spec.BILLING_PROCESS))
    invoice = replace(invoice, specification=spec.XRECHNUNG, process=spec.BILLING_PROCESS)
    return ubl(invoice) if form == InvoiceForm.XRECHNUNG_UBL else cii(invoice)


def write(root: etree._Element) -> bytes:
    """The file: UTF-8, declared, one element per line."""
    etree.indent(root)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))
