"""Files on their way to the browser."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header

SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"
PDF_VIEWER = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"


@dataclass(frozen=True)
class Download:
    """Bytes with a name. `inline` shows a PDF in the browser; everything else is always saved."""

    content: bytes | Iterable[bytes]
    filename: str
    content_type: str = "application/pdf"
    inline: bool = False


def download_response(download: Download) -> HttpResponse:
    """Answer with the file: never cached, never guessed, never able to run anything."""
    inline = download.inline and download.content_type == "application/pdf"
    headers: dict[str, Any] = {
        "Content-Disposition": content_disposition_header(not inline, download.filename) or "attachment",
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": PDF_VIEWER if inline else SANDBOX,
    }
    return HttpResponse(download.content, content_type=download.content_type, headers=headers)
