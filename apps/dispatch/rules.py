"""Who may see the outbox and let things leave. Nobody sees the sending of a document she may not read."""

from typing import Any

import rules
from django.http import Http404

from apps.accounts.roles import Role, current_roles, has_role
from apps.dispatch.models import Dispatch, DispatchQuerySet, PrintBatch
from apps.documents.rules import readable_classes

SEES = frozenset({Role.TREASURER, Role.BOARD, Role.OFFICE, Role.AUDITOR})

sees_outbox = has_role(*SEES)
sends = has_role(Role.TREASURER, Role.BOARD, Role.OFFICE)


def visible_dispatches(user: Any) -> DispatchQuerySet:
    if current_roles(user).isdisjoint(SEES):
        return Dispatch.objects.none()
    return Dispatch.objects.filter(document__access__in=readable_classes(user))


def get_dispatch(user: Any, pk: int) -> Dispatch:
    related = ("document", "city", "queued_by", "released_by", "batch", "replaces")
    found = visible_dispatches(user).select_related(*related).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@rules.predicate
def may_read(user: Any, dispatch: Dispatch | None = None) -> bool:
    return dispatch is None or visible_dispatches(user).filter(pk=dispatch.pk).exists()


def get_batch(user: Any, pk: int) -> PrintBatch:
    found = PrintBatch.objects.select_related("made_by", "document").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


stacks = has_role(Role.TREASURER, Role.BOARD)

rules.add_perm("dispatch.view_dispatch", sees_outbox & may_read)
rules.add_perm("dispatch.view_enclosure", has_role(Role.TREASURER, Role.BOARD, Role.AUDITOR))
rules.add_perm("dispatch.view_wording", sees_outbox)
rules.add_perm("dispatch.view_printbatch", stacks | has_role(Role.AUDITOR))
rules.add_perm("dispatch.send", sends & may_read)
rules.add_perm("dispatch.stack", stacks)
rules.add_perm("dispatch.change_wording", sends)
