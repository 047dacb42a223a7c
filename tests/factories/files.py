"""Files as people hand them in."""


def scan(text: str) -> bytes:
    """An image, as far as the library looks: the same text gives the same bytes."""
    return b"\x89PNG\r\n\x1a\n" + text.encode()
