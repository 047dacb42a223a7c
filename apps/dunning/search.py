"""Reminders in the search over everything."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from apps.core.registries import Hit
from apps.core.templatetags.formats import day, euro
from apps.dunning.rules import visible_letters


def search(user: Any, query: str) -> Iterator[Hit]:
    words = query.strip()
    letters = visible_letters(user).filter(Q(number__icontains=words) | Q(city_label__icontains=words))
    for letter in letters.order_by("-year", "-sequence")[:10]:
        detail = _("%(total)s, zahlbar bis %(day)s") % {"total": euro(letter.total), "day": day(letter.pay_by)}
        yield Hit(_("Mahnschreiben"), f"{letter}, {letter.city_label}", letter.get_absolute_url(), detail)
