"""Sendings in the search over everything."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from apps.core.registries import Hit
from apps.dispatch.rules import visible_dispatches


def search(user: Any, query: str) -> Iterator[Hit]:
    """Sendings by subject, what they are about, or city."""
    words = query.strip()
    hits = Q(title__icontains=words) | Q(subject__icontains=words) | Q(city_label__icontains=words)
    for dispatch in visible_dispatches(user).filter(hits).order_by("-pk")[:10]:
        state = dispatch.get_state_display()
        yield Hit(
            _("Sendung"), str(dispatch), dispatch.get_absolute_url(), f"{dispatch.get_channel_display()}, {state}"
        )
