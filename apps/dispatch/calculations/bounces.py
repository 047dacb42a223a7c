"""Reads what mail servers report about a mail: delivery status notifications (RFC 3464), single or as mbox (RFC 4155)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from typing import Literal, cast

Action = Literal["failed", "delayed", "delivered", "none"]

FROM_LINE = re.compile(rb"^From \S+.*\d{4}\s*$", re.MULTILINE)
IDENTIFIER = re.compile(r"<[^<>\s]+>")
SUBJECT_LENGTH = 120


@dataclass(frozen=True)
class Notice:
    """One mail of the file: which of ours it speaks of (candidates, the surest first), and what happened to that."""

    subject: str
    sender: str
    message_ids: tuple[str, ...]
    action: Action
    recipient: str = ""
    status: str = ""
    reason: str = ""


def notices(content: bytes) -> Iterator[Notice]:
    """Every mail in the file, in order."""
    for raw in split_mbox(content):
        yield read_notice(cast(EmailMessage, message_from_bytes(raw, policy=policy.default)))


def split_mbox(content: bytes) -> list[bytes]:
    """The mails of an mbox; a file that doesn't begin with »From « is one mail. Quoted »>From « lines are restored."""
    if not content.startswith(b"From "):
        return [content]
    normal = content.replace(b"\r\n", b"\n")
    starts = [found.start() for found in FROM_LINE.finditer(normal) if found.start() == 0 or normal[: found.start()].endswith(b"\n\n")]  # fmt: skip
    parts = [normal[start:end] for start, end in zip(starts, [*starts[1:], len(normal)], strict=True)]
    return [re.sub(rb"^>(>*From )", rb"\1", part.partition(b"\n")[2], flags=re.MULTILINE) for part in parts]


def read_notice(mail: EmailMessage) -> Notice:
    subject, sender = header(mail, "Subject")[:SUBJECT_LENGTH], header(mail, "From")
    status = delivery_status(mail)
    action: Action = "none"
    if status:
        given = status.get("action", "failed").lower()
        action = "failed" if given == "failed" else "delayed" if given == "delayed" else "delivered"
    return Notice(
        subject=subject,
        sender=sender,
        message_ids=tuple(message_ids(mail)),
        action=action,
        recipient=address(status.get("final-recipient", "") or status.get("original-recipient", "")),
        status=status.get("status", ""),
        reason=plain_reason(status),
    )


def header(mail: Message, name: str) -> str:
    """A header in one line; one that can't be decoded counts as empty."""
    try:
        return " ".join(str(mail.get(name, "")).split())
    except (ValueError, IndexError, AttributeError, TypeError):
        return ""


def parts(mail: Message) -> Iterator[Message]:
    yield mail
    payload = mail.get_payload()
    for part in payload if isinstance(payload, list) else ():
        if isinstance(part, Message):
            yield from parts(part)


def delivery_status(mail: Message) -> dict[str, str]:
    """Fields of the report, those of the first recipient that failed over those of the whole mail."""
    for part in parts(mail):
        if part.get_content_type() != "message/delivery-status":
            continue
        blocks = [block for block in status_blocks(part) if block]
        for block in sorted(blocks, key=lambda block: block.get("action", "").lower() != "failed"):
            if "action" in block or "status" in block:
                return block
    return {}


def status_blocks(part: Message) -> list[dict[str, str]]:
    payload = part.get_payload()
    if isinstance(payload, list):
        blocks = [block for block in payload if isinstance(block, Message)]
        return [{name.lower(): " ".join(str(value).split()) for name, value in block.items()} for block in blocks]
    raw = part.get_payload(decode=True)
    text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else ""
    return [dict(message_items(block)) for block in re.split(r"\r?\n\s*\r?\n", text)]


def message_items(block: str) -> Iterator[tuple[str, str]]:
    for line in re.sub(r"\r?\n[ \t]+", " ", block).splitlines():
        name, colon, value = line.partition(":")
        if colon:
            yield name.strip().lower(), value.strip()


def message_ids(mail: EmailMessage) -> Iterator[str]:
    """Message-ID of the returned mail; else what the report answers to."""
    for part in parts(mail):
        if part is mail:
            continue
        if part.get_content_type() == "text/rfc822-headers":
            raw = part.get_payload(decode=True)
            fields = dict(message_items(raw.decode("utf-8", "replace"))) if isinstance(raw, bytes) else {}
            yield from IDENTIFIER.findall(fields.get("message-id", ""))
        elif not part.is_multipart() or part.get("Message-ID"):
            yield from IDENTIFIER.findall(header(part, "Message-ID"))
    for name in ("In-Reply-To", "References"):
        yield from IDENTIFIER.findall(header(mail, name))


def address(field: str) -> str:
    """rfc822; kasse@stadt.example → kasse@stadt.example"""
    return field.partition(";")[2].strip().strip("<>") or field.strip()


def plain_reason(status: dict[str, str]) -> str:
    """The server's own sentence, with its code in front."""
    sentence = status.get("diagnostic-code", "").partition(";")[2].strip() or status.get("diagnostic-code", "")
    code = status.get("status", "")
    return " ".join(filter(None, (code if code not in sentence else "", sentence)))
