"""Texts that go with what is sent: written in versions, the newest holds."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.acts import act
from apps.dispatch.calculations.placeholders import unknown_places
from apps.dispatch.domain.errors import WordingIncomplete
from apps.dispatch.kinds import kinds
from apps.dispatch.models import Wording


def wordings(keys: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Subject and body of each kind as they hold now: written ones, else those the kind brings along."""
    found = {key: (str(kinds[key].subject), str(kinds[key].body)) for key in set(keys)}
    for wording in Wording.objects.filter(kind__in=found).order_by("version"):
        found[wording.kind] = (wording.subject, wording.body)
    return found


@transaction.atomic
def write_wording(kind: str, *, subject: str, body: str, by: User | None) -> Wording:
    """Add the next version of the text of a kind. It holds for what is queued from now on."""
    subject, body = " ".join(subject.split()), body.strip().replace("\r\n", "\n")
    for field, text in (("subject", subject), ("body", body)):
        guard_text(text, field=field, known=kinds[kind].known)
    last = Wording.objects.filter(kind=kind).aggregate(last=Max("version"))["last"] or 0
    with act("dispatch.wording_written", by=by, data={"kind": kind, "version": last + 1}) as entry:
        wording = Wording.objects.create(kind=kind, version=last + 1, subject=subject, body=body, written_by=by)
        entry.subject = wording
    return wording


def guard_text(text: str, *, field: str, known: Iterable[str]) -> None:
    if not text:
        raise WordingIncomplete(_("Bitte geben Sie einen Text ein."), field=field)
    if unknown := unknown_places(text, known):
        raise WordingIncomplete(
            _("Diese Platzhalter gibt es nicht: %(unknown)s. Möglich sind: %(known)s.")
            % {"unknown": ", ".join(unknown), "known": ", ".join(f"{{{name}}}" for name in known)},
            field=field,
        )
