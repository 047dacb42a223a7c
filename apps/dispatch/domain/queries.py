"""Where the outbox stands."""

from dataclasses import dataclass

from django.db.models import Count, Q

from apps.dispatch.enums import Channel, DispatchState
from apps.dispatch.models import DispatchQuerySet


@dataclass(frozen=True)
class Standing:
    waiting: int
    mails: int
    letters: int
    by_hand: int
    sending: int
    unresolved: int


def standing_of(dispatches: DispatchQuerySet) -> Standing:
    """What waits at each step, in two queries."""
    released = Q(state=DispatchState.RELEASED)
    under_way = [DispatchState.QUEUED, DispatchState.RELEASED, DispatchState.SENDING]
    counted = (
        dispatches.filter(state__in=under_way)
        .order_by()
        .aggregate(
            waiting=Count("pk", filter=Q(state=DispatchState.QUEUED)),
            mails=Count("pk", filter=released & Q(channel=Channel.MAIL)),
            letters=Count("pk", filter=released & Q(channel=Channel.POST, batch__isnull=True)),
            by_hand=Count("pk", filter=released & Q(channel=Channel.HAND)),
            sending=Count("pk", filter=Q(state=DispatchState.SENDING)),
        )
    )
    return Standing(**counted, unresolved=dispatches.unresolved().count())


def by_channel(dispatches: DispatchQuerySet) -> dict[str, int]:
    """How many go which way, mails first."""
    counted = dict(dispatches.order_by().values_list("channel").annotate(count=Count("pk")))
    return {str(label): counted[value] for value, label in Channel.choices if value in counted}
