"""Out of the house: mails one by one, so that a killed worker never sends one twice in silence.

Before a mail goes to the server its row says »wird gesendet«, committed. Only the server's answer makes it sent or failed.
If the answer never comes (the process was killed, the line broke), the row stays as it is and a person decides.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from email.message import MIMEPart
from email.utils import parseaddr
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException, SMTPServerDisconnected
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.mail import EmailMessage, mailers, make_msgid
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.acts import act
from apps.core.transitions import guard_transition
from apps.dispatch.domain.errors import MailServerSilent, NothingToSend, StillSending
from apps.dispatch.domain.releasing import locked, required
from apps.dispatch.enums import Channel, DispatchState
from apps.dispatch.models import Dispatch
from apps.documents.models import DocumentVersion
from apps.organisation.domain.queries import current_profile

# longer than the mail server may keep us waiting for one answer
PATIENCE = timedelta(minutes=2)


def send_released(*, by: User | None, step: Callable[[int], None] | None = None) -> tuple[int, int]:
    """Send every released mail; return how many the server took and how many it did not.

    Without a connection to the server nothing is touched: everything stays released and can be sent later.
    """
    sent = others = 0
    post_office = mailers.default
    try:
        for pk in released_mails():
            dispatch = send_one(pk, post_office, by=by)
            if dispatch is None:
                continue
            sent += dispatch.state == DispatchState.SENT
            others += dispatch.state != DispatchState.SENT
            if step:
                step(1)
    finally:
        hang_up(post_office)
    return sent, others


def released_mails() -> Iterator[int]:
    """Keys of what is released, also what is released while we send."""
    last = 0
    while pk := Dispatch.objects.to_mail().filter(pk__gt=last).order_by("pk").values_list("pk", flat=True).first():
        yield pk
        last = pk


def send_one(pk: int, post_office: Any, *, by: User | None) -> Dispatch | None:
    """Send one mail: reserve it, hand it to the server, note the answer. None if somebody else has taken it."""
    connect(post_office)
    dispatch = reserve(pk)
    if dispatch is None:
        return None
    try:
        post_office.send_messages([compose(dispatch)])
    except (SMTPServerDisconnected, TimeoutError, ConnectionError):
        hang_up(post_office)
        return dispatch  # nobody knows whether it left: it stays »wird gesendet«
    except SMTPException as error:
        return note_failure(dispatch, server_sentence(error), by=by)
    return note_sent(dispatch, by=by)


def connect(post_office: Any) -> None:
    """Be sure of the line before a mail is reserved: servers hang up on those who are silent or send too much."""
    if line := getattr(post_office, "connection", None):
        try:
            line.noop()
        except (OSError, SMTPException):
            hang_up(post_office)
    try:
        post_office.open()
    except (OSError, SMTPException) as error:
        raise MailServerSilent(
            _("Der Mailserver ist nicht erreichbar: %s. Es ist nichts verlorengegangen, alles bleibt freigegeben.")
            % server_sentence(error)
        ) from error


def hang_up(post_office: Any) -> None:
    with suppress(OSError, SMTPException):
        post_office.close()


@transaction.atomic
def reserve(pk: int) -> Dispatch | None:
    """Mark a released mail as being sent, before anything leaves."""
    dispatch = Dispatch.objects.select_for_update().get(pk=pk)
    if dispatch.state != DispatchState.RELEASED or dispatch.channel != Channel.MAIL:
        return None
    with act("dispatch.sending", dispatch, by=None):
        dispatch.state, dispatch.sending_at = DispatchState.SENDING, timezone.now()
        dispatch.message_id = make_msgid(domain=parseaddr(settings.DEFAULT_FROM_EMAIL)[1].partition("@")[2] or None)
        dispatch.save(update_fields=["state", "sending_at", "message_id"])
    return dispatch


def compose(dispatch: Dispatch) -> EmailMessage:
    """The mail as it was reviewed, with exactly the files that were reviewed."""
    profile = current_profile()
    mail = EmailMessage(
        subject=dispatch.subject,
        body=dispatch.text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[dispatch.recipient_email],
        reply_to=[profile.email] if profile.email else None,
        headers={"Message-ID": dispatch.message_id},
    )
    for enclosure in dispatch.enclosures.select_related("version"):
        with default_storage.open(enclosure.version.storage_path) as file:
            mail.attach(attachment(enclosure.version, file.read()))
    return mail


def attachment(version: DocumentVersion, content: bytes) -> MIMEPart:
    """The very bytes: as text, mail programs would change the ends of its lines."""
    part = MIMEPart()
    maintype, _slash, subtype = version.content_type.partition("/")
    part.set_content(content, maintype, subtype, cte="base64", disposition="attachment", filename=version.filename)
    return part


def server_sentence(error: Exception) -> str:
    """What the server said, in its own words."""
    if isinstance(error, SMTPRecipientsRefused):
        answers = [f"{code} {text_of(reply)}" for code, reply in error.recipients.values()]
        return "; ".join(answers)
    if isinstance(error, SMTPResponseException):
        return f"{error.smtp_code} {text_of(error.smtp_error)}"
    return str(error) or type(error).__name__


def text_of(reply: bytes | str) -> str:
    return " ".join((reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply).split())


@transaction.atomic
def note_sent(dispatch: Dispatch, *, by: User | None, note: str = "") -> Dispatch:
    dispatch = locked(dispatch)
    guard_transition(dispatch, DispatchState.SENT)
    with act("dispatch.sent", dispatch, by=by, reason=note, data={"channel": dispatch.channel}):
        dispatch.state, dispatch.sent_at, dispatch.answer = DispatchState.SENT, timezone.now(), note[:500]
        dispatch.save(update_fields=["state", "sent_at", "answer"])
    return dispatch


@transaction.atomic
def note_failure(dispatch: Dispatch, sentence: str, *, by: User | None) -> Dispatch:
    dispatch = locked(dispatch)
    guard_transition(dispatch, DispatchState.FAILED)
    with act("dispatch.failed", dispatch, by=by, reason=sentence):
        dispatch.state, dispatch.answer = DispatchState.FAILED, sentence[:500]
        dispatch.save(update_fields=["state", "answer"])
    return dispatch


def guard_unclear(dispatch: Dispatch) -> None:
    """A person decides only when no worker can still be waiting for the server's answer."""
    if dispatch.state != DispatchState.SENDING or dispatch.sending_at is None:
        raise NothingToSend(_("Bei dieser Sendung ist nichts unklar."))
    if timezone.now() - dispatch.sending_at < PATIENCE:
        raise StillSending(
            _("Der Versand läuft gerade. Bitte warten Sie zwei Minuten auf die Antwort des Mailservers.")
        )


def resolve_unclear(dispatch: Dispatch, *, has_left: bool, note: str, by: User | None) -> Dispatch:
    """A person says what became of a mail whose sending was interrupted."""
    note = required(note)
    guard_unclear(dispatch)
    return note_sent(dispatch, by=by, note=note) if has_left else note_failure(dispatch, note, by=by)


def hand_over(dispatch: Dispatch, *, note: str, by: User | None) -> Dispatch:
    """Note that it was put into the city's portal or handed over."""
    if dispatch.channel != Channel.HAND:
        raise NothingToSend(_("Diese Sendung geht nicht über ein Portal oder durch Übergabe."))
    return note_sent(dispatch, by=by, note=required(note))
