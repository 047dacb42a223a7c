"""What the list of contents of a batch shows."""

from collections.abc import Sequence
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.dispatch.models import Dispatch, PrintBatch
from apps.organisation.domain.queries import letterhead
from apps.pdf.render import PdfJob


def contents_job(batch: PrintBatch, letters: Sequence[tuple[Dispatch, int]], *, on: date) -> PdfJob:
    """The sheet on top of the pile: every letter in its order, with its number of pages."""
    head = letterhead(on)
    context = {
        "letterhead": head,
        "subtitle": _("Inhalt der Druckdatei, nach Postleitzahl geordnet"),
        "letters": letters,
        "pages": sum(pages for _letter, pages in letters),
    }
    title = str(batch)
    return PdfJob("pdf/dispatch_contents.html", context, title, timezone.localtime(batch.made_at), head.name)
