"""File documents and new versions of them. Bytes are stored once under their SHA-256, then never touched again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit import bulk
from apps.audit.acts import act
from apps.core.errors import DomainError
from apps.core.numbers import peek_number, take_numbers
from apps.core.templatetags.formats import number as german_number
from apps.documents.calculations import content_type_of
from apps.documents.domain.extraction import text_of
from apps.documents.domain.index import add_to_index
from apps.documents.enums import Access, Category
from apps.documents.models import Document, DocumentVersion, content_path
from apps.members.models import City

LARGEST = 25 * 1024 * 1024


class FileNotAccepted(DomainError):
    """The file is empty, too large or not what its name says."""


class SameContent(DomainError):
    """The new version has the same bytes as the one in force."""


@dataclass(frozen=True)
class Filing:
    """One document to be filed: its bytes and what stands on the cover."""

    content: bytes
    filename: str
    title: str
    category: Category
    access: Access
    origin: str
    city: City | None = None
    subject: models.Model | None = None
    description: str = ""
    note: str = ""


def checked_content_type(filename: str, content: bytes) -> str:
    """Return the media type or raise `FileNotAccepted`, naming what is wrong."""
    if not content:
        raise FileNotAccepted(_("Die Datei „%s“ ist leer.") % filename, field="file")
    if len(content) > LARGEST:
        raise FileNotAccepted(
            _("Die Datei „%(name)s“ ist mit %(size)s MB zu groß. Erlaubt sind 25 MB.")
            % {"name": filename, "size": german_number(-(-len(content) // 2**20))},
            field="file",
        )
    content_type = content_type_of(filename, content)
    if content_type is None:
        raise FileNotAccepted(
            _(
                "Die Datei „%s“ kann nicht abgelegt werden. Möglich sind PDF, Word, Excel, PowerPoint, OpenDocument, "
                "Bilder (PNG, JPEG), Text, CSV, XML und ZIP; der Inhalt muss zur Endung passen."
            )
            % filename,
            field="file",
        )
    return content_type


def store(content: bytes) -> str:
    """Write the bytes under their hash unless they are there already; return the hash."""
    digest = sha256(content).hexdigest()
    path = content_path(digest)
    if not default_storage.exists(path):
        default_storage.save(path, ContentFile(content))
    return digest


@transaction.atomic
def file_documents(filings: Sequence[Filing], *, by: User | None, on: date) -> list[Document]:
    """File several documents in one act, each with a gap-free number per year (D-2027-00014).

    Raises `FileNotAccepted` for the first file that can't be taken; nothing is filed then.
    """
    if not filings:
        return []
    types = [checked_content_type(filing.filename, filing.content) for filing in filings]
    digests = [store(filing.content) for filing in filings]
    numbers = take_numbers(f"documents.document:{on.year}", len(filings))
    with act("documents.filed", by=by, data={"on": on, "count": len(filings)}) as entry:
        documents = bulk.create(
            Document,
            [
                Document(
                    number=f"D-{on.year}-{number:05}",
                    title=filing.title[:200],
                    description=filing.description,
                    category=filing.category,
                    access=filing.access,
                    city=filing.city,
                    dated_on=on,
                    origin=filing.origin,
                    subject_type=ContentType.objects.get_for_model(filing.subject) if filing.subject else None,
                    subject_id=filing.subject.pk if filing.subject else None,
                )
                for number, filing in zip(numbers, filings, strict=True)
            ],
        )
        now = timezone.now()
        versions = bulk.create(
            DocumentVersion,
            [
                DocumentVersion(
                    document=document,
                    version=1,
                    filename=filing.filename,
                    content_type=content_type,
                    size=len(filing.content),
                    sha256=digest,
                    note=filing.note,
                    filed_at=now,
                    filed_by=by,
                )
                for document, filing, content_type, digest in zip(documents, filings, types, digests, strict=True)
            ],
        )
        if len(documents) == 1:
            entry.subject = documents[0]
    add_to_index(
        (version.pk, f"{document.number} {document.title} {filing.filename} {document.description} {text}")
        for version, document, filing, text in zip(
            versions, documents, filings, (text_of(f.filename, f.content) for f in filings), strict=True
        )
    )
    return documents


def next_document_number(on: date) -> str:
    """The number the next filed document gets, for those who print it on the document itself.

    Its series stays locked until the transaction ends, so nobody else takes the number meanwhile.
    """
    return f"D-{on.year}-{peek_number(f'documents.document:{on.year}'):05}"


def file_document(
    *,
    content: bytes,
    filename: str,
    title: str,
    category: Category,
    access: Access,
    origin: str,
    by: User | None,
    on: date,
    city: City | None = None,
    subject: models.Model | None = None,
    supersedes: Document | None = None,
    description: str = "",
    note: str = "",
) -> Document:
    """File one document; with `supersedes` the bytes become the next version of that document.

    `origin` says what made it, e.g. "dues.invoice" or "documents.upload".
    """
    if supersedes is not None:
        return add_version(supersedes, content=content, filename=filename, note=note, by=by)
    filing = Filing(content, filename, title, category, access, origin, city, subject, description, note)
    return file_documents([filing], by=by, on=on)[0]


@transaction.atomic
def add_version(document: Document, *, content: bytes, filename: str, note: str, by: User | None) -> Document:
    """Put a newer version in force; the older ones stay readable and verify as superseded."""
    document = Document.objects.select_for_update().get(pk=document.pk)
    content_type = checked_content_type(filename, content)
    newest = document.versions.order_by("-version").first()
    digest = store(content)
    if newest is not None and newest.sha256 == digest:
        raise SameContent(_("Diese Datei ist bereits die geltende Fassung von %s.") % document.number, field="file")
    number = newest.version + 1 if newest else 1
    with act("documents.version_added", document, by=by, reason=note, data={"version": number, "sha256": digest}):
        version = DocumentVersion.objects.create(
            document=document,
            version=number,
            filename=filename,
            content_type=content_type,
            size=len(content),
            sha256=digest,
            note=note,
            filed_at=timezone.now(),
            filed_by=by,
        )
    add_to_index([(version.pk, f"{document.number} {document.title} {filename} {text_of(filename, content)}")])
    return document


@transaction.atomic
def change_document(document: Document, *, by: User, reason: str, **fields: Any) -> Document:
    """Change what stands on the cover: title, description, category, access, city. The bytes stay."""
    document = Document.objects.select_for_update().get(pk=document.pk)
    with act("documents.changed", document, by=by, reason=reason):
        for name, value in fields.items():
            setattr(document, name, value)
        document.save(update_fields=list(fields))
    return document
