"""Judge an invoice by the official schema and rules, and say in German what is wrong."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.translation import gettext as _
from lxml import etree

from apps.einvoice import specifications as spec
from apps.einvoice.enums import Severity
from apps.einvoice.explanations import explanation
from apps.einvoice.parsing import syntax_of
from apps.einvoice.rulebook import rulebook
from apps.einvoice.schematron import Assertion, broken_rules

SCHEMA = "Schema"
NO_EINVOICE = "§ 14 UStG"
SPECIFICATIONS = (
    "{*}CustomizationID",
    "{*}ExchangedDocumentContext/{*}GuidelineSpecifiedDocumentContextParameter/{*}ID",
)
NAMES = re.compile(r"\{[^}]*\}")


@dataclass(frozen=True)
class Finding:
    """A rule that does not hold. `text` says in German what is wrong; `original` is the rule's own wording."""

    rule: str
    severity: Severity
    text: str
    original: str = ""
    location: str = ""

    @property
    def is_fatal(self) -> bool:
        return self.severity == Severity.FATAL


def validate(root: etree._Element) -> tuple[Finding, ...]:
    """Return the findings of schema and rules, gravest first. An invoice that breaks its schema is not judged further."""
    specification = specification_of(root)
    book = rulebook(root.tag, syntax_of(root), specification)
    found = list(schema_findings(root, book.schema))
    if not found:
        found = [finding_of(item) for item in dict.fromkeys(broken_rules(root, book.sheets))]
    if specification in {spec.MINIMUM, spec.BASIC_WL}:
        found.append(no_einvoice())
    return tuple(sorted(found, key=lambda finding: Severity.values.index(finding.severity)))


def specification_of(root: etree._Element) -> str:
    """BT-24."""
    return next((text.strip() for path in SPECIFICATIONS if (text := root.findtext(path))), "")


@cache
def schema(path: Path) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(path)))


def schema_findings(root: etree._Element, path: Path) -> Iterator[Finding]:
    judge = schema(path)
    if judge.validate(root):
        return
    for error in judge.error_log:
        original = NAMES.sub("", error.message)
        element = re.match(r"Element '([^']+)'", original)
        text = _("Der Aufbau der Datei entspricht nicht dem Schema (Zeile %(line)s, Element »%(element)s«).") % {
            "line": error.line,
            "element": element.group(1) if element else "?",
        }
        yield Finding(SCHEMA, Severity.FATAL, text, original, error.path or "")


def finding_of(item: Assertion) -> Finding:
    severity = Severity(item.flag) if item.flag in Severity.values else Severity.FATAL
    return Finding(item.rule, severity, explanation(item.rule) or item.text, item.text, item.location)


def no_einvoice() -> Finding:
    return Finding(
        NO_EINVOICE,
        Severity.FATAL,
        _("Die Profile MINIMUM und BASIC WL enthalten keine Positionen und sind keine E-Rechnung (§ 14 Abs. 1 UStG)."),
    )
