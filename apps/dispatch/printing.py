"""Print a batch: the list of contents, then every letter with what goes with it, in one file."""

from collections.abc import Callable, Iterator
from datetime import date

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.acts import act
from apps.dispatch.domain.batches import letters_of
from apps.dispatch.merging import merge, page_count
from apps.dispatch.models import Dispatch, PrintBatch
from apps.dispatch.prints import contents_job
from apps.documents.domain.filing import file_document
from apps.documents.enums import Access, Category
from apps.documents.models import Document
from apps.pdf.render import render_pdf

PDF = "application/pdf"


def print_batch(batch: PrintBatch, *, by: User | None, on: date, step: Callable[[int], None] | None = None) -> Document:
    """Make and file the print file of the batch once."""
    letters, sheets = [], []
    for letter in letters_of(batch).prefetch_related("enclosures__version"):
        files = list(printable(letter))
        letters.append((letter, sum(page_count(content) for content in files)))
        sheets += [(str(letter), content) for content in files]
        if step:
            step(1)
    job = contents_job(batch, letters, on=on)
    contents = render_pdf(job.template, job.context, title=job.title, created=job.created, author=job.author)
    return file_print(batch, merge([(_("Inhalt"), contents), *sheets], title=job.title), by=by, on=on)


def printable(letter: Dispatch) -> Iterator[bytes]:
    """The files that can be printed; an XML goes other ways."""
    for enclosure in letter.enclosures.all():
        if enclosure.version.content_type == PDF:
            with default_storage.open(enclosure.version.storage_path) as file:
                yield bytes(file.read())


@transaction.atomic
def file_print(batch: PrintBatch, content: bytes, *, by: User | None, on: date) -> Document:
    batch = PrintBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.document:
        return batch.document
    with act("dispatch.printed", batch, by=by, data={"count": batch.count}):
        batch.document = file_document(
            content=content,
            filename=f"Druckdatei-{batch.number}.pdf",
            title=_("Druckdatei %(batch)s (keine Archivfassung)") % {"batch": batch},
            category=Category.LETTER,
            access=Access.TREASURY,
            origin="dispatch.batch",
            subject=batch,
            by=by,
            on=on,
        )
        batch.save(update_fields=["document"])
    return batch.document
