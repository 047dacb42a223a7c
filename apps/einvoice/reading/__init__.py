"""Read an e-invoice that came in: XRechnung (UBL or CII) or ZUGFeRD (PDF with CII inside)."""

from dataclasses import dataclass

from lxml import etree

from apps.einvoice.enums import Severity, Syntax
from apps.einvoice.errors import NotAnEInvoice
from apps.einvoice.parsing import parse, syntax_of
from apps.einvoice.reading.cii import read_cii
from apps.einvoice.reading.extracting import is_pdf, xml_inside
from apps.einvoice.reading.ubl import read_ubl
from apps.einvoice.semantic import EInvoice
from apps.einvoice.validation import Finding, validate

__all__ = ["Reading", "is_einvoice", "read", "read_semantic"]


@dataclass(frozen=True)
class Reading:
    """What a file says, how, and what the official rules find fault with."""

    invoice: EInvoice
    findings: tuple[Finding, ...]
    syntax: Syntax
    xml: bytes
    from_pdf: bool

    @property
    def is_valid(self) -> bool:
        """No rule is broken; warnings and hints may stand."""
        return not any(finding.severity == Severity.FATAL for finding in self.findings)


def read(content: bytes) -> Reading:
    """Return what the file says, with all findings. Raises `NotAnEInvoice` with a German sentence if it can't be read at all.

    Broken rules are no reason to refuse: the invoice may be owed all the same, and its sender has to be told what is wrong.
    """
    from_pdf = is_pdf(content)
    xml = xml_inside(content) if from_pdf else content
    root = parse(xml)
    return Reading(read_semantic(root), validate(root), syntax_of(root), xml, from_pdf)


def read_semantic(root: etree._Element) -> EInvoice:
    return read_cii(root) if syntax_of(root) == Syntax.CII else read_ubl(root)


def is_einvoice(content: bytes) -> bool:
    """Tell whether a file can be read as an e-invoice, without judging it."""
    try:
        parse(xml_inside(content) if is_pdf(content) else content)
    except NotAnEInvoice:
        return False
    return True
