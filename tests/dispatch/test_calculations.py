"""Reading what mail servers report, and filling texts."""

import pytest

from apps.dispatch.calculations.bounces import notices, split_mbox
from apps.dispatch.calculations.placeholders import fill, unknown_places
from apps.dispatch.domain.answers import in_words, meaning_of
from tests.factories.dispatch import bounce_of

EXCHANGE = b"""From: postmaster@stadt.example
Subject: Unzustellbar: Beitragsrechnung
In-Reply-To: <eins@example.org>
Content-Type: multipart/report; report-type=delivery-status; boundary=B

--B
Content-Type: message/delivery-status

Reporting-MTA: dns;EX01.stadt.example

Final-Recipient: RFC822;<kasse@stadt.example>
Action: failed
Status: 5.2.2
Diagnostic-Code: smtp;550 5.2.2 STOREDRV.Deliver;
 mailbox full

--B
Content-Type: text/rfc822-headers

Subject: Beitragsrechnung
Message-ID:
 <zwei@example.org>

--B--
"""


def test_postfix_report_is_understood():
    [notice] = notices(bounce_of("<eins@example.org>"))
    assert (notice.action, notice.recipient, notice.message_ids) == (
        "failed",
        "kasse@bonn.example",
        ("<eins@example.org>",),
    )
    assert notice.reason == "550 5.1.1 User unknown"


def test_exchange_report_with_headers_only_and_folded_lines():
    [notice] = notices(EXCHANGE)
    assert notice.message_ids == ("<zwei@example.org>", "<eins@example.org>")
    assert notice.recipient == "kasse@stadt.example"
    assert notice.reason == "550 5.2.2 STOREDRV.Deliver; mailbox full"


def test_delay_is_no_failure():
    [notice] = notices(bounce_of("<eins@example.org>", action="delayed"))
    assert notice.action == "delayed"


def test_ordinary_mail_is_no_report():
    [notice] = notices(b"From: a@b.example\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\n\nHallo")
    assert (notice.subject, notice.action, notice.message_ids) == ("Grüße", "none", ())


@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_mbox_holds_several_mails(newline):
    separator = b"From MAILER-DAEMON Mon Jan 11 10:00:00 2027\n"
    first, second = bounce_of("<eins@example.org>"), bounce_of("<zwei@example.org>")
    mbox = (separator + first + b"\n" + separator + second + b"\n").replace(b"\n", newline)
    assert [notice.message_ids for notice in notices(mbox)] == [("<eins@example.org>",), ("<zwei@example.org>",)]


def test_quoted_from_lines_are_restored():
    mbox = b"From a Mon Jan 11 10:00:00 2027\nSubject: x\n\n>From Bonn 2027\n"
    assert split_mbox(mbox) == [b"Subject: x\n\nFrom Bonn 2027\n"]


@pytest.mark.parametrize(
    "rubbish",
    [b"\x00\xff\xfe", b"Content-Type: multipart/report\n\n", b"Content-Type: message/delivery-status\n\n\xff"],
)
def test_rubbish_never_breaks(rubbish):
    assert all(notice.message_ids == () for notice in notices(rubbish))


def test_places_are_filled_and_nothing_else():
    assert fill("{nummer} an {stadt}, {unbekannt} {0.__class__}", {"nummer": "7", "stadt": "Köln"}) == (
        "7 an Köln, {unbekannt} {0.__class__}"
    )
    assert unknown_places("{nummer} {x} {0.a} {x}", ["nummer"]) == ["{x}", "{0.a}"]


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        (
            "550 5.1.1 <weg@bonn.example>: Recipient address rejected: User unknown",
            "Diese E-Mail-Adresse gibt es nicht.",
        ),
        ("552 5.2.2 mailbox full", "Dieses Postfach ist voll."),
        ("452 4.2.2 over quota", "Dieses Postfach ist voll."),
        ("554 5.7.1 blocked", "Der Mailserver der Gegenseite hat die Nachricht abgelehnt."),
        ("550 5.1.2 bad host", "Zu dieser E-Mail-Adresse gibt es keinen Mailserver. Vielleicht ist sie vertippt."),
        ("550 unbekannt", "Der Mailserver der Gegenseite hat die Nachricht abgelehnt."),
        ("451 try later", "Der Mailserver der Gegenseite war nicht zu erreichen."),
        ("Annahme verweigert", ""),
        ("Zimmer 550", ""),
        ("", ""),
    ],
)
def test_what_a_mail_server_answers_is_said_in_german(answer, meaning):
    assert meaning_of(answer) == meaning
    assert in_words(answer) == (f"{meaning} (Antwort des Mailservers: {answer})" if meaning else answer)
