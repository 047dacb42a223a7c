"""Between queue and departure: changed, released, called back, cancelled."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit import bulk
from apps.audit.acts import act
from apps.core.transitions import guard_transition
from apps.dispatch.domain.errors import BatchClosed, NothingToRelease, ReasonMissing, RecipientMissing
from apps.dispatch.enums import Channel, DispatchState
from apps.dispatch.models import Dispatch, DispatchQuerySet


def locked(dispatch: Dispatch) -> Dispatch:
    return Dispatch.objects.select_for_update().get(pk=dispatch.pk)


@transaction.atomic
def change_dispatch(dispatch: Dispatch, *, by: User | None, **fields: Any) -> Dispatch:
    """Change way, address or text of what waits; a released one must be called back first."""
    dispatch = locked(dispatch)
    guard_transition(dispatch, DispatchState.RELEASED)
    for name, value in fields.items():
        setattr(dispatch, name, value)
    if dispatch.channel == Channel.MAIL and not dispatch.recipient_email:
        raise RecipientMissing(_("Für eine E-Mail braucht es eine Adresse."), field="recipient_email")
    if dispatch.channel == Channel.POST and not dispatch.recipient_lines:
        raise RecipientMissing(_("Für einen Brief braucht es eine Anschrift."), field="recipient_lines")
    with act("dispatch.changed", dispatch, by=by, data={"fields": sorted(fields)}):
        dispatch.save(update_fields=list(fields))
    return dispatch


@transaction.atomic
def release(waiting: DispatchQuerySet, *, by: User | None, on: date) -> int:
    """Release exactly these; what is no longer waiting is left alone. Return how many."""
    keys = list(waiting.waiting().select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    if not keys:
        raise NothingToRelease(_("Es wartet nichts mehr auf Freigabe."))
    rows = Dispatch.objects.filter(pk__in=keys)
    with act("dispatch.released", rows.get() if len(keys) == 1 else None, by=by, data={"on": on, "count": len(keys)}):
        return bulk.change(rows, state=DispatchState.RELEASED, released_at=timezone.now(), released_by=by)


@transaction.atomic
def call_back(dispatch: Dispatch, *, by: User | None) -> Dispatch:
    """Take the release back, as long as nothing has left."""
    dispatch = locked(dispatch)
    guard_transition(dispatch, DispatchState.QUEUED)
    guard_not_stacked(dispatch)
    with act("dispatch.called_back", dispatch, by=by):
        dispatch.state, dispatch.released_at, dispatch.released_by = DispatchState.QUEUED, None, None
        dispatch.save(update_fields=["state", "released_at", "released_by"])
    return dispatch


@transaction.atomic
def cancel_dispatch(dispatch: Dispatch, *, reason: str, by: User | None) -> Dispatch:
    """Take it out of the outbox for good; its document may be queued again."""
    dispatch = locked(dispatch)
    reason = required(reason)
    guard_transition(dispatch, DispatchState.CANCELLED)
    guard_not_stacked(dispatch)
    with act("dispatch.cancelled", dispatch, by=by, reason=reason):
        dispatch.state, dispatch.answer = DispatchState.CANCELLED, reason[:500]
        dispatch.save(update_fields=["state", "answer"])
    return dispatch


@transaction.atomic
def withdraw(waiting: DispatchQuerySet, *, reason: str, by: User | None) -> int:
    """Take out of the outbox what has not left yet, because it no longer holds; return how many.

    What lies in a pile of letters stays: the pile has to be dissolved first.
    """
    states = [DispatchState.QUEUED, DispatchState.RELEASED]
    rows = waiting.filter(state__in=states, batch__isnull=True)
    first = list(rows[:2])
    if not first:
        return 0
    subject = first[0] if len(first) == 1 else None
    with act("dispatch.cancelled", subject, by=by, reason=required(reason)) as entry:
        entry.data["count"] = count = bulk.change(rows, state=DispatchState.CANCELLED, answer=reason[:500])
    return count


def guard_not_stacked(dispatch: Dispatch) -> None:
    if dispatch.batch_id:
        raise BatchClosed(_("Der Brief liegt in einem Poststapel. Bitte lösen Sie zuerst den Stapel auf."))


def required(reason: str) -> str:
    if not reason.strip():
        raise ReasonMissing(_("Bitte geben Sie einen Grund an."), field="reason")
    return reason.strip()
