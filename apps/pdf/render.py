"""Template and data to accessible, archivable PDF."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from apps.core.errors import DomainError
from apps.pdf.finishing import UnprintableText
from apps.pdf.fonts import write_font_configuration
from apps.pdf.press import Attachment, Press, Sheet
from apps.pdf.workers import cores, print_all

__all__ = ["Attachment", "CharacterNotPrintable", "PdfJob", "render_many", "render_pairs", "render_pdf"]

# starting the other processes takes longer than printing that many here
FEW = 3


class CharacterNotPrintable(DomainError):
    pass


@dataclass(frozen=True)
class PdfJob:
    """One document to print: a template, what it shows, and what the file says about itself."""

    template: str
    context: Mapping[str, Any]
    title: str
    created: datetime
    author: str = ""
    attachments: Sequence[Attachment] = field(default=())

    def sheet(self) -> Sheet:
        """Fill the template. This may read the database, so it happens in the process that asked."""
        html = render_to_string(self.template, {**self.context, "title": self.title})
        return Sheet(html, self.title, self.created, self.author, tuple(self.attachments))


def render_pdf(
    template: str,
    context: Mapping[str, Any],
    *,
    title: str,
    created: datetime,
    author: str = "",
    attachments: Sequence[Attachment] = (),
) -> bytes:
    """Return `template` filled with `context` as tagged PDF/A-3a (ISO 19005-3) and PDF/UA-1 (ISO 14289-1).

    Equal input gives equal bytes, in every process. The template knows `title` as well.
    """
    return render_job(PdfJob(template, context, title, created, author, attachments))


def render_job(job: PdfJob) -> bytes:
    try:
        return own_press().print(job.sheet())
    except UnprintableText as error:
        raise not_printable(error) from error


def render_many(jobs: Iterable[PdfJob], workers: int | None = None) -> Iterator[bytes]:
    """Yield the PDFs of `jobs` in their order, printed by `workers` processes (default: one per core).

    Templates are filled here, one after the other and only a little ahead; the workers get finished HTML.
    """
    sheets = (job.sheet() for job in jobs)
    try:
        yield from print_all(sheets, font_configuration=font_configuration(), workers=workers or cores())
    except UnprintableText as error:
        raise not_printable(error) from error


def render_pairs[T](pairs: Iterable[tuple[T, PdfJob]], *, count: int) -> Iterator[tuple[T, bytes]]:
    """Yield each thing with its PDF, in their order: many (by `count`) are printed on all cores, a few right here."""
    waiting: deque[T] = deque()

    def jobs() -> Iterator[PdfJob]:
        for thing, job in pairs:
            waiting.append(thing)
            yield job

    for pdf in render_many(jobs()) if count > FEW else map(render_job, jobs()):
        yield waiting.popleft(), pdf


def not_printable(error: UnprintableText) -> CharacterNotPrintable:
    signs = ", ".join(f"»{character}« (U+{ord(character):04X})" for character in error.characters)
    return CharacterNotPrintable(
        _("»%(title)s« kann nicht gedruckt werden: Die Schrift kennt %(signs)s nicht. Bitte ersetzen Sie das Zeichen.")
        % {"title": error.title, "signs": signs}
    )


def font_configuration() -> Path:
    return write_font_configuration(Path(settings.FONTS_DIR), Path(settings.DATA_DIR))


@cache
def own_press() -> Press:
    return Press(font_configuration())
