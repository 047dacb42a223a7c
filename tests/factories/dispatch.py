"""Sendings for tests, through the acts: a filed document, queued for a city."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from aiosmtpd.controller import Controller
from django.test import override_settings

from apps.dispatch.domain.queueing import Draft, queue_dispatch
from apps.dispatch.domain.releasing import release
from apps.dispatch.enums import Channel
from apps.dispatch.models import Dispatch
from apps.documents.domain.filing import file_document
from apps.documents.enums import Access, Category
from apps.documents.models import Document
from apps.members.domain.people import add_contact
from apps.members.enums import ContactKind
from apps.members.models import City, Contact
from tests.factories.members import FOUNDED, make_member

TODAY = date(2027, 1, 11)


def make_letter(title: str = "Schreiben", *, content: bytes = b"Guten Tag", name: str = "schreiben.txt") -> Document:
    return file_document(
        content=content,
        filename=name,
        title=title,
        category=Category.LETTER,
        access=Access.TREASURY,
        origin="dispatch.test",
        by=None,
        on=TODAY,
    )


def make_invoice_contact(city: City, email: str) -> Contact:
    return add_contact(city, by=None, on=FOUNDED, kind=ContactKind.INVOICE, name="Frau Ada Beispiel", email=email)


def make_dispatch(
    city: City | None = None, *, email: str = "", channel: Channel | None = None, **fields: Any
) -> Dispatch:
    """Queued; by mail if an address is given."""
    city = city or make_member()
    if email:
        make_invoice_contact(city, email)
    documents = fields.pop("documents", None) or [make_letter(fields.get("title", "Schreiben"))]
    draft = Draft(**{"kind": "dues.invoice", "title": "Schreiben", "channel": channel, "documents": documents, "city": city} | fields)  # fmt: skip
    made = queue_dispatch(draft, by=None, on=TODAY)
    assert made is not None
    return made


def make_released(*arguments: Any, **fields: Any) -> Dispatch:
    dispatch = make_dispatch(*arguments, **fields)
    release(Dispatch.objects.filter(pk=dispatch.pk), by=None, on=TODAY)
    return Dispatch.objects.get(pk=dispatch.pk)


class Postman:
    """A real mail server; `answers` maps addresses to what it says to them, `on_data` may break the line."""

    def __init__(self) -> None:
        self.received: list[tuple[list[str], bytes]] = []
        self.answers: dict[str, str] = {}
        self.on_data: Callable[[], str] = lambda: "250 angenommen"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.received.append((envelope.rcpt_tos, envelope.content))
        return self.on_data()


def mailer(host: str, port: int) -> dict[str, Any]:
    backend = "django.core.mail.backends.smtp.EmailBackend"
    return {"default": {"BACKEND": backend, "OPTIONS": {"host": host, "port": port, "timeout": 5}}}


@contextmanager
def mail_server() -> Iterator[Postman]:
    postman = Postman()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(postman, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        with override_settings(MAILERS=mailer("127.0.0.1", port)):
            yield postman
    finally:
        controller.stop()


def bounce_of(message_id: str, *, action: str = "failed", reason: str = "550 5.1.1 User unknown") -> bytes:
    """A delivery status notification as Postfix writes it (RFC 3464)."""
    return f"""From: MAILER-DAEMON@mx.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: verein@example.org
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="GRENZE"

--GRENZE
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--GRENZE
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Mon, 11 Jan 2027 10:00:00 +0100 (CET)

Final-Recipient: rfc822; kasse@bonn.example
Original-Recipient: rfc822;kasse@bonn.example
Action: {action}
Status: 5.1.1
Remote-MTA: dns; mail.bonn.example
Diagnostic-Code: smtp; {reason}

--GRENZE
Content-Type: message/rfc822

Message-ID: {message_id}
From: Verein <verein@example.org>
To: kasse@bonn.example
Subject: Beitragsrechnung

Guten Tag
--GRENZE--
""".encode()
