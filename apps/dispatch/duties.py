"""What the outbox asks of a person."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.registries import Duty, Found, Waiting
from apps.dispatch.enums import DispatchState
from apps.dispatch.rules import visible_dispatches


def duties(user: Any, today: date) -> Iterator[Waiting]:
    if not user.has_perm("dispatch.send"):
        return
    mine = visible_dispatches(user)
    yield Waiting(mine.unresolved(), duty_of(unresolved, "stand=ungeklaert", "danger", _("Adresse berichtigen und noch einmal senden.")))  # fmt: skip
    yield Waiting(mine.filter(state=DispatchState.SENDING), duty_of(unclear, "stand=sending", "warning"))
    yield Waiting(mine.waiting(), duty_of(waiting, "stand=queued", "warning"))
    yield Waiting(mine.to_print(), duty_of(letters, "stand=released&weg=post"))
    yield Waiting(mine.to_hand_over(), duty_of(by_hand, "stand=released&weg=hand"))


def duty_of(title: Callable[[int], str], query: str, tone: str = "info", detail: str = "") -> Callable[[Found], Duty]:
    def duty(found: Found) -> Duty:
        return Duty(title(found.count), f"{reverse('dispatch:outbox')}?{query}", detail, tone=tone)

    return duty


def unresolved(count: int) -> str:
    return ngettext("Eine Sendung kam nicht an", "%(count)s Sendungen kamen nicht an", count) % {"count": count}


def unclear(count: int) -> str:
    title = ngettext("Bei einer Sendung ist unklar, ob sie hinausging", "Bei %(count)s Sendungen ist unklar, ob sie hinausgingen", count)  # fmt: skip
    return title % {"count": count}


def waiting(count: int) -> str:
    title = ngettext("Eine Sendung wartet auf Freigabe", "%(count)s Sendungen warten auf Freigabe", count)
    return title % {"count": count}


def letters(count: int) -> str:
    return ngettext("Ein Brief ist zu drucken", "%(count)s Briefe sind zu drucken", count) % {"count": count}


def by_hand(count: int) -> str:
    title = ngettext("Eine Sendung ist von Hand zu übergeben", "%(count)s Sendungen sind von Hand zu übergeben", count)
    return title % {"count": count}
