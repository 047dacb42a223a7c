"""From whatever a browser sends to the one normal form: flat blocks of clean inline HTML.

The server is the authority: nh3 removes everything outside the list of allowed elements, then the result is read and written
anew from a fixed vocabulary, so that nothing of the original mark-up survives except what this module knows.
"""

import re
import unicodedata
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser

import nh3

from apps.texts.calculations.inline import plain, read_inline, write_inline

BLOCK_TAGS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "blockquote", "div"}
INLINE_TAGS = {"strong", "b", "em", "i", "a", "br"}
URL_SCHEMES = {"http", "https", "mailto"}
HEADING_LEVELS = {"h1": 2, "h2": 2, "h3": 3, "h4": 3, "h5": 3, "h6": 3}
DEEPEST_LIST = 3
HAS_BLOCKS = re.compile(r"<(p|h[1-6]|ul|ol|li|blockquote|div)[\s>]", re.IGNORECASE)


@dataclass(frozen=True)
class RawBlock:
    """A block without an id: kind is heading, paragraph, bullet, number or quote; level of a heading or list."""

    kind: str
    level: int
    html: str
    text: str


class BlockReader(HTMLParser):
    """Reads clean HTML into blocks; a list inside a quotation leaves it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[RawBlock] = []
        self.parts: list[str] = []
        self.lists: list[str] = []
        self.quotes = 0
        self.heading = 0
        self.item_open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BLOCK_TAGS:
            self.flush()
        if tag in HEADING_LEVELS:
            self.heading = HEADING_LEVELS[tag]
        elif tag in {"ul", "ol"}:
            self.lists.append("bullet" if tag == "ul" else "number")
            self.item_open = False
        elif tag == "li":
            self.item_open = True
        elif tag == "blockquote":
            self.quotes += 1
        elif tag == "a":
            self.parts.append(f'<a href="{escape(dict(attrs).get("href") or "")}">')
        elif tag in INLINE_TAGS:
            self.parts.append(f"<{tag}>")

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCK_TAGS:
            self.flush()
        if tag in HEADING_LEVELS:
            self.heading = 0
        elif tag in {"ul", "ol"} and self.lists:
            self.lists.pop()
            self.item_open = False
        elif tag == "li":
            self.item_open = False
        elif tag == "blockquote":
            self.quotes = max(0, self.quotes - 1)
        elif tag in INLINE_TAGS and tag != "br":
            self.parts.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.parts.append(escape(data, quote=False))

    def flush(self) -> None:
        tokens = read_inline("".join(self.parts))
        self.parts = []
        if tokens:
            kind, level = self.kind()
            self.blocks.append(RawBlock(kind, level, write_inline(tokens), plain(tokens)))

    def kind(self) -> tuple[str, int]:
        if self.heading:
            return "heading", self.heading
        if self.lists and self.item_open:
            return self.lists[-1], min(len(self.lists), DEEPEST_LIST)
        return ("quote" if self.quotes else "paragraph"), 0


def clean_html(html: str) -> str:
    """Only known elements and addresses; contents of script and style vanish (nh3)."""
    return nh3.clean(
        unicodedata.normalize("NFC", html),
        tags=BLOCK_TAGS | INLINE_TAGS,
        attributes={"a": {"href"}},
        url_schemes=URL_SCHEMES,
        link_rel=None,
        clean_content_tags={"script", "style", "title"},
    )


def read_blocks(source: str) -> list[RawBlock]:
    """Blocks of an edited text: HTML from the editor, or plain lines typed without it."""
    html = source if HAS_BLOCKS.search(source) else lines_to_html(source)
    reader = BlockReader()
    reader.feed(clean_html(html))
    reader.close()
    reader.flush()
    return connect_levels(reader.blocks)


def connect_levels(blocks: list[RawBlock]) -> list[RawBlock]:
    """A list item lies at most one level below the item before it."""
    connected: list[RawBlock] = []
    present = 0
    for block in blocks:
        level = block.level
        if block.kind in {"bullet", "number"}:
            level = present = min(level, present + 1)
        else:
            present = 0
        connected.append(RawBlock(block.kind, level, block.html, block.text))
    return connected


LINE_KINDS = [
    (re.compile(r"### +"), "<h3>", "</h3>"),
    (re.compile(r"##? +"), "<h2>", "</h2>"),
    (re.compile(r"> ?"), "<blockquote>", "</blockquote>"),
    (re.compile(r"[-*•–] +"), "<ul><li>", "</li></ul>"),
    (re.compile(r"\d+[.)] +"), "<ol><li>", "</li></ol>"),
]


def lines_to_html(source: str) -> str:
    """Text typed without the editor: an empty line ends a paragraph; »## «, »- «, »1. «, »> « begin heading, list, quote."""
    if INLINE.search(source):
        return source
    parts = []
    for paragraph in re.split(r"\n\s*\n", source.replace("\r\n", "\n")):
        prose: list[str] = []
        for line in paragraph.strip().split("\n"):
            for pattern, begin, end in LINE_KINDS:
                if match := pattern.match(line.strip()):
                    parts.append(f"<p>{'<br>'.join(prose)}</p>")
                    prose = []
                    parts.append(begin + escape(line.strip()[match.end() :]) + end)
                    break
            else:
                prose.append(escape(line.strip()))
        parts.append(f"<p>{'<br>'.join(prose)}</p>")
    return "".join(parts)


INLINE = re.compile(r"</?[a-z][^>]*>", re.IGNORECASE)
