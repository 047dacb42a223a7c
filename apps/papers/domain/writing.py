"""From the idea to the frozen text, and from there to the public."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.acts import act
from apps.core.transitions import guard_transition
from apps.papers.domain.errors import NobodyCarriesIt, NotOpen
from apps.papers.enums import PaperState, PaperType
from apps.papers.models import Paper, Signature
from apps.texts.domain.writing import begin_text, rename_text, save_version
from apps.texts.enums import TextKind
from apps.texts.models import TextVersion

UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})


def free_slug(title: str) -> str:
    """A readable name for the address that no other paper has."""
    base = slugify(title.translate(UMLAUTS))[:100] or "papier"
    taken = set(Paper.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    candidates = (base if number == 1 else f"{base}-{number}" for number in range(1, len(taken) + 2))
    return next(slug for slug in candidates if slug not in taken)


@transaction.atomic
def draft_paper(
    *,
    type: PaperType | str,  # noqa: A002
    title: str,
    html: str,
    by: User | None,
    on: date,
    is_idea: bool = False,
    **details: Any,
) -> Paper:
    """Begin a paper, as an idea or as a draft. `details`: level, place, addressees, signature_order, builds_on, resolution."""
    state = PaperState.IDEA if is_idea else PaperState.DRAFT
    paper = Paper(type=type, title=title, slug=free_slug(title), state=state, **details)
    with act("papers.drafted", paper, by=by, data={"title": title, "on": on}):
        paper.text = begin_text(title=title, kind=TextKind.PAPER, html=html, by=by, on=on)
        paper.save()
    return paper


@transaction.atomic
def revise_paper(
    paper: Paper,
    *,
    html: str,
    base_version: TextVersion | int | None,
    by: User | None,
    on: date,
    note: str = "",
    **details: Any,
) -> Paper:
    """Change an idea or a draft; a changed wording becomes the next version. An idea that is worked on becomes a draft."""
    paper = Paper.objects.select_for_update().get(pk=paper.pk)
    if not paper.is_open:
        raise NotOpen(
            _("Der Text von „%s“ steht fest. Öffnen Sie das Papier zur Überarbeitung, um ihn zu ändern.") % paper.title
        )
    with act("papers.revised", paper, by=by, reason=note, data={"on": on}):
        save_version(paper.text, html, by=by, on=on, base_version=base_version, note=note)
        for name, value in details.items():
            setattr(paper, name, value)
        paper.text = rename_text(paper.text, title=paper.title, by=by, on=on)
        paper.state = PaperState.DRAFT
        paper.save()
    return paper


@transaction.atomic
def freeze(paper: Paper, *, by: User | None, on: date, sign_until: date | None = None) -> Paper:
    """Close the text: its newest version is what cities sign. Signatures under earlier versions stay as history only."""
    paper = Paper.objects.select_for_update().get(pk=paper.pk)
    guard_transition(paper, PaperState.FROZEN)
    if sign_until is not None and sign_until < on:
        raise NotOpen(_("Die Frist zum Zeichnen liegt in der Vergangenheit."), field="sign_until")
    version = paper.text.versions.latest("number")
    with act("papers.frozen", paper, by=by, data={"on": on, "version": version.number, "sha256": version.sha256}):
        paper.state = PaperState.FROZEN
        paper.frozen_version, paper.frozen_sha256, paper.frozen_on = version, version.sha256, on
        paper.sign_until = sign_until
        paper.save()
    return paper


@transaction.atomic
def reopen(paper: Paper, *, by: User | None, on: date, reason: str) -> Paper:
    """Open the text again before it is published. If its wording changes, every signature must be given again."""
    paper = Paper.objects.select_for_update().get(pk=paper.pk)
    guard_transition(paper, PaperState.DRAFT)
    with act("papers.reopened", paper, by=by, reason=reason, data={"on": on}):
        paper.state = PaperState.DRAFT
        paper.save()
    return paper


@transaction.atomic
def publish_paper(paper: Paper, *, by: User | None, on: date) -> Paper:
    """Publish the frozen text with its signatures. It needs a signature, or a resolution that adopted it."""
    paper = Paper.objects.select_for_update().get(pk=paper.pk)
    guard_transition(paper, PaperState.PUBLISHED)
    signed = Signature.objects.carrying(paper).count()
    if not signed and not (paper.resolution and paper.resolution.is_adopted):
        raise NobodyCarriesIt(
            _("„%s“ hat noch keine Unterschrift und ist nicht beschlossen. Niemand trägt das Papier.") % paper.title
        )
    with act("papers.published", paper, by=by, data={"on": on, "signatures": signed, "sha256": paper.frozen_sha256}):
        paper.state = PaperState.PUBLISHED
        paper.published_on = on
        paper.save()
    return paper


@transaction.atomic
def withdraw_paper(paper: Paper, *, by: User | None, on: date, reason: str) -> Paper:
    """Give the paper up: it is no longer public; text and signatures stay readable for those who sign in."""
    paper = Paper.objects.select_for_update().get(pk=paper.pk)
    guard_transition(paper, PaperState.WITHDRAWN)
    with act("papers.withdrawn", paper, by=by, reason=reason, data={"on": on}):
        paper.state = PaperState.WITHDRAWN
        paper.withdrawn_on = on
        paper.save()
    return paper
