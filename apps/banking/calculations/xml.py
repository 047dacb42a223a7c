"""XML as a tree of local names that remembers line numbers. No DTD, no entity, no deep nesting gets through."""

from dataclasses import dataclass, field
from typing import Any

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, XMLParser

from apps.banking.calculations.errors import Fault, StatementFault

DEEPEST = 40


@dataclass(slots=True)
class Node:
    """One element: local name, line in the file, text, children."""

    name: str
    line: int
    attributes: dict[str, str]
    namespace: str = ""
    text: str = ""
    children: list["Node"] = field(default_factory=list)

    def all(self, path: str) -> list["Node"]:
        """All elements under `A/B/C`."""
        nodes = [self]
        for name in path.split("/"):
            nodes = [child for node in nodes for child in node.children if child.name == name]
        return nodes

    def first(self, *paths: str) -> "Node | None":
        """The first element found under one of the paths."""
        for path in paths:
            node: Node | None = self
            for name in path.split("/"):
                node = next((child for child in node.children if child.name == name), None) if node else None
            if node:
                return node
        return None

    def value(self, *paths: str) -> str:
        """The text under the first of the paths that holds any, without blanks around it."""
        for path in paths:
            node = self.first(path)
            if node and node.text.strip():
                return node.text.strip()
        return ""


class _Builder:
    """Receives the parser's events and builds nodes."""

    def __init__(self) -> None:
        self.root: Node | None = None
        self.open: list[Node] = []
        self.expat: Any = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        namespace, _, name = tag[1:].rpartition("}") if tag.startswith("{") else ("", "", tag)
        node = Node(name, self.expat.CurrentLineNumber, attributes, namespace if not self.open else "")
        if self.open:
            self.open[-1].children.append(node)
        else:
            self.root = node
        self.open.append(node)
        if len(self.open) > DEEPEST:
            raise StatementFault(Fault.TOO_DEEP, line=node.line, element=name)

    def end(self, tag: str) -> None:
        self.open.pop()

    def data(self, text: str) -> None:
        self.open[-1].text += text

    def close(self) -> Node | None:
        return self.root


def parse_xml(content: bytes) -> Node:
    """Read the tree or say on which line the XML breaks or tries what it must not."""
    builder = _Builder()
    parser = XMLParser(target=builder, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    builder.expat = parser.parser
    try:
        parser.feed(content)
        root: Node | None = parser.close()
    except DefusedXmlException as error:
        raise StatementFault(Fault.FORBIDDEN_XML, line=builder.expat.CurrentLineNumber) from error
    except ParseError as error:
        raise StatementFault(Fault.BROKEN_XML, line=error.position[0]) from error
    except (LookupError, ValueError) as error:
        raise StatementFault(Fault.BROKEN_XML, line=1) from error
    if root is None:
        raise StatementFault(Fault.BROKEN_XML, line=1)
    return root
