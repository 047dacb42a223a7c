"""What those who watch over the journal should look at."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.models import Verification
from apps.core.registries import Duty

# A journal is walked over every night; a week without it means that something is broken.
LONGEST_WAIT = timedelta(days=7)


def verification_duties(user: Any, today: date) -> Iterator[Duty]:
    """A break found, or no verification for a week."""
    last = Verification.objects.first() if user.has_perm("audit.view_journal") else None
    if last is None:
        return
    url = reverse("audit:verifications")
    if last.breaks:
        title = _("Das Protokoll weicht ab: %(n)d Stellen") % {"n": len(last.breaks)}
        yield Duty(title, url, detail=last.breaks[0], tone="danger")
    elif timezone.localdate(last.at) < today - LONGEST_WAIT:
        yield Duty(_("Das Protokoll wurde seit einer Woche nicht geprüft"), url, tone="warning")
