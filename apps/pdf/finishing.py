"""Last steps on a PDF before it is written: PDF/UA identification, artifacts, one entry per attachment, no missing glyph."""

from typing import Any

from apps.pdf.facturx import FACTURX_SCHEMA, EmbeddedInvoice

PDFUA = """<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>"""

PDFUA_SCHEMA = """<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>\
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI><pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>\
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>\
<pdfaProperty:valueType>Integer</pdfaProperty:valueType><pdfaProperty:category>internal</pdfaProperty:category>\
<pdfaProperty:description>Part of ISO 14289</pdfaProperty:description></rdf:li></rdf:Seq></pdfaSchema:property></rdf:li>"""

EXTENSIONS = """<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" \
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">\
<pdfaExtension:schemas><rdf:Bag>{schemas}</rdf:Bag></pdfaExtension:schemas></rdf:Description>"""


class UnprintableText(ValueError):
    """The document `title` holds `characters` that no font of the prints has."""

    def __init__(self, characters: str, title: str) -> None:
        super().__init__(characters, title)
        self.characters = characters
        self.title = title


def finish(document: Any, pdf: Any, invoice: EmbeddedInvoice | None = None) -> None:
    """Complete a tagged PDF/A-3a of WeasyPrint so that it is PDF/UA-1 (ISO 14289-1) as well, and ZUGFeRD if it holds an invoice."""
    refuse_missing_glyphs(document)
    if invoice:
        add_identification(pdf, (PDFUA, invoice.description), (PDFUA_SCHEMA, FACTURX_SCHEMA))
    else:
        add_identification(pdf, (PDFUA,), (PDFUA_SCHEMA,))
    mark_artifacts(pdf)
    list_attachments_once(pdf)
    leave_pixels_sharp(pdf)


def refuse_missing_glyphs(document: Any) -> None:
    codepoints = {codepoint for font in document.fonts.values() for codepoint in font.missing}
    if codepoints:
        raise UnprintableText("".join(map(chr, sorted(codepoints))), document.metadata.title)


def add_identification(pdf: Any, descriptions: tuple[str, ...], schemas: tuple[str, ...]) -> None:
    """Add XMP descriptions and the PDF/A extension schemas they need to the one RDF block (ISO 19005-3, 6.6.2.3)."""
    metadata = pdf.objects[int(pdf.catalog["Metadata"].split()[0])]
    metadata.compress = False
    body = "".join(descriptions) + EXTENSIONS.format(schemas="".join(schemas))
    metadata.stream[0] = metadata.stream[0].replace(b"</rdf:RDF>", body.encode() + b"</rdf:RDF>")


def mark_artifacts(pdf: Any) -> None:
    """Mark text outside the structure tree (running heads, page numbers) as pagination artifact (ISO 14289-1, 7.1 and 7.8).

    WeasyPrint gives the text of margin boxes structure elements but hangs them nowhere.
    """
    root = pdf.objects[int(pdf.catalog["StructTreeRoot"].split()[0])]
    parents = pdf.objects[int(root["ParentTree"].split()[0])]["Nums"]
    loose = loose_marks(pdf, root)
    for number, reference in enumerate(pdf.page_references):
        marks = loose.get(reference, set())
        for mark in marks:
            parents[2 * number + 1][mark] = "null"
        turn_into_artifacts(pdf, reference, marks)


def is_structure_element(item: Any) -> bool:
    return isinstance(item, dict) and item.get("Type") == "/StructElem"


def loose_marks(pdf: Any, root: Any) -> dict[bytes, set[int]]:
    """Return per page the marked content whose structure element can't be reached from the root."""
    elements = {item.reference: item for item in pdf.objects if is_structure_element(item)}
    to_visit = list(root["K"])
    while to_visit:
        element = elements.pop(to_visit.pop(), None)
        if element is not None:
            to_visit += [kid for kid in element["K"] if not isinstance(kid, int)]
    marks: dict[bytes, set[int]] = {}
    for element in elements.values():
        marks.setdefault(element["Pg"], set()).update(kid for kid in element["K"] if isinstance(kid, int))
    return marks


def turn_into_artifacts(pdf: Any, page_reference: bytes, marks: set[int]) -> None:
    page = pdf.objects[int(page_reference.split()[0])]
    content = pdf.objects[int(page["Contents"].split()[0])].stream
    for index, item in enumerate(content):
        if isinstance(item, dict) and item.get("MCID") in marks:
            content[index - 1] = "/Artifact"
            item.clear()
            item["Type"] = "/Pagination"


def list_attachments_once(pdf: Any) -> None:
    files = pdf.catalog.get("AF")
    if files is not None:
        files[:] = list(dict.fromkeys(files))


def leave_pixels_sharp(pdf: Any) -> None:
    """Forbid viewers to smooth pictures (ISO 19005-3, 6.2.8)."""
    for item in pdf.objects:
        if getattr(item, "extra", {}).get("Subtype") == "/Image":
            item.extra["Interpolate"] = "false"
