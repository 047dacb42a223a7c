"""Find text that people see but gettext does not."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser

from django.template.base import Lexer, TokenType

WORD = re.compile(r"[A-Za-zÄÖÜäöüß]{2,}")
STYLE_CLASS = re.compile(r"[a-z]+(-[a-z]+)+( [a-z]+(-[a-z]+)+)*")
SPOKEN = re.compile(r"\b[A-ZÄÖÜ][a-zäöüß]{2,}")
LITERAL = re.compile(r"""(_\()?("[^"]*"|'[^']*')""")
VISIBLE_ATTRIBUTES = {"alt", "aria-description", "aria-label", "label", "placeholder", "summary", "title"}
UNSEEN_TAGS = {"script", "style"}
ADDRESS_TAGS = {"comment", "extends", "include", "load", "static", "url"}
TRANSLATED_TAGS = {"blocktrans", "blocktranslate", "trans", "translate"}

# keywords and class attributes that end up on a screen
SPOKEN_NAMES = {
    "cancel_label", "caption", "count_label", "description", "empty_label", "empty_text", "empty_title", "final",
    "heading", "help_text", "intro", "label", "lead", "message", "search_label", "submit_label", "text", "title",
    "verbose_name", "verbose_name_plural",
}  # fmt: skip
RELATIONS = {"ForeignKey", "ManyToManyField", "OneToOneField"}


class VisibleText(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.unseen = 0
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.unseen += tag in UNSEEN_TAGS
        self.found += [value for name, value in attrs if name in VISIBLE_ATTRIBUTES and value and WORD.search(value)]

    def handle_endtag(self, tag: str) -> None:
        self.unseen -= tag in UNSEEN_TAGS

    def handle_data(self, data: str) -> None:
        words = " ".join(data.split())
        if not self.unseen and WORD.search(words) and not STYLE_CLASS.fullmatch(words):
            self.found.append(words)


def naked_template_text(source: str) -> list[str]:
    """Visible words of a template outside of translate and blocktranslate."""
    visible, found, closing = [], [], ""
    for token in Lexer(source).tokenize():
        words = token.split_contents() if token.token_type == TokenType.BLOCK else [""]
        if closing:
            closing = "" if words[0] == closing else closing
        elif words[0] in {"blocktrans", "blocktranslate", "comment"}:
            closing = f"end{words[0]}"
        elif token.token_type == TokenType.TEXT:
            visible.append(token.contents)
        elif token.token_type != TokenType.COMMENT and words[0] not in TRANSLATED_TAGS:
            found += naked_literals(token.contents, words[0])
    parser = VisibleText()
    parser.feed("".join(visible))
    parser.close()
    return parser.found + found


def naked_literals(contents: str, tag: str) -> list[str]:
    """Spoken words in the quoted arguments of a tag or filter that do not stand in _("…")."""
    if tag in ADDRESS_TAGS - {"include"}:
        return []
    return [
        literal
        for wrapped, literal in LITERAL.findall(contents)
        if not wrapped and SPOKEN.search(literal) and not literal.strip("\"'").endswith(".html")
    ]


def is_naked(node: ast.expr | None) -> bool:
    """A literal text with words in it, not passed through gettext."""
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(part, ast.Constant) and WORD.search(str(part.value)) for part in node.values)
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(WORD.search(node.value))


def called_name(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def naked_python_text(tree: ast.Module, errors: set[str]) -> Iterator[int]:
    """Lines with a text for the screen that does not pass through gettext; `errors` speak to people too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from naked_arguments(node, errors)
        elif isinstance(node, ast.ClassDef):
            yield from naked_attributes(node)


def naked_arguments(node: ast.Call, errors: set[str]) -> Iterator[int]:
    name, first = called_name(node), node.args[0] if node.args else None
    owner = ast.unparse(node.func.value) if isinstance(node.func, ast.Attribute) else ""
    speaks = (
        name in errors
        or (owner == "models" and name.endswith("Field") and name not in RELATIONS)
        or name in {"euro_field", "add_error"}
    )
    candidates = [keyword.value for keyword in node.keywords if keyword.arg in SPOKEN_NAMES]
    candidates += [first] if speaks and name != "add_error" and first else []
    candidates += node.args[1:2] if name == "add_error" or owner == "messages" else []
    yield from (candidate.lineno for candidate in candidates if is_naked(candidate))


def naked_attributes(node: ast.ClassDef) -> Iterator[int]:
    bases = {ast.unparse(base).rpartition(".")[2] for base in node.bases}
    is_choices = any(base.endswith("Choices") for base in bases)
    spoken = SPOKEN_NAMES - {"label"} if "AppConfig" in bases else SPOKEN_NAMES
    for statement in node.body:
        if isinstance(statement, ast.Assign):
            names = {target.id for target in statement.targets if isinstance(target, ast.Name)}
            value = statement.value
            if is_choices and isinstance(value, ast.Tuple):
                value = value.elts[-1]
            elif not names & spoken:
                continue
            if is_naked(value):
                yield statement.lineno
