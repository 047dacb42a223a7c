"""Small helps of the print templates."""

from collections.abc import Sequence

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from apps.pdf.calculations import lines_needed as count_lines

register = template.Library()


@register.filter
def lines_needed(recipient: Sequence[str]) -> int:
    """How many lines the address takes in the window, long lines broken."""
    return count_lines(recipient)


@register.filter
def logo(svg: str, name: str) -> SafeString:
    """The stored, sanitised SVG with a text alternative that names its owner; nothing without a logo."""
    _head, opening, rest = svg.partition("<svg")
    attributes, closing, content = rest.partition(">")
    if not (opening and closing) or attributes.endswith("/"):
        return SafeString("")
    title = escape(_("Logo: %(name)s") % {"name": name})
    if "preserveAspectRatio" not in attributes:
        attributes += ' preserveAspectRatio="xMaxYMin meet"'
    return mark_safe(f"<svg{attributes}><title>{title}</title>{content}")  # noqa: S308
