"""From whatever a browser sends to the one normal form: flat blocks of clean inline HTML.

The server is the authority: nh3 removes everything outside the list of allowed elements, then the result is read and written
anew from a fixed vocabulary, so that nothing of the original mark-up survives except what this module knows.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser
from itertools import groupby

import nh3

from apps.texts.calculations.inline import Token, plain, read_inline, write_inline

BLOCK_TAGS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "blockquote", "div"}
INLINE_TAGS = {"strong", "b", "em", "i", "a", "br"}
URL_SCHEMES = {"http", "https", "mailto"}
HEADING_LEVELS = {"h1": 2, "h2": 2, "h3": 3, "h4": 3, "h5": 3, "h6": 3}
DEEPEST_LIST = 3
HAS_TAGS = re.compile(r"</?[a-z!][^>]*>", re.IGNORECASE)


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
    if not HAS_TAGS.search(source):
        return read_lines(source)
    reader = BlockReader()
    reader.feed(clean_html(source))
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


# Lines typed without the editor, and the same text shown as lines where no script runs.

MARKERS = (
    ("heading", 3, re.compile(r"### +")),
    ("heading", 2, re.compile(r"##? +")),
    ("quote", 0, re.compile(r"> ?")),
    ("bullet", 1, re.compile(r"[-*•–] +")),
    ("number", 1, re.compile(r"\d+[.)] +")),
)
PREFIXES = {("heading", 2): "## ", ("heading", 3): "### ", ("quote", 0): "> "}
INDENT = 2
STRONG = re.compile(r"(?<!\w)\*\*(?=\S)(.+?)(?<=\S)\*\*(?!\w)")
EM = re.compile(r"(?<![\w*])\*(?=[^\s*])(.+?)(?<=[^\s*])\*(?![\w*])")
LINK = re.compile(r"\[([^\]]+)\]\(([^()\s]+)\)")


def marker_of(line: str) -> tuple[str, int, str] | None:
    """Kind, level and rest of a line that begins with a marker."""
    text = line.lstrip()
    for kind, level, pattern in MARKERS:
        if match := pattern.match(text):
            if kind in {"bullet", "number"}:
                level += (len(line) - len(text)) // INDENT
            return kind, min(level, DEEPEST_LIST), text[match.end() :]
    return None


def read_lines(source: str) -> list[RawBlock]:
    """An empty line ends a paragraph; »## «, »- «, »1. «, »> « begin heading, list item, quotation; **bold**, *italic*, [link](address)."""
    blocks: list[RawBlock] = []
    prose: list[str] = []

    def close() -> None:
        if prose:
            blocks.extend(line_block("paragraph", 0, "\n".join(prose)))
            prose.clear()

    for line in unicodedata.normalize("NFC", source).replace("\r\n", "\n").split("\n"):
        marked = marker_of(line)
        if marked:
            close()
            blocks.extend(line_block(*marked))
        elif line.strip():
            prose.append(line.strip().removeprefix("\\"))
        else:
            close()
    close()
    return connect_levels(blocks)


def line_block(kind: str, level: int, text: str) -> list[RawBlock]:
    html = STRONG.sub(r"<strong>\1</strong>", escape(text, quote=False))
    html = LINK.sub(r'<a href="\2">\1</a>', EM.sub(r"<em>\1</em>", html)).replace("\n", "<br>")
    tokens = read_inline(clean_html(html))
    return [RawBlock(kind, level, write_inline(tokens), plain(tokens))] if tokens else []


def write_lines(blocks: Iterable[RawBlock]) -> str:
    """The text as lines, to be edited without scripts."""
    parts: list[str] = []
    before = ""
    for block in blocks:
        is_list = block.kind in {"bullet", "number"}
        if parts:
            parts.append("\n" if is_list and before == block.kind else "\n\n")
        parts.append(written_line(block))
        before = block.kind
    return "".join(parts)


def written_line(block: RawBlock) -> str:
    words = "".join(
        line_words(list(run)) for _marks, run in groupby(read_inline(block.html), key=lambda one: one.marks)
    )
    if block.kind == "paragraph":
        return "\n".join(f"\\{line}" if marker_of(line) else line for line in words.split("\n"))
    words = words.replace("\n", " ")
    if block.kind in {"bullet", "number"}:
        return " " * INDENT * (block.level - 1) + ("- " if block.kind == "bullet" else "1. ") + words
    return PREFIXES[block.kind, block.level] + words


def line_words(run: list[Token]) -> str:
    """Words of one formatting with their marks; white space at the edges stays outside of them."""
    text, first = plain(run), run[0]
    core = text.strip()
    if not core:
        return text
    marked = f"*{core}*" if first.em else core
    marked = f"**{marked}**" if first.strong else marked
    marked = f"[{marked}]({first.href})" if first.href else marked
    return text.replace(core, marked, 1)
