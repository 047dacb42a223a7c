"""A PDF with an invoice inside says so, in the words of ZUGFeRD."""

from io import BytesIO

import pikepdf

from apps.pdf.press import Attachment
from tests.pdf import samples
from tests.pdf.samples import printed


def test_pdf_names_the_invoice_inside_and_its_profile():
    invoice = Attachment("factur-x.xml", b"<?xml version='1.0'?><a/>", "Rechnung", "Alternative", "EN 16931")
    with pikepdf.open(BytesIO(printed(samples.letter(rows=1, annexes=[], attachments=[invoice])))) as pdf:
        metadata = pdf.Root.Metadata.read_bytes().decode()
        [file] = pdf.Root.AF
        assert (str(file.UF), str(file.AFRelationship)) == ("factur-x.xml", "/Alternative")
        assert str(file.EF.F.Subtype) == "/text/xml"
        assert pdf.attachments["factur-x.xml"].get_file().read_bytes() == invoice.content
    for part in (
        "<fx:DocumentType>INVOICE</fx:DocumentType>",
        "<fx:DocumentFileName>factur-x.xml</fx:DocumentFileName>",
        "<fx:Version>1.0</fx:Version>",
        "<fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>",
        "<pdfaSchema:namespaceURI>urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#</pdfaSchema:namespaceURI>",
    ):
        assert metadata.count(part) == 1
    assert metadata.count("<rdf:RDF") == 1


def test_other_attachments_make_no_invoice():
    table = Attachment("daten.csv", b"a;b\n", "Daten", "Supplement")
    with pikepdf.open(BytesIO(printed(samples.letter(rows=1, annexes=[], attachments=[table])))) as pdf:
        assert b"factur-x" not in pdf.Root.Metadata.read_bytes()
