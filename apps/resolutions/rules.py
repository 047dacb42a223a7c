"""Who may read and carry what: adopted resolutions are for all members, drafts for board and office."""

from datetime import date
from typing import Any

import rules
from django.db.models import Q, QuerySet
from django.http import Http404

from apps.accounts.roles import Role, current_roles, has_role, is_signed_in
from apps.resolutions.enums import ResolutionState
from apps.resolutions.models import FollowUp, Resolution

SEE_ALL = frozenset({Role.BOARD, Role.OFFICE, Role.AUDITOR})

keeps_resolutions = has_role(Role.BOARD, Role.OFFICE)
records_decisions = has_role(Role.BOARD)


def visible_resolutions(user: Any) -> QuerySet[Resolution]:
    """All for board, office and auditors; adopted ones for everybody signed in; published ones for the public."""
    if not is_signed_in(user):
        return Resolution.objects.filter(is_public=True)
    if SEE_ALL & current_roles(user):
        return Resolution.objects.all()
    return Resolution.objects.filter(Q(state=ResolutionState.ADOPTED))


def get_resolution(user: Any, pk: int) -> Resolution:
    resolution = visible_resolutions(user).select_related("body", "text", "final_version__author").filter(pk=pk).first()
    if resolution is None:
        raise Http404
    return resolution


def get_public_resolution(reference: str) -> Resolution:
    resolution = (
        Resolution.objects.filter(is_public=True, reference=reference)
        .select_related("body", "text", "final_version")
        .first()
    )
    if resolution is None:
        raise Http404
    return resolution


def get_follow_up(user: Any, pk: int) -> FollowUp:
    follow_up = (
        FollowUp.objects.filter(resolution__in=visible_resolutions(user))
        .select_related("resolution__body", "responsible")
        .filter(pk=pk)
        .first()
    )
    if follow_up is None:
        raise Http404
    return follow_up


def open_follow_ups(user: Any, today: date) -> QuerySet[FollowUp]:
    """Unfinished follow-ups: all for the board, the own ones for everybody else."""
    rows = FollowUp.objects.filter(done_on__isnull=True).select_related("resolution", "responsible")
    return rows if records_decisions(user) else rows.filter(responsible_id=user.pk)


@rules.predicate
def may_read(user: Any, resolution: Any = None) -> bool:
    """The resolution (or the one a row belongs to) is visible to the person."""
    if resolution is None:
        return True
    pk = resolution.pk if isinstance(resolution, Resolution) else resolution.resolution_id
    return visible_resolutions(user).filter(pk=pk).exists()


@rules.predicate
def is_responsible(user: Any, follow_up: Any = None) -> bool:
    """Without an object: may use the page."""
    return follow_up is None or follow_up.responsible_id == user.pk


rules.add_perm("resolutions.view_resolution", is_signed_in & may_read)
rules.add_perm("resolutions.view_effect", is_signed_in & may_read)
rules.add_perm("resolutions.view_followup", is_signed_in & may_read)
rules.add_perm("resolutions.add_resolution", keeps_resolutions)
rules.add_perm("resolutions.change_resolution", keeps_resolutions)
rules.add_perm("resolutions.propose_resolution", records_decisions)
rules.add_perm("resolutions.decide_resolution", records_decisions)
rules.add_perm("resolutions.publish_resolution", records_decisions)
rules.add_perm("resolutions.issue_extract", keeps_resolutions)
rules.add_perm("resolutions.print_book", has_role(Role.BOARD, Role.OFFICE, Role.AUDITOR))
rules.add_perm("resolutions.complete_followup", is_signed_in & (records_decisions | is_responsible))
