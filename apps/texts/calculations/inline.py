"""Words of one block with their formatting, and the one canonical HTML they are written in."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser

LINE_BREAK = "\n"
WORDS = re.compile(r"\n|[^\S\n]+|\d+(?:[.,]\d+)+|\w+|[^\w\s]")


@dataclass(frozen=True)
class Token:
    """A word, a space, a mark of punctuation or a line break."""

    text: str
    strong: bool = False
    em: bool = False
    href: str = ""

    @property
    def marks(self) -> tuple[str, bool, bool]:
        return self.href, self.strong, self.em


class InlineReader(HTMLParser):
    """Reads clean inline HTML (strong, em, a, br) into runs of text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.runs: list[Token] = []
        self.strong = 0
        self.em = 0
        self.hrefs: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"strong", "b"}:
            self.strong += 1
        elif tag in {"em", "i"}:
            self.em += 1
        elif tag == "a":
            self.hrefs.append(dict(attrs).get("href") or "")
        elif tag == "br":
            self.add(LINE_BREAK)

    def handle_endtag(self, tag: str) -> None:
        if tag in {"strong", "b"}:
            self.strong = max(0, self.strong - 1)
        elif tag in {"em", "i"}:
            self.em = max(0, self.em - 1)
        elif tag == "a" and self.hrefs:
            self.hrefs.pop()

    def handle_data(self, data: str) -> None:
        self.add(re.sub(r"\s+", " ", data))

    def add(self, text: str) -> None:
        href = self.hrefs[-1] if self.hrefs else ""
        self.runs.append(Token(text, self.strong > 0, self.em > 0, href))


def split_words(run: Token) -> list[Token]:
    words = (word if word == LINE_BREAK or not word.isspace() else " " for word in WORDS.findall(run.text))
    return [Token(word, run.strong, run.em, run.href) for word in words]


def tidy(tokens: Iterable[Token]) -> list[Token]:
    """Drop doubled, leading and trailing white space, so that equal texts are equal strings."""
    kept: list[Token] = []
    for token in tokens:
        if token.text == " " and (not kept or kept[-1].text in {" ", LINE_BREAK}):
            continue
        if token.text == LINE_BREAK:
            while kept and kept[-1].text == " ":
                kept.pop()
            if not kept:
                continue
        kept.append(token)
    while kept and kept[-1].text in {" ", LINE_BREAK}:
        kept.pop()
    return kept


def read_inline(html: str) -> list[Token]:
    """Tokens of one block's inline HTML."""
    reader = InlineReader()
    reader.feed(html)
    reader.close()
    return tidy(join_runs(reader.runs))


def join_runs(runs: Sequence[Token]) -> list[Token]:
    """Cut runs into words after joining neighbours of equal formatting, so that tags never cut a word of one format."""
    joined: list[Token] = []
    for run in runs:
        if joined and joined[-1].marks == run.marks:
            joined[-1] = Token(joined[-1].text + run.text, run.strong, run.em, run.href)
        else:
            joined.append(run)
    return [word for run in joined for word in split_words(run)]


def write_inline(tokens: Sequence[Token]) -> str:
    """Canonical inline HTML: links outside, then strong, then em."""
    parts: list[str] = []
    for index, token in enumerate(tokens):
        before = tokens[index - 1].marks if index else ("", False, False)
        parts.append(switch(before, token.marks))
        parts.append("<br>" if token.text == LINE_BREAK else escape(token.text, quote=False))
    parts.append(switch(tokens[-1].marks if tokens else ("", False, False), ("", False, False)))
    return "".join(parts)


def switch(before: tuple[str, bool, bool], after: tuple[str, bool, bool]) -> str:
    """Closing and opening tags between two neighbouring tokens."""
    if before == after:
        return ""
    return closing(before) + opening(after)


def opening(marks: tuple[str, bool, bool]) -> str:
    href, strong, em = marks
    link = f'<a href="{escape(href)}" rel="noopener">' if href else ""
    return link + ("<strong>" if strong else "") + ("<em>" if em else "")


def closing(marks: tuple[str, bool, bool]) -> str:
    href, strong, em = marks
    return ("</em>" if em else "") + ("</strong>" if strong else "") + ("</a>" if href else "")


def plain(tokens: Iterable[Token]) -> str:
    return "".join(token.text for token in tokens)
