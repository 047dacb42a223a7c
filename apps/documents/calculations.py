"""Words of a text in the form in which they are indexed and looked up; kinds of files by their content."""

import re
import unicodedata
from functools import lru_cache

import snowballstemmer

WORD = re.compile(r"\w+", re.UNICODE)
INDEXED_CHARACTERS = 400_000
_stemmer = snowballstemmer.stemmer("german")


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Return the German stem of a word without case, umlauts and their transliterations (Städte, Staedte → stadt)."""
    folded = word.lower().replace("ß", "ss").replace("ae", "ä").replace("oe", "ö").replace("ue", "ü")
    return unicodedata.normalize("NFKD", _stemmer.stemWord(folded)).encode("ascii", "ignore").decode()


def stems(text: str) -> list[str]:
    """Return the stems of all words in `text`, in order; characters beyond the first 400,000 are left out."""
    return [found for word in WORD.findall(text[:INDEXED_CHARACTERS]) if (found := stem(word))]


ZIP = b"PK\x03\x04"
SIGNATURES: dict[str, tuple[str, tuple[bytes, ...]]] = {
    "pdf": ("application/pdf", (b"%PDF-",)),
    "png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    "jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", (ZIP,)),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (ZIP,)),
    "pptx": ("application/vnd.openxmlformats-officedocument.presentationml.presentation", (ZIP,)),
    "odt": ("application/vnd.oasis.opendocument.text", (ZIP,)),
    "ods": ("application/vnd.oasis.opendocument.spreadsheet", (ZIP,)),
    "xml": ("application/xml", (b"<?xml", b"\xef\xbb\xbf<?xml")),
    "zip": ("application/zip", (ZIP,)),
    "txt": ("text/plain; charset=utf-8", ()),
    "csv": ("text/csv; charset=utf-8", ()),
}


def content_type_of(filename: str, content: bytes) -> str | None:
    """Return the media type if the name's ending is allowed and the bytes begin as such a file does, else None."""
    suffix = filename.rpartition(".")[2].lower()
    if suffix not in SIGNATURES:
        return None
    media_type, beginnings = SIGNATURES[suffix]
    if beginnings:
        return media_type if content.startswith(beginnings) else None
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if b"\x00" in content else media_type
