"""From the first draft to the vote."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.acts import act
from apps.bodies.models import Body
from apps.core.transitions import guard_transition
from apps.organisation.enums import DecisionSubject
from apps.resolutions.domain.errors import NotADraft, ProposedTooLate
from apps.resolutions.enums import ResolutionState
from apps.resolutions.models import Resolution
from apps.texts.domain.writing import begin_text, rename_text, save_version
from apps.texts.enums import TextKind
from apps.texts.models import TextVersion


@transaction.atomic
def draft_resolution(
    *,
    body: Body,
    kind: DecisionSubject | str,
    title: str,
    html: str,
    by: User | None,
    on: date,
    reasoning: str = "",
) -> Resolution:
    """Begin a motion with its text; it has no number until it is adopted."""
    resolution = Resolution(body=body, kind=kind, title=title, reasoning=reasoning)
    with act("resolutions.drafted", resolution, by=by, data={"title": title, "body": body.code, "on": on}):
        resolution.text = begin_text(title=title, kind=TextKind.RESOLUTION, html=html, by=by, on=on)
        resolution.save()
    return resolution


@transaction.atomic
def revise_resolution(
    resolution: Resolution,
    *,
    body: Body,
    kind: DecisionSubject | str,
    title: str,
    html: str,
    base_version: TextVersion | int | None,
    by: User | None,
    on: date,
    reasoning: str = "",
    note: str = "",
) -> Resolution:
    """Change a draft; a changed wording becomes the next version of its text (`TextChangedMeanwhile` if another was saved)."""
    resolution = Resolution.objects.select_for_update().get(pk=resolution.pk)
    if resolution.state != ResolutionState.DRAFT:
        raise NotADraft(
            _("Nur ein Entwurf lässt sich ändern. „%(title)s“ ist bereits %(state)s.")
            % {"title": resolution.title, "state": resolution.get_state_display()}
        )
    with act("resolutions.revised", resolution, by=by, reason=note, data={"on": on}):
        save_version(resolution.text, html, by=by, on=on, base_version=base_version, note=note)
        resolution.text = rename_text(resolution.text, title=title, by=by, on=on)
        resolution.body, resolution.kind = body, DecisionSubject(kind)
        resolution.title, resolution.reasoning = title, reasoning
        resolution.save()
    return resolution


@transaction.atomic
def propose(resolution: Resolution, *, by: User | None, on: date, proposed_on: date | None = None) -> Resolution:
    """Put the draft to the vote: from here on its wording stands still. `proposed_on`: the earlier day of one entered later."""
    resolution = Resolution.objects.select_for_update().get(pk=resolution.pk)
    guard_transition(resolution, ResolutionState.PROPOSED)
    proposed_on = proposed_on or on
    if proposed_on > on:
        raise ProposedTooLate(_("Der Tag liegt in der Zukunft."), field="proposed_on")
    version = resolution.text.versions.latest("number")
    with act("resolutions.proposed", resolution, by=by, data={"on": proposed_on, "version": version.number}):
        resolution.state = ResolutionState.PROPOSED
        resolution.proposed_on = proposed_on
        resolution.save()
    return resolution


@transaction.atomic
def return_to_draft(resolution: Resolution, *, by: User | None, on: date, reason: str = "") -> Resolution:
    """Take a motion back from the vote in order to change it."""
    resolution = Resolution.objects.select_for_update().get(pk=resolution.pk)
    guard_transition(resolution, ResolutionState.DRAFT)
    with act("resolutions.returned", resolution, by=by, reason=reason, data={"on": on}):
        resolution.state = ResolutionState.DRAFT
        resolution.proposed_on = None
        resolution.save()
    return resolution


@transaction.atomic
def withdraw(resolution: Resolution, *, by: User | None, on: date, reason: str = "") -> Resolution:
    """Withdraw a motion before it was decided; it stays on record and gets no number."""
    resolution = Resolution.objects.select_for_update().get(pk=resolution.pk)
    guard_transition(resolution, ResolutionState.WITHDRAWN)
    with act("resolutions.withdrawn", resolution, by=by, reason=reason, data={"on": on}):
        resolution.state = ResolutionState.WITHDRAWN
        resolution.withdrawn_on = on
        resolution.save()
    return resolution
