"""The text of a PDF as a reader or a search finds it."""

import pypdfium2


def pdf_text(content: bytes) -> str:
    """Return the text of all pages, one page after the other, lines as printed."""
    document = pypdfium2.PdfDocument(content)
    try:
        pages = [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()
    return "\n".join(pages).replace("\r\n", "\n").replace("\r", "\n")
