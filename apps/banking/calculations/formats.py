"""Which format a file has is seen from its first bytes, never from its name."""

import re

from apps.banking.calculations.camt import read_camt
from apps.banking.calculations.csv_banks import read_csv
from apps.banking.calculations.decoding import decode
from apps.banking.calculations.errors import Fault, StatementFault
from apps.banking.calculations.mt940 import looks_like_mt940, read_mt940
from apps.banking.calculations.statements import FileData

BLANK = b"\xef\xbb\xbf \t\r\n\0\x01"
WEB_PAGE = re.compile(rb"((?><!--.*?-->)\s*)*+<(!doctype html|html)\b", re.DOTALL)
WIDE = (b"\xff\xfe", b"\xfe\xff")


def read_bytes(content: bytes) -> FileData:
    """Statements and notices of one file in any format we read."""
    head = content[:4096].lstrip(BLANK)
    guard_kind(content, head)
    if head.startswith(b"<") or (head.startswith(WIDE) and b"<" in head[:8]):
        return read_camt(content)
    text = decode(content)
    if looks_like_mt940(text.lstrip("\x01 \t\n")[:4096]):
        return FileData(statements=read_mt940(text))
    if not any(separator in text for separator in ";,\t"):
        raise StatementFault(Fault.FOREIGN_FORMAT, found="Text")
    return FileData(statements=read_csv(text))


def guard_kind(content: bytes, head: bytes) -> None:
    """Recognise what people upload by mistake before any reader sees it."""
    if not head and not content.strip(BLANK):
        raise StatementFault(Fault.EMPTY)
    lower = head[:2048].lower()
    kinds = (
        ("PDF", head.startswith(b"%PDF")),
        ("HTML", WEB_PAGE.match(lower)),
        ("Excel", head.startswith(b"\xd0\xcf\x11\xe0")),
    )
    for kind, recognised in kinds:
        if recognised:
            raise StatementFault(Fault.FOREIGN_FORMAT, found=kind)
