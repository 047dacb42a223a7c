"""What the reminders ask of the treasurer."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Count, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core.registries import Duty
from apps.core.templatetags.formats import euro
from apps.dunning.domain.limitation import claims_at_risk
from apps.dunning.domain.queries import missing_documents, ripe
from apps.dunning.enums import RunState
from apps.dunning.models import DunningRun


def duties(user: Any, today: date) -> Iterator[Duty]:
    if not user.has_perm("dunning.run"):
        return
    if count := claims_at_risk(today).count():
        yield Duty(
            _("%s Forderungen verjähren bald oder sind verjährt") % count,
            reverse("dunning:limitation") + "?frist=bald",
            _("Eine Mahnung hält die Verjährung nicht auf (§§ 195, 203, 204 BGB)."),
            tone="danger",
        )
    preview = DunningRun.objects.filter(state=RunState.PREVIEW).first()
    if preview:
        detail = _("%(count)s Schreiben, zusammen %(total)s") % {"count": preview.count, "total": euro(preview.total)}
        yield Duty(
            _("%s: Vorschau prüfen und ausstellen") % preview, preview.get_absolute_url(), detail, tone="warning"
        )
    else:
        found = (
            ripe(today)
            .order_by()
            .aggregate(cities=Count("city", distinct=True), items=Count("pk"), total=Sum("outstanding"))
        )
        if found["cities"]:
            yield Duty(
                _("%s Städte können gemahnt werden") % found["cities"],
                reverse("dunning:run_create"),
                _("%(count)s Rechnungen, zusammen %(total)s")
                % {"count": found["items"], "total": euro(found["total"])},
                tone="warning",
            )
    if missing := missing_documents():
        yield Duty(_("%s Mahnschreiben haben noch kein PDF") % missing, reverse("dunning:print"), tone="warning")
