"""What a PDF says about the e-invoice inside it (ZUGFeRD 2, Factur-X: XMP extension schema `fx`)."""

from dataclasses import dataclass

NAMESPACE = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
XMP_VERSION = "1.0"

PROPERTY = """<rdf:li rdf:parseType="Resource"><pdfaProperty:name>{name}</pdfaProperty:name>\
<pdfaProperty:valueType>Text</pdfaProperty:valueType><pdfaProperty:category>external</pdfaProperty:category>\
<pdfaProperty:description>{text}</pdfaProperty:description></rdf:li>"""

PROPERTIES = {
    "DocumentFileName": "Name of the embedded XML invoice file",
    "DocumentType": "INVOICE",
    "Version": "Version of the Factur-X XML schema",
    "ConformanceLevel": "Conformance level of the embedded Factur-X data",
}

FACTURX_SCHEMA = f"""<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>\
<pdfaSchema:namespaceURI>{NAMESPACE}</pdfaSchema:namespaceURI><pdfaSchema:prefix>fx</pdfaSchema:prefix>\
<pdfaSchema:property><rdf:Seq>{"".join(PROPERTY.format(name=name, text=text) for name, text in PROPERTIES.items())}\
</rdf:Seq></pdfaSchema:property></rdf:li>"""


@dataclass(frozen=True)
class EmbeddedInvoice:
    """The file that holds the invoice, and its profile as XMP names it: EN 16931, XRECHNUNG, EXTENDED …"""

    filename: str
    profile: str

    @property
    def description(self) -> str:
        return (
            f'<rdf:Description rdf:about="" xmlns:fx="{NAMESPACE}"><fx:DocumentType>INVOICE</fx:DocumentType>'
            f"<fx:DocumentFileName>{self.filename}</fx:DocumentFileName><fx:Version>{XMP_VERSION}</fx:Version>"
            f"<fx:ConformanceLevel>{self.profile}</fx:ConformanceLevel></rdf:Description>"
        )
