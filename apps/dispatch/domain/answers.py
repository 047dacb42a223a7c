"""What a mail server's answer means, in a German sentence (RFC 3463: enhanced status codes; RFC 5321: reply codes)."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

ENHANCED = re.compile(r"\b[245]\.(\d{1,3})\.(\d{1,3})\b")
REPLY = re.compile(r"\b(4\d\d|55[0-4])\b")

NO_SUCH_ADDRESS = gettext_lazy("Diese E-Mail-Adresse gibt es nicht.")
NO_SUCH_SERVER = gettext_lazy("Zu dieser E-Mail-Adresse gibt es keinen Mailserver. Vielleicht ist sie vertippt.")
CLOSED = gettext_lazy("Dieses Postfach nimmt zurzeit nichts an.")
FULL = gettext_lazy("Dieses Postfach ist voll.")
TOO_LARGE = gettext_lazy("Die Nachricht ist dem Mailserver der Gegenseite zu groß.")
UNREACHABLE = gettext_lazy("Der Mailserver der Gegenseite war nicht zu erreichen.")
REFUSED = gettext_lazy("Der Mailserver der Gegenseite hat die Nachricht abgelehnt.")

BY_STATUS = {
    ("1", "2"): NO_SUCH_SERVER,
    ("1", "8"): REFUSED,
    ("2", "1"): CLOSED,
    ("2", "2"): FULL,
    ("2", "3"): TOO_LARGE,
    ("3", "4"): TOO_LARGE,
}
BY_SUBJECT = {"1": NO_SUCH_ADDRESS, "2": CLOSED, "4": UNREACHABLE, "5": REFUSED, "6": REFUSED, "7": REFUSED}
BY_REPLY = {"550": REFUSED, "551": NO_SUCH_ADDRESS, "552": FULL, "553": NO_SUCH_ADDRESS, "554": REFUSED}


def meaning_of(answer: str) -> str:
    """The sentence for a server's answer; empty for what a person has written, or what we don't know."""
    if status := ENHANCED.search(answer):
        subject, detail = status.groups()
        return str(BY_STATUS.get((subject, detail)) or BY_SUBJECT.get(subject, REFUSED))
    reply = REPLY.match(answer)
    return str(BY_REPLY.get(reply[1], UNREACHABLE)) if reply else ""


def in_words(answer: str) -> str:
    """The sentence first, the server's own words as detail."""
    meaning = meaning_of(answer)
    return (
        _("%(meaning)s (Antwort des Mailservers: %(answer)s)") % {"meaning": meaning, "answer": answer}
        if meaning
        else answer
    )
