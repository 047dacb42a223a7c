"""Text inside files, for the index. Files nobody can read yield no text; a broken PDF is refused."""

import re
import zipfile
from io import BytesIO
from pathlib import PurePosixPath

import pypdfium2
from defusedxml.ElementTree import ParseError, fromstring
from django.utils.translation import gettext as _

from apps.core.errors import DomainError
from apps.pdf.text import pdf_text

OFFICE_PARTS = {
    ".docx": ("word/document.xml",),
    ".odt": ("content.xml",),
    ".ods": ("content.xml",),
    ".xlsx": ("xl/sharedStrings.xml",),
}
LARGEST_PART = 20 * 1024 * 1024
LOCKED = "Incorrect password"


class UnreadablePdf(DomainError):
    """The PDF is damaged."""


def text_of(filename: str, content: bytes) -> str:
    """Return the plain text of a file; "" where there is none."""
    suffix = PurePosixPath(filename).suffix.lower()
    if suffix == ".pdf":
        return readable_pdf_text(filename, content)
    if suffix in {".txt", ".csv"}:
        return content.decode("utf-8", "replace")
    if suffix == ".xml":
        return re.sub(r"<[^>]*>", " ", content.decode("utf-8", "replace"))
    if suffix in OFFICE_PARTS:
        return office_text(content, OFFICE_PARTS[suffix])
    return ""


def readable_pdf_text(filename: str, content: bytes) -> str:
    try:
        return pdf_text(content)
    except pypdfium2.PdfiumError as error:
        if LOCKED in str(error):
            return ""
        raise UnreadablePdf(
            _("Die PDF-Datei „%s“ ist beschädigt und lässt sich nicht öffnen.") % filename, field="file"
        ) from error


def office_text(content: bytes, parts: tuple[str, ...]) -> str:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            found = []
            for part in parts:
                if part in archive.namelist() and archive.getinfo(part).file_size <= LARGEST_PART:
                    found.append(" ".join(fromstring(archive.read(part)).itertext()))
            return " ".join(found)
    except (zipfile.BadZipFile, ParseError, ValueError):
        return ""
