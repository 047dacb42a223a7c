"""Print and file in one transaction: extract and book of resolutions."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.acts import act
from apps.audit.domain.anchors import make_anchor
from apps.bodies.models import Body
from apps.documents.domain.filing import file_document, next_document_number
from apps.documents.enums import Access, Category
from apps.documents.models import Document
from apps.organisation.domain.queries import full_name_on, letterhead
from apps.pdf.render import render_pdf
from apps.resolutions.domain.consequences import locked_adopted
from apps.resolutions.domain.errors import NotAdopted
from apps.resolutions.models import Resolution
from apps.resolutions.prints import BookPrint, ExtractPrint, Proof


def verification_url(number: str) -> str:
    return f"{settings.SITE_URL}{reverse('documents:verify')}?nummer={number}"


def print_and_file(
    template: str,
    shown: Any,
    context: Mapping[str, Any],
    *,
    filename: str,
    access: Access,
    origin: str,
    subject: models.Model | None,
    by: User | None,
    on: date,
) -> Document:
    """Render with document number, address to verify and the anchored head of the journal, then file the bytes."""
    number = next_document_number(on)
    anchor = make_anchor(medium=f"{number} {shown.title}"[:200])
    proof = Proof(number, verification_url(number), anchor)
    content = render_pdf(
        template,
        {**context, "print": shown, "proof": proof, "letterhead": letterhead(on), "facts": shown.facts},
        title=shown.title,
        created=timezone.now(),
        author=full_name_on(on),
    )
    return file_document(
        content=content,
        filename=filename,
        title=shown.title,
        category=Category.RESOLUTION,
        access=access,
        origin=origin,
        subject=subject,
        by=by,
        on=on,
    )


@transaction.atomic
def issue_extract(resolution: Resolution, *, by: User | None, on: date) -> Document:
    """Issue a certified extract of an adopted resolution; every copy is filed under a number of its own."""
    locked_adopted(resolution)
    resolution = Resolution.objects.select_related("body", "final_version").get(pk=resolution.pk)
    superseded = tuple(resolution.superseded_by.select_related("later"))
    shown = ExtractPrint(resolution, full_name_on(on), on, superseded)
    with act("resolutions.extract_issued", resolution, by=by, data={"on": on}) as entry:
        document = print_and_file(
            "pdf/resolution_extract.html",
            shown,
            {},
            filename=f"{resolution.reference}-Ausfertigung.pdf",
            access=Access.PUBLIC if resolution.is_public else Access.MEMBERS,
            origin="resolutions.extract",
            subject=resolution,
            by=by,
            on=on,
        )
        entry.data["document"] = document.number
    return document


@transaction.atomic
def issue_book(body: Body, *, year: int, by: User | None, on: date) -> Document:
    """Print all adopted resolutions of a body and year in the order of their numbers and file the book."""
    resolutions = (
        Resolution.objects.adopted()
        .filter(body=body, year=year)
        .select_related("body", "final_version")
        .prefetch_related("superseded_by__later")
        .order_by("number")
    )
    organisation = full_name_on(on)
    extracts = tuple(
        ExtractPrint(resolution, organisation, on, tuple(resolution.superseded_by.all())) for resolution in resolutions
    )
    if not extracts:
        raise NotAdopted(
            _("Im Jahr %(year)s hat „%(body)s“ keine Beschlüsse angenommen.") % {"year": year, "body": body},
            field="year",
        )
    with act("resolutions.book_issued", body, by=by, data={"year": year, "on": on}) as entry:
        document = print_and_file(
            "pdf/resolution_book.html",
            BookPrint(body, year, extracts),
            {"organisation": organisation, "printed_on": on},
            filename=f"Beschlussbuch-{body.code}-{year}.pdf",
            access=Access.MEMBERS,
            origin="resolutions.book",
            subject=body,
            by=by,
            on=on,
        )
        entry.data["document"] = document.number
    return document
