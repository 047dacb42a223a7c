"""The way of a sending: queued once, released, sent by a real mail server, failed, unclear, repeated."""

import email
from datetime import timedelta
from email import policy

import pytest
from django.db import IntegrityError, connections, transaction
from django.utils import timezone

from apps.audit.models import JournalEntry
from apps.core.transitions import WrongState
from apps.dispatch.domain import sending
from apps.dispatch.domain.afterwards import confirm_receipt, send_again
from apps.dispatch.domain.errors import (
    AlreadyRepeated,
    MailServerSilent,
    NothingToRelease,
    RecipientMissing,
    StillSending,
    WordingIncomplete,
)
from apps.dispatch.domain.queueing import Draft, queue_dispatch
from apps.dispatch.domain.releasing import call_back, cancel_dispatch, change_dispatch, release
from apps.dispatch.domain.sending import hand_over, resolve_unclear, send_released
from apps.dispatch.domain.wording import write_wording
from apps.dispatch.enums import Channel
from apps.dispatch.models import Dispatch
from apps.documents.domain.filing import add_version
from apps.members.enums import EinvoiceChannel
from tests.factories.dispatch import (
    TODAY,
    mail_server,
    mailer,
    make_dispatch,
    make_invoice_contact,
    make_letter,
    make_released,
)
from tests.factories.members import make_city, make_member
from tests.factories.organisation import make_profile

pytestmark = pytest.mark.django_db


def reload(dispatch: Dispatch) -> Dispatch:
    return Dispatch.objects.get(pk=dispatch.pk)


def verbs() -> list[str]:
    found = JournalEntry.objects.filter(verb__startswith="dispatch.").order_by("sequence")
    return list(found.values_list("verb", flat=True))


# into the outbox


def test_the_city_decides_the_way():
    mail, paper, portal, silent = (make_member() for _number in range(4))
    for city in (mail, paper, portal):
        make_invoice_contact(city, "kasse@stadt.example")
    paper.einvoice_channel, portal.einvoice_channel = EinvoiceChannel.POST, EinvoiceChannel.XRECHNUNG_PORTAL
    paper.save()
    portal.save()
    ways = [make_dispatch(city).channel for city in (mail, paper, portal, silent)]
    assert ways == ["mail", "post", "hand", "post"]
    assert make_dispatch(portal, is_invoice=False).channel == "mail"


def test_address_text_and_version_are_frozen():
    city = make_member("Bonn")
    letter = make_letter("Rechnung 7")
    make_profile()
    dispatch = make_dispatch(city, email="kasse@bonn.example", documents=[letter], values={"nummer": "7"})
    add_version(letter, content=b"anders", filename="neu.txt", note="", by=None)
    city.contacts.update(email="anders@bonn.example")
    dispatch = reload(dispatch)
    assert dispatch.recipient_email == "kasse@bonn.example"
    assert dispatch.recipient_lines == ["Stadt Bonn", "Rathausplatz 1", "50667 Bonn"]
    assert dispatch.subject == "Beitragsrechnung 7, Großstadtnetzwerk für Bildung"
    assert [enclosure.version.version for enclosure in dispatch.enclosures.all()] == [1]


def test_a_document_goes_to_a_city_once():
    city, letter = make_member(), make_letter()
    draft = Draft(kind="dues.invoice", title="Rechnung", documents=[letter], city=city)
    first = queue_dispatch(draft, by=None, on=TODAY)
    assert first is not None
    assert queue_dispatch(draft, by=None, on=TODAY) is None
    with pytest.raises(IntegrityError), transaction.atomic():
        Dispatch.objects.create(**{f.name: getattr(first, f.name) for f in Dispatch._meta.fields if f.name != "id"})
    cancel_dispatch(first, reason="Irrtum", by=None)
    assert queue_dispatch(draft, by=None, on=TODAY) is not None


def test_without_any_address_nothing_is_queued():
    city = make_city("Nirgends", with_address=False)
    with pytest.raises(RecipientMissing, match="Nirgends"):
        make_dispatch(city)
    assert Dispatch.objects.count() == 0


def test_texts_are_versioned_and_know_their_places():
    with pytest.raises(WordingIncomplete, match=r"\{nr\}") as refusal:
        write_wording("dues.invoice", subject="Rechnung {nr}", body="Text", by=None)
    assert refusal.value.field == "subject"
    write_wording("dues.invoice", subject="Ihre Rechnung {nummer}", body="Guten Tag, {stadt}", by=None)
    second = write_wording("dues.invoice", subject="Rechnung {nummer}", body="Hallo {stadt}", by=None)
    dispatch = make_dispatch(make_member("Bonn"), values={"nummer": "7"})
    assert (second.version, dispatch.subject, dispatch.text) == (2, "Rechnung 7", "Hallo Bonn")
    second.body = "anders"
    with pytest.raises(IntegrityError), transaction.atomic():
        second.save()


# out of the house


def test_mail_goes_out_as_reviewed():
    make_profile()
    dispatch = make_dispatch(email="kasse@bonn.example", title="Brief", documents=[make_letter(content=b"Der Brief")])
    with mail_server() as postman:
        assert send_released(by=None) == (0, 0)
        release(Dispatch.objects.all(), by=None, on=TODAY)
        assert send_released(by=None) == (1, 0)
        assert send_released(by=None) == (0, 0)
    [(recipients, raw)] = postman.received
    mail = email.message_from_bytes(raw, policy=policy.default)
    dispatch = reload(dispatch)
    assert recipients == ["kasse@bonn.example"]
    assert (mail["Message-ID"], mail["Subject"]) == (dispatch.message_id, dispatch.subject)
    assert mail["Reply-To"] == "post@example.org"
    [attached] = mail.iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == ("schreiben.txt", "Der Brief")
    assert dispatch.state == "sent"
    assert dispatch.sent_at is not None
    assert verbs() == ["dispatch.queued", "dispatch.released", "dispatch.sending", "dispatch.sent"]


def test_refusal_shows_what_the_server_said_and_the_next_mail_still_goes():
    bad, good = make_released(email="weg@bonn.example"), make_released(email="kasse@koeln.example")
    with mail_server() as postman:
        postman.answers["weg@bonn.example"] = "550 5.1.1 Diesen Empfaenger gibt es nicht"
        assert send_released(by=None) == (1, 1)
    assert (reload(bad).state, reload(bad).answer) == ("failed", "550 5.1.1 Diesen Empfaenger gibt es nicht")
    assert reload(good).state == "sent"


def test_without_a_server_nothing_is_touched(settings):
    dispatch = make_released(email="kasse@bonn.example")
    settings.MAILERS = mailer("127.0.0.1", 1)
    with pytest.raises(MailServerSilent, match="bleibt freigegeben"):
        send_released(by=None)
    assert (reload(dispatch).state, reload(dispatch).message_id) == ("released", "")


def test_a_broken_line_leaves_it_unclear_and_a_person_decides(monkeypatch):
    dispatch = make_released(email="kasse@bonn.example")

    def broken(*arguments):
        raise ConnectionResetError

    with mail_server() as postman:
        with monkeypatch.context() as patch:
            patch.setattr("smtplib.SMTP.getreply", broken_after_data(broken))
            assert send_released(by=None) == (0, 1)
        assert send_released(by=None) == (0, 0)
    assert len(postman.received) == 1
    dispatch = reload(dispatch)
    assert (dispatch.state, dispatch.sent_at) == ("sending", None)
    with pytest.raises(StillSending):
        resolve_unclear(dispatch, has_left=True, note="Bonn hat sie", by=None)
    waited(dispatch)
    assert resolve_unclear(reload(dispatch), has_left=True, note="Bonn hat sie", by=None).state == "sent"
    assert reload(dispatch).answer == "Bonn hat sie"


def broken_after_data(broken):
    """The reply to the mail itself never comes; all others do."""
    import smtplib

    real, seen = smtplib.SMTP.getreply, []

    def getreply(server):
        code, text = real(server)
        if seen and seen[-1] == 354:
            broken()
        seen.append(code)
        return code, text

    return getreply


def waited(dispatch: Dispatch) -> None:
    from tests.conftest import triggers_asleep

    with triggers_asleep():
        Dispatch.objects.filter(pk=dispatch.pk).update(sending_at=timezone.now() - timedelta(minutes=5))


def test_a_killed_worker_never_sends_twice(monkeypatch):
    """Killed right after the server took the mail: nobody sends it again, and everybody sees it."""
    dispatch = make_released(email="kasse@bonn.example")

    class Killed(BaseException):
        pass

    def killed(*arguments, **options):
        raise Killed

    with mail_server() as postman:
        with monkeypatch.context() as patch:
            patch.setattr(sending, "note_sent", killed)
            with pytest.raises(Killed):
                send_released(by=None)
        assert send_released(by=None) == (0, 0)
    assert len(postman.received) == 1
    assert reload(dispatch).state == "sending"
    waited(dispatch)
    assert resolve_unclear(reload(dispatch), has_left=False, note="kam nie an", by=None).state == "failed"


def test_repetition_is_a_new_sending_to_the_address_of_today():
    city = make_member()
    dispatch = make_released(city, email="weg@bonn.example")
    with mail_server() as postman:
        postman.answers["weg@bonn.example"] = "550 unbekannt"
        send_released(by=None)
        city.contacts.update(email="neu@bonn.example")
        again = send_again(reload(dispatch), by=None, on=TODAY)
        assert (again.state, again.recipient_email, again.replaces_id) == ("queued", "neu@bonn.example", dispatch.pk)
        with pytest.raises(AlreadyRepeated):
            send_again(reload(dispatch), by=None, on=TODAY)
        assert [each.pk for each in Dispatch.objects.unresolved()] == []
        release(Dispatch.objects.all(), by=None, on=TODAY)
        send_released(by=None)
    assert [recipients for recipients, _raw in postman.received] == [["neu@bonn.example"]]
    assert again.enclosures.count() == 1


def test_released_can_be_called_back_and_changed():
    dispatch = make_released(email="kasse@bonn.example")
    with pytest.raises(WrongState):
        change_dispatch(dispatch, subject="Anders", by=None)
    dispatch = call_back(dispatch, by=None)
    with pytest.raises(RecipientMissing) as refusal:
        change_dispatch(dispatch, recipient_email="", by=None)
    assert refusal.value.field == "recipient_email"
    assert change_dispatch(dispatch, subject="Anders", by=None).subject == "Anders"


def test_what_was_released_is_final_even_for_sql():
    dispatch = make_released(email="kasse@bonn.example")
    for change in ({"subject": "anders"}, {"recipient_email": "x@example.org"}, {"text": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Dispatch.objects.filter(pk=dispatch.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Dispatch.objects.filter(pk=dispatch.pk).delete()


def test_handed_over_and_confirmed_by_a_person():
    dispatch = make_released(channel=Channel.HAND)
    assert hand_over(dispatch, note="Quittung 4711", by=None).state == "sent"
    confirmed = confirm_receipt(reload(dispatch), note="Anruf", by=None)
    assert (confirmed.state, confirmed.answer) == ("confirmed", "Anruf")
    with pytest.raises(NothingToRelease):
        release(Dispatch.objects.all(), by=None, on=TODAY)


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_each_mail_once():
    from threading import Barrier, Thread

    for number in range(4):
        make_released(email=f"kasse{number}@example.org")
    start = Barrier(2)

    def work() -> None:
        start.wait()
        try:
            send_released(by=None)
        finally:
            connections.close_all()

    with mail_server() as postman:
        workers = [Thread(target=work) for _number in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    assert sorted(recipients[0] for recipients, _raw in postman.received) == [f"kasse{n}@example.org" for n in range(4)]
    assert set(Dispatch.objects.values_list("state", flat=True)) == {"sent"}
