"""Run the official Schematron rules, compiled to XSLT, in this process.

Saxon is a program of its own inside the process and wants to be spoken to by one thread: all questions go to one worker thread,
which compiles each sheet at its first use (0.3 s) and keeps it (1 to 6 ms per invoice from then on).
"""

import os
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

CODE_LISTS = re.compile(r"document\('([^']+_codedb\.xml)'\)")
SVRL = {"svrl": "http://purl.oclc.org/dsdl/svrl"}


class RulesNotApplicable(RuntimeError):
    """Saxon could not run a sheet; nothing is known about the invoice."""


@dataclass(frozen=True)
class Assertion:
    """A rule that does not hold, as the sheet reports it."""

    rule: str
    flag: str
    text: str
    location: str


class Saxon:
    """The processor and its compiled sheets. Lives in one thread."""

    def __init__(self) -> None:
        from saxonche import PySaxonProcessor

        self.processor = PySaxonProcessor(license=False)
        self.xslt = self.processor.new_xslt30_processor()
        self.sheets: dict[Path, Any] = {}

    def sheet(self, path: Path) -> Any:
        if path not in self.sheets:
            self.sheets[path] = self.compiled(path)
        return self.sheets[path]

    def compiled(self, path: Path) -> Any:
        """FeRD's sheets open their code lists anew for every invoice; handed over once, judging takes a third of the time."""
        text = path.read_text(encoding="utf-8")
        lists = CODE_LISTS.search(text)
        if not lists:
            return self.xslt.compile_stylesheet(stylesheet_file=str(path))
        text = CODE_LISTS.sub("$code-lists", text)
        text = text.replace("<xsl:output", '<xsl:param name="code-lists" /><xsl:output', 1)
        sheet = self.xslt.compile_stylesheet(stylesheet_text=text)
        sheet.set_parameter("code-lists", self.processor.parse_xml(xml_file_name=str(path.parent / lists[1])))
        return sheet

    def report(self, xml: str, paths: Sequence[Path]) -> list[str]:
        document = self.processor.parse_xml(xml_text=xml)
        return [self.sheet(path).transform_to_string(xdm_node=document) for path in paths]


class Worker:
    """The one thread that speaks to Saxon."""

    def __init__(self) -> None:
        self.thread = ThreadPoolExecutor(1, thread_name_prefix="schematron", initializer=self.start)

    def start(self) -> None:
        self.saxon = Saxon()

    def report(self, xml: str, paths: Sequence[Path]) -> list[str]:
        return self.thread.submit(lambda: self.saxon.report(xml, paths)).result()


@cache
def worker(process: int) -> Worker:
    """One for each process: a thread does not survive a fork."""
    return Worker()


def broken_rules(root: etree._Element, sheets: Sequence[Path]) -> Iterator[Assertion]:
    """Yield what the sheets find fault with, in their order."""
    xml = etree.tostring(root, encoding="unicode")
    for path, report in zip(sheets, worker(os.getpid()).report(xml, sheets), strict=True):
        if not report:
            raise RulesNotApplicable(path.name)
        found = etree.fromstring(report.encode())
        for item in found.iterfind(".//svrl:failed-assert", SVRL):
            yield assertion_of(item)
        for item in found.iterfind(".//svrl:successful-report", SVRL):
            yield assertion_of(item)


def assertion_of(item: etree._Element) -> Assertion:
    text = " ".join("".join(item.itertext()).split())
    return Assertion(
        rule=item.get("id") or text.partition("]")[0].lstrip("["),
        flag=item.get("flag") or item.get("role") or "fatal",
        text=text.partition("]")[2].lstrip("- ") if text.startswith("[") else text,
        location=item.get("location", ""),
    )
