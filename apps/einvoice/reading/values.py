"""Values of XML elements. What is missing or makes no sense is empty: that it does so is a finding of the rules, not of the reader."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from lxml import etree

DECIMAL = re.compile(r"[+-]?\d{1,18}(\.\d{1,12})?")


class Reader:
    """An element, and how to look into it with the prefixes of its syntax."""

    def __init__(self, element: etree._Element, prefixes: Mapping[str, str]) -> None:
        self.element = element
        self.prefixes = dict(prefixes)

    def all(self, path: str) -> Iterator["Reader"]:
        for element in self.element.iterfind(path, self.prefixes):
            yield Reader(element, self.prefixes)

    def first(self, path: str) -> "Reader":
        """The first such element; an empty one if there is none, so that reading goes on."""
        return next(self.all(path), Reader(etree.Element("missing"), self.prefixes))

    def text(self, path: str = ".") -> str:
        return " ".join((self.element.findtext(path, "", self.prefixes) or "").split())

    def texts(self, *paths: str) -> tuple[str, ...]:
        return tuple(filter(None, (self.text(path) for path in paths)))

    def attribute(self, path: str, name: str) -> str:
        return str(self.first(path).element.get(name, ""))

    def decimal(self, path: str = ".") -> Decimal | None:
        text = self.text(path)
        if not DECIMAL.fullmatch(text):
            return None
        try:
            return Decimal(text)
        except InvalidOperation:
            return None

    def day(self, path: str = ".") -> date | None:
        """2027-03-31 of UBL or 20270331 of CII."""
        try:
            return date.fromisoformat(self.text(path)[:10])
        except ValueError:
            return None
