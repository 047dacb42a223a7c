"""What the outbox asks of a person."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.registries import Duty
from apps.dispatch.domain.queries import standing_of
from apps.dispatch.rules import visible_dispatches


def duties(user: Any, today: date) -> Iterator[Duty]:
    if not user.has_perm("dispatch.send"):
        return
    standing, outbox = standing_of(visible_dispatches(user)), reverse("dispatch:outbox")
    if count := standing.unresolved:
        title = ngettext("Eine Sendung kam nicht an", "%s Sendungen kamen nicht an", count)
        yield Duty(numbered(title, count), f"{outbox}?stand=ungeklaert", _("Adresse berichtigen und noch einmal senden."), tone="danger")  # fmt: skip
    if count := standing.sending:
        title = ngettext("Bei einer Sendung ist unklar, ob sie hinausging", "Bei %s Sendungen ist unklar, ob sie hinausgingen", count)  # fmt: skip
        yield Duty(numbered(title, count), f"{outbox}?stand=sending", tone="warning")
    if count := standing.waiting:
        title = ngettext("Eine Sendung wartet auf Freigabe", "%s Sendungen warten auf Freigabe", count)
        yield Duty(numbered(title, count), f"{outbox}?stand=queued", tone="warning")
    if count := standing.letters:
        title = ngettext("Ein Brief ist zu drucken", "%s Briefe sind zu drucken", count)
        yield Duty(numbered(title, count), f"{outbox}?stand=released&weg=post")
    if count := standing.by_hand:
        title = ngettext("Eine Sendung ist von Hand zu übergeben", "%s Sendungen sind von Hand zu übergeben", count)
        yield Duty(numbered(title, count), f"{outbox}?stand=released&weg=hand")


def numbered(title: str, count: int) -> str:
    return title % count if "%s" in title else title
