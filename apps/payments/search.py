"""Payment runs and mandates in the search over everything."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from apps.core.registries import Hit
from apps.core.templatetags.formats import day
from apps.payments.rules import visible_mandates, visible_runs

MOST_HITS = 5


def search_runs(user: Any, query: str) -> Iterator[Hit]:
    for run in visible_runs(user).filter(number__icontains=query.strip()).order_by("-pk")[:MOST_HITS]:
        facts = {"kind": run.get_kind_display(), "day": day(run.due_on), "state": run.get_state_display()}
        detail = _("%(kind)s zum %(day)s, %(state)s") % facts
        yield Hit(_("Zahlungslauf"), str(run), run.get_absolute_url(), detail)


def search_mandates(user: Any, query: str) -> Iterator[Hit]:
    words = query.strip()
    found = Q(reference__icontains=words) | Q(city__name__icontains=words)
    for mandate in visible_mandates(user).filter(found).order_by("city__name")[:MOST_HITS]:
        yield Hit(_("Lastschriftmandat"), str(mandate), mandate.get_absolute_url(), mandate.debtor_name)
