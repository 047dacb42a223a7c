"""Bytes of text files to text: banks write UTF-8, Windows-1252 or, seldom, UTF-16, and do not say which."""

from apps.banking.calculations.errors import Fault, StatementFault


def decode(content: bytes) -> str:
    """UTF-8 if the bytes are valid UTF-8, else Windows-1252; control characters mean it is no text at all."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = content.decode("utf-16", errors="replace")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252", errors="replace")
    if "\0" in text:
        raise StatementFault(Fault.FOREIGN_FORMAT, found="binary")
    return text.replace("\r\n", "\n").replace("\r", "\n")
