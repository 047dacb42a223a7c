"""After departure: it came back, it arrived, it goes out again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.acts import act
from apps.core.transitions import guard_transition
from apps.dispatch.calculations.bounces import Notice, notices
from apps.dispatch.domain.errors import AlreadyRepeated, FileNotUnderstood
from apps.dispatch.domain.recipients import Recipient, recipients_of
from apps.dispatch.domain.releasing import locked, required
from apps.dispatch.enums import GONE_WRONG, Channel, DispatchState
from apps.dispatch.models import Dispatch, Enclosure

LARGEST = 25 * 1024 * 1024


@dataclass(frozen=True)
class MailFile:
    name: str
    content: bytes


@dataclass(frozen=True)
class Outcome:
    """What became of one mail in the files: the sending it belongs to, and a sentence."""

    file: str
    notice: Notice
    dispatch: Dispatch | None
    sentence: str
    is_new: bool = False


def read_bounces(files: Sequence[MailFile], *, by: User | None) -> list[Outcome]:
    """Read reports of mail servers and mark what could not be delivered. Reading a file twice changes nothing."""
    found = [(file, notice) for file in files for notice in readable(file)]
    identifiers = {identifier for _file, notice in found for identifier in notice.message_ids}
    ours = {each.message_id: each for each in Dispatch.objects.filter(message_id__in=identifiers)}
    outcomes = []
    for file, notice in found:
        dispatch = next((ours[identifier] for identifier in notice.message_ids if identifier in ours), None)
        outcomes.append(judge(file.name, notice, dispatch, by=by))
    return outcomes


def readable(file: MailFile) -> list[Notice]:
    if not file.content.strip():
        raise FileNotUnderstood(_("Die Datei „%s“ ist leer.") % file.name, field="files")
    if len(file.content) > LARGEST:
        raise FileNotUnderstood(_("Die Datei „%s“ ist größer als 25 MB.") % file.name, field="files")
    found = [notice for notice in notices(file.content) if notice.sender or notice.subject]
    if not found:
        raise FileNotUnderstood(
            _("„%s“ ist keine E-Mail. Bitte laden Sie Dateien mit der Endung .eml oder .mbox hoch.") % file.name,
            field="files",
        )
    return found


def judge(name: str, notice: Notice, dispatch: Dispatch | None, *, by: User | None) -> Outcome:
    if notice.action == "none":
        return Outcome(name, notice, dispatch, _("Kein Zustellbericht. Bitte lesen Sie diese E-Mail selbst."))
    if dispatch is None:
        return Outcome(name, notice, None, _("Gehört zu keiner unserer Sendungen."))
    if notice.action != "failed":
        return Outcome(name, notice, dispatch, _("Noch kein endgültiges Ergebnis. Es bleibt, wie es ist."))
    reason = notice.reason or _("Der Mailserver nennt keinen Grund.")
    present = Dispatch.objects.get(pk=dispatch.pk)
    if present.state not in {DispatchState.SENT, DispatchState.SENDING}:
        return Outcome(name, notice, present, _("War schon bekannt."))
    return Outcome(name, notice, note_bounce(present, reason=reason, by=by), reason, is_new=True)


@transaction.atomic
def note_bounce(dispatch: Dispatch, *, reason: str, by: User | None) -> Dispatch:
    """It came back: the mail server or the post could not deliver it."""
    dispatch, reason = locked(dispatch), required(reason)
    guard_transition(dispatch, DispatchState.BOUNCED)
    with act("dispatch.bounced", dispatch, by=by, reason=reason):
        dispatch.state, dispatch.answer = DispatchState.BOUNCED, reason[:500]
        dispatch.save(update_fields=["state", "answer"])
    return dispatch


@transaction.atomic
def confirm_receipt(dispatch: Dispatch, *, note: str, by: User | None) -> Dispatch:
    """The recipient says it has arrived."""
    dispatch, note = locked(dispatch), required(note)
    guard_transition(dispatch, DispatchState.CONFIRMED)
    with act("dispatch.confirmed", dispatch, by=by, reason=note):
        dispatch.state, dispatch.answer = DispatchState.CONFIRMED, note[:500]
        dispatch.save(update_fields=["state", "answer"])
    return dispatch


@transaction.atomic
def send_again(
    dispatch: Dispatch, *, channel: Channel | None = None, email: str = "", by: User | None, on: date
) -> Dispatch:
    """A new sending with the same files, to the address that holds today or the one given; it waits for release."""
    dispatch = locked(dispatch)
    if dispatch.state not in {*GONE_WRONG, DispatchState.SENT, DispatchState.CONFIRMED}:
        raise AlreadyRepeated(_("Diese Sendung ist noch nicht hinausgegangen. Es gibt nichts zu wiederholen."))
    if Dispatch.objects.filter(replaces=dispatch).exclude(state=DispatchState.CANCELLED).exists():
        raise AlreadyRepeated(_("Diese Sendung ist schon wiederholt worden."))
    recipient = present_recipient(dispatch, on=on)
    with act("dispatch.repeated", dispatch, by=by, data={"on": on}) as entry:
        again = Dispatch.objects.create(
            kind=dispatch.kind,
            title=dispatch.title,
            document=dispatch.document,
            edition=dispatch.edition,
            city=dispatch.city,
            city_label=dispatch.city_label,
            channel=channel or dispatch.channel,
            recipient_email=email or recipient.email,
            recipient_lines=list(recipient.lines),
            postcode=recipient.postcode,
            subject=dispatch.subject,
            text=dispatch.text,
            queued_at=timezone.now(),
            queued_by=by,
            replaces=dispatch,
        )
        for enclosure in dispatch.enclosures.all():
            Enclosure.objects.create(dispatch=again, position=enclosure.position, version=enclosure.version)
        entry.data["again"] = again.pk
    return again


def present_recipient(dispatch: Dispatch, *, on: date) -> Recipient:
    """The particulars of the city today; of others those they had."""
    if dispatch.city:
        return recipients_of([dispatch.city], on=on)[dispatch.city.pk]
    return Recipient(dispatch.recipient_email, dispatch.recipient_lines, dispatch.postcode)
