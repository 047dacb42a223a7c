"""What the reminders ask of the treasurer."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Exists
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.registries import Duty, Found, Waiting
from apps.core.templatetags.formats import euro
from apps.dunning.domain.limitation import claims_at_risk, old_claims, touched, untouched
from apps.dunning.domain.queries import ripe
from apps.dunning.enums import RunState
from apps.dunning.models import DunningLetter, DunningRun


def duties(user: Any, today: date) -> Iterator[Waiting]:
    if not user.has_perm("dunning.run"):
        return
    old = old_claims(today)
    yield Waiting(untouched(old), at_risk)
    yield Waiting(touched(old), lambda _found: suspended(today))
    previews = DunningRun.objects.filter(state=RunState.PREVIEW)
    yield Waiting(previews, run_to_issue, amount="total", first="pk")
    yield Waiting(ripe(today).exclude(Exists(previews)), to_remind, amount="outstanding")
    yield Waiting(DunningLetter.objects.filter(document__isnull=True), unprinted)


def at_risk(found: Found) -> Duty:
    title = ngettext(
        "%s Forderung verjährt bald oder ist verjährt", "%s Forderungen verjähren bald oder sind verjährt", found.count
    )
    return Duty(
        title % found.count,
        reverse("dunning:limitation") + "?frist=bald",
        _("Eine Mahnung hält die Verjährung nicht auf (§§ 195, 203, 204 BGB)."),
        tone="danger",
    )


def suspended(today: date) -> Duty | None:
    """Claims whose limitation was suspended or began again are computed one by one; they are few."""
    count = claims_at_risk(today).filter(limitation_events__revoked_on__isnull=True).distinct().count()
    title = ngettext(
        "%s Forderung verjährt bald, trotz Hemmung oder Neubeginn",
        "%s Forderungen verjähren bald, trotz Hemmung oder Neubeginn",
        count,
    )
    return Duty(title % count, reverse("dunning:limitation") + "?frist=bald", tone="danger") if count else None


def run_to_issue(found: Found) -> Duty:
    url = reverse("dunning:run", args=[found.first]) if found.count == 1 else reverse("dunning:runs")
    return Duty(
        _("Vorschau eines Mahnlaufs prüfen und ausstellen"), url, _("zusammen %s") % euro(found.total), tone="warning"
    )


def to_remind(found: Found) -> Duty:
    title = ngettext("%s Rechnung kann gemahnt werden", "%s Rechnungen können gemahnt werden", found.count)
    return Duty(
        title % found.count, reverse("dunning:run_create"), _("zusammen %s") % euro(found.total), tone="warning"
    )


def unprinted(found: Found) -> Duty:
    title = ngettext("%s Mahnschreiben hat noch kein PDF", "%s Mahnschreiben haben noch kein PDF", found.count)
    return Duty(title % found.count, reverse("dunning:print"), tone="warning")
