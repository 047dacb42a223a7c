"""The press: turns HTML into PDF with WeasyPrint, warm and shut off from files and network.

It knows no Django: a worker process that prints has no settings, no models and no database connection to lose.
"""

import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, cached_property, partial
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any

from apps.pdf.facturx import EmbeddedInvoice
from apps.pdf.finishing import finish
from apps.pdf.fonts import only_these_fonts
from apps.pdf.serialising import serialise_once
from apps.pdf.styles import quick_styles

STYLESHEETS = tuple(Path(__file__).parent / "css" / name for name in ("base.css", "letter.css", "report.css"))
VARIANT = "pdf/a-3a"


class OutsideAddress(ValueError):
    """The template asks for a file or an address; a print holds everything it shows."""


@dataclass(frozen=True)
class Attachment:
    """A file inside the PDF (PDF/A-3); `relationship` as in ISO 32000-2, 7.11.3: Source, Data, Alternative, Supplement.

    `invoice_profile` makes the PDF a ZUGFeRD (Factur-X) invoice of that profile, e.g. EN 16931.
    """

    name: str
    content: bytes
    description: str = ""
    relationship: str = "Unspecified"
    invoice_profile: str = ""


@dataclass(frozen=True)
class Sheet:
    """Everything the press needs for one document."""

    html: str
    title: str
    created: datetime
    author: str = ""
    attachments: tuple[Attachment, ...] = ()


@contextmanager
def collector_resting() -> Iterator[None]:
    """Let the garbage collector come once after a document instead of some ninety times while it is laid out."""
    active = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if active:
            gc.enable()


@cache
def page_class() -> type[Any]:
    """HTML whose default style gives pseudo-elements only to what can have them.

    WeasyPrint's own gives every element a marker, a footnote call and four more, each with a style to be computed: seven
    times as many styles as elements. Here items of lists have markers, and elements of the class `footnote` notes.
    """
    from weasyprint import CSS, HTML
    from weasyprint.html import UA, UA_COUNTER_STYLE

    narrowed = re.sub(r"^::(?!marker)", ".footnote::", UA, flags=re.MULTILINE)
    narrowed = re.sub(r"^::marker", "li::marker, summary::marker, .footnote::marker", narrowed, flags=re.MULTILINE)
    sheet = CSS(string=narrowed, counter_style=UA_COUNTER_STYLE)

    class Page(HTML):  # type: ignore[misc]
        def _ua_stylesheets(self, forms: bool = False) -> list[Any]:
            return [sheet]

    return Page


def finish_and_serialise(document: Any, pdf: Any, invoice: EmbeddedInvoice | None) -> None:
    finish(document, pdf, invoice)
    serialise_once(pdf)


def invoice_in(sheet: Sheet) -> EmbeddedInvoice | None:
    invoices = (EmbeddedInvoice(item.name, item.invoice_profile) for item in sheet.attachments if item.invoice_profile)
    return next(invoices, None)


def describe(metadata: Any, sheet: Sheet) -> None:
    metadata.title = sheet.title
    metadata.authors = [sheet.author] if sheet.author else []
    metadata.created = metadata.modified = f"{sheet.created.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


class Press:
    """Fonts, style sheets and fetcher, prepared once and used for every document of the process."""

    def __init__(self, font_configuration: Path) -> None:
        self.font_configuration = font_configuration
        self.lock = Lock()

    @cached_property
    def fonts(self) -> Any:
        with only_these_fonts(self.font_configuration):
            from weasyprint.text.fonts import FontConfiguration

            return FontConfiguration()

    @cached_property
    def fetcher(self) -> Any:
        from weasyprint.urls import FatalURLFetchingError, URLFetcher

        class Shut(URLFetcher):
            """Opens data: addresses, which carry their content with them, and nothing else."""

            def fetch(self, url: str, headers: Any = None) -> Any:
                if not url.lower().startswith("data:"):
                    raise FatalURLFetchingError(f"A print may not load anything from outside: {url[:200]}")
                return super().fetch(url, headers)

        return Shut(allowed_protocols={"data"}, allow_redirects=False, fail_on_errors=True)

    @cached_property
    def stylesheets(self) -> list[Any]:
        fonts = self.fonts
        from weasyprint import CSS

        return [CSS(string=path.read_text(), font_config=fonts, url_fetcher=self.fetcher) for path in STYLESHEETS]

    def warm_up(self) -> None:
        """Read fonts and style sheets now, and spare the collector everything loaded so far."""
        self.print(Sheet(html="<html lang=de-DE><p>.", title=".", created=datetime(2000, 1, 1, tzinfo=UTC)))
        gc.freeze()

    def print(self, sheet: Sheet) -> bytes:
        """Return the sheet as tagged PDF/A-3a and PDF/UA-1, the same bytes for the same sheet."""
        with self.lock, collector_resting(), quick_styles():
            stylesheets = self.stylesheets
            from weasyprint.urls import FatalURLFetchingError

            options = {
                "pdf_variant": VARIANT,
                "attachments": [self.attached(sheet, item) for item in sheet.attachments],
            }
            page = page_class()(string=sheet.html, url_fetcher=self.fetcher)
            try:
                document = page.render(font_config=self.fonts, stylesheets=stylesheets, **options)
            except FatalURLFetchingError as error:
                raise OutsideAddress(str(error)) from error
            describe(document.metadata, sheet)
            return bytes(
                document.write_pdf(finisher=partial(finish_and_serialise, invoice=invoice_in(sheet)), **options)
            )

    def attached(self, sheet: Sheet, item: Attachment) -> Any:
        from weasyprint import Attachment as File

        created = sheet.created.astimezone(UTC)
        return File(
            file_obj=BytesIO(item.content),
            name=item.name,
            description=item.description,
            relationship=item.relationship,
            created=created,
            modified=created,
            url_fetcher=self.fetcher,
        )
