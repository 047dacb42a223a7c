"""What those who watch over the journal should look at."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.audit.models import Verification
from apps.core.registries import Duty, Found, Waiting

# A journal is walked over every night; a week without it means that something is broken.
LONGEST_WAIT = timedelta(days=7)


def verification_duties(user: Any, today: date) -> Iterator[Waiting]:
    """A break found, or no verification for a week."""
    if not user.has_perm("audit.view_journal"):
        return
    last = Verification.objects.filter(pk__in=Verification.objects.order_by("-pk").values("pk")[:1])
    yield Waiting(last.exclude(breaks=[]), broken)
    yield Waiting(last.filter(breaks=[], at__date__lt=today - LONGEST_WAIT), missed)


def broken(_found: Found) -> Duty:
    breaks = Verification.objects.latest("pk").breaks
    title = ngettext("Das Protokoll weicht an einer Stelle ab", "Das Protokoll weicht an %(n)s Stellen ab", len(breaks))
    return Duty(title % {"n": len(breaks)}, reverse("audit:verifications"), detail=breaks[0], tone="danger")


def missed(_found: Found) -> Duty:
    return Duty(_("Das Protokoll wurde seit einer Woche nicht geprüft"), reverse("audit:verifications"), tone="warning")
