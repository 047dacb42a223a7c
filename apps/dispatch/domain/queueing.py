"""Into the outbox: other apps hand over what is to be sent. Nothing leaves before a person has released it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit import bulk
from apps.audit.acts import act
from apps.dispatch.calculations.placeholders import fill
from apps.dispatch.domain.errors import RecipientMissing
from apps.dispatch.domain.recipients import Recipient, recipients_of
from apps.dispatch.domain.wording import wordings
from apps.dispatch.enums import Channel
from apps.dispatch.models import Dispatch, Enclosure
from apps.documents.models import Document, DocumentVersion
from apps.members.models import City
from apps.organisation.domain.queries import full_name_on

NAMED = 5


@dataclass(frozen=True)
class Draft:
    """What an app wants sent. Without `recipient` and `channel` the city's own particulars hold.

    `documents`: the letter itself first, then what goes with it; the version in force is frozen. `values` fill the text.
    """

    kind: str
    title: str
    documents: Sequence[Document]
    city: City | None = None
    recipient: Recipient | None = None
    channel: Channel | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    is_invoice: bool = True
    label: str = ""


def queue_dispatch(draft: Draft, *, by: User | None, on: date) -> Dispatch | None:
    """Put one sending into the outbox; None if this version of its document is already on its way to this city."""
    return next(iter(queue_dispatches([draft], by=by, on=on)), None)


@transaction.atomic
def queue_dispatches(drafts: Sequence[Draft], *, by: User | None, on: date) -> list[Dispatch]:
    """Put sendings into the outbox, each version of a document once per city, however often this is called.

    The documents are locked first: of two clicks the second waits and then finds everything queued.
    """
    main = [draft.documents[0].pk for draft in drafts]
    list(Document.objects.select_for_update().filter(pk__in=main).order_by("pk").values_list("pk"))
    newest = versions_in_force({document.pk for draft in drafts for document in draft.documents})
    columns = ("document_id", "edition", "city_id")
    known = set(Dispatch.objects.standing().filter(document__in=main).values_list(*columns))
    fresh: dict[tuple[int, int, int | None], Draft] = {}
    for draft in drafts:
        document = draft.documents[0].pk
        key = (document, newest[document].version, draft.city.pk if draft.city else None)
        if key not in known:
            fresh.setdefault(key, draft)
    if not fresh:
        return []
    rows = list(addressed(list(fresh.values()), on=on))
    guard_reachable(rows)
    texts, sender = wordings(draft.kind for draft in fresh.values()), full_name_on(on)
    with act("dispatch.queued", by=by, data={"on": on, "count": len(rows)}) as entry:
        letters = [unsaved(draft, recipient, texts[draft.kind], sender, by=by) for draft, recipient in rows]
        for letter in letters:
            letter.edition = newest[letter.document_id].version
        made = bulk.create(Dispatch, letters)
        enclose(made, [draft for draft, _recipient in rows], newest)
        if len(made) == 1:
            entry.subject = made[0]
    return made


def versions_in_force(documents: Iterable[int]) -> dict[int, DocumentVersion]:
    """Per document its newest version."""
    rows = DocumentVersion.objects.filter(document__in=documents).order_by("version")
    return {version.document_id: version for version in rows}


def addressed(drafts: Sequence[Draft], *, on: date) -> list[tuple[Draft, Recipient]]:
    """Each draft with the particulars of its city, invoices and other letters apart."""
    known: dict[tuple[int, bool], Recipient] = {}
    for is_invoice in (True, False):
        asked = [d.city for d in drafts if d.city and d.recipient is None and d.is_invoice == is_invoice]
        found = recipients_of({city.pk: city for city in asked}.values(), on=on, is_invoice=is_invoice)
        known |= {(pk, is_invoice): recipient for pk, recipient in found.items()}
    empty = Recipient()
    return [(d, d.recipient or (known[d.city.pk, d.is_invoice] if d.city else empty)) for d in drafts]


def way(draft: Draft, recipient: Recipient) -> Channel:
    return draft.channel or recipient.channel


def guard_reachable(rows: Sequence[tuple[Draft, Recipient]]) -> None:
    lost = [
        str(draft.city or draft.label)
        for draft, recipient in rows
        if not recipient.can_be_reached_by(way(draft, recipient))
    ]
    if lost:
        more = _(" und %s weitere") % (len(lost) - NAMED) if len(lost) > NAMED else ""
        raise RecipientMissing(
            _("Es fehlt eine Anschrift oder E-Mail-Adresse: %s. Bitte ergänzen Sie sie bei der Stadt.")
            % (", ".join(lost[:NAMED]) + more)
        )


def unsaved(draft: Draft, recipient: Recipient, wording: tuple[str, str], sender: str, *, by: User | None) -> Dispatch:
    label = draft.label or str(draft.city or "")
    values = {"stadt": label, "organisation": sender, "gegenstand": draft.title, **draft.values}
    subject, text = (fill(part, values) for part in wording)
    return Dispatch(
        kind=draft.kind,
        title=draft.title[:200],
        document=draft.documents[0],
        city=draft.city,
        city_label=label[:120],
        channel=way(draft, recipient),
        recipient_email=recipient.email,
        recipient_lines=list(recipient.lines),
        postcode=recipient.postcode,
        subject=subject[:200],
        text=text,
        queued_at=timezone.now(),
        queued_by=by,
    )


def enclose(made: Sequence[Dispatch], drafts: Sequence[Draft], newest: Mapping[int, DocumentVersion]) -> None:
    """Freeze the version in force of every file."""
    bulk.create(
        Enclosure,
        [
            Enclosure(dispatch=dispatch, position=position, version=newest[document.pk])
            for dispatch, draft in zip(made, drafts, strict=True)
            for position, document in enumerate(draft.documents, start=1)
        ],
    )
