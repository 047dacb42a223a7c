"""Acts that leave a print behind: the published PDF always shows the signatures of the day."""

from datetime import date

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.acts import act
from apps.documents.domain.filing import change_document, file_document, next_document_number
from apps.documents.enums import Access, Category
from apps.documents.models import Document
from apps.members.models import City
from apps.organisation.domain.queries import full_name_on, letterhead
from apps.papers.domain.queries import signature_status
from apps.papers.domain.signing import Letter, Signer, record_letter, sign, withdraw_signature
from apps.papers.domain.writing import publish_paper, withdraw_paper
from apps.papers.enums import PaperState
from apps.papers.models import Paper, Signature, SignatureWithdrawal
from apps.papers.prints import PaperPrint
from apps.pdf.render import render_pdf


@transaction.atomic
def print_paper(paper: Paper, *, by: User | None, on: date, note: str = "") -> Document:
    """Print the paper with its signature block and file it; a later print is the next version of the same document."""
    paper = (
        Paper.objects.select_for_update(of=("self",))
        .select_related("frozen_version", "resolution__body", "builds_on", "printed")
        .get(pk=paper.pk)
    )
    number = paper.printed.number if paper.printed else next_document_number(on)
    url = f"{settings.SITE_URL}{reverse('documents:verify')}?nummer={number}"
    shown = PaperPrint(paper, signature_status(paper, on), number, url, on)
    content = render_pdf(
        "pdf/paper.html",
        {"print": shown, "letterhead": letterhead(on), "facts": shown.facts},
        title=shown.title,
        created=timezone.now(),
        author=full_name_on(on),
    )
    with act("papers.printed", paper, by=by, data={"on": on, "signatures": shown.status.signed}) as entry:
        document = file_document(
            content=content,
            filename=f"{paper.slug}.pdf",
            title=paper.title,
            category=Category.PAPER,
            access=Access.PUBLIC if paper.state == PaperState.PUBLISHED else Access.MEMBERS,
            origin="papers.paper",
            subject=paper,
            supersedes=paper.printed,
            note=note,
            by=by,
            on=on,
        )
        entry.data["document"] = document.number
        if paper.printed_id != document.pk:
            paper.printed = document
            paper.save()
    return document


@transaction.atomic
def publish(paper: Paper, *, by: User | None, on: date) -> Paper:
    """Publish the paper and file its print as a public document."""
    paper = publish_paper(paper, by=by, on=on)
    print_paper(paper, by=by, on=on)
    paper.refresh_from_db()
    return paper


@transaction.atomic
def sign_and_print(
    paper: Paper, *, city: City, signer: Signer, by: User, on: date, read_sha256: str | None = None
) -> Signature:
    """Sign; if the paper is public already, its print gets a new version with this signature."""
    signature = sign(paper, city=city, signer=signer, by=by, on=on, read_sha256=read_sha256)
    reprint(signature.paper, by=by, on=on)
    return signature


@transaction.atomic
def record_letter_and_print(
    paper: Paper, *, city: City, signer: Signer, letter: Letter, signed_on: date, by: User | None, on: date
) -> Signature:
    """Record a letter; a public print gets a new version with this signature."""
    signature = record_letter(paper, city=city, signer=signer, letter=letter, signed_on=signed_on, by=by, on=on)
    reprint(signature.paper, by=by, on=on)
    return signature


@transaction.atomic
def withdraw_and_print(signature: Signature, *, by: User | None, on: date, reason: str = "") -> SignatureWithdrawal:
    """Take a signature back; a public print gets a new version without it."""
    withdrawal = withdraw_signature(signature, by=by, on=on, reason=reason)
    reprint(signature.paper, by=by, on=on)
    return withdrawal


def reprint(paper: Paper, *, by: User | None, on: date) -> None:
    if paper.state == PaperState.PUBLISHED:
        print_paper(paper, by=by, on=on)


@transaction.atomic
def withdraw(paper: Paper, *, by: User, on: date, reason: str) -> Paper:
    """Give the paper up; its print is no longer public."""
    paper = withdraw_paper(paper, by=by, on=on, reason=reason)
    if paper.printed and paper.printed.access == Access.PUBLIC:
        change_document(paper.printed, by=by, reason=reason, access=Access.MEMBERS)
    return paper
