"""Building blocks of the screens."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.core.paginator import Page
from django.template.base import NodeList, Parser, Token
from django.template.context import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from apps.core import colours
from apps.core.models import Job
from apps.core.tables import Column, Table, present

register = template.Library()

TONES = {"info", "success", "warning", "danger"}


@register.simple_tag
def icon(name: str) -> SafeString:
    """A decorative KERN icon; the text beside it carries the meaning."""
    return format_html('<span class="kern-icon kern-icon--{}" aria-hidden="true"></span>', name)


@register.simple_tag
def badge(label: Any, tone: str = "info") -> SafeString:
    """State in a word. Tones: info, success, warning, danger, and neutral."""
    kind = f"kern-badge--{tone}" if tone in TONES else "badge--neutral"
    return format_html(
        '<span class="kern-badge kern-badge--small {}"><span class="kern-label">{}</span></span>', kind, label
    )


@register.simple_tag
def fact(label: Any, value: Any, url: str = "") -> SafeString:
    """One pair inside `<dl class="facts">`; the value is shown in German notation."""
    shown = present(value)
    if url:
        shown = format_html('<a class="kern-link" href="{}">{}</a>', url, shown)
    return format_html('<div class="facts__item"><dt>{}</dt><dd>{}</dd></div>', label, shown)


@register.filter
def presented(value: Any) -> Any:
    """A value of any type in German notation."""
    return present(value)


@register.simple_tag(takes_context=True)
def querystring_with(context: Context, *pairs: Any) -> str:
    """The present address with these parameters (name, value, …) set; None or "" removes. Paging starts anew."""
    query = context["request"].GET.copy()
    for gone in ("seite", "export"):
        query.pop(gone, None)
    for name, value in zip(pairs[::2], pairs[1::2], strict=True):
        if value in {None, ""}:
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}"


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: Context, page: Page) -> dict[str, Any]:
    pages = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {"request": context["request"], "page": page, "pages": list(pages)}


@register.inclusion_tag("components/sort_header.html", takes_context=True)
def sort_header(context: Context, table: Table, column: Column) -> dict[str, Any]:
    """Header cell; sortable columns carry a link that turns the order round."""
    ascending, descending = table.sorting == column.name, table.sorting == f"-{column.name}"
    return {
        "request": context.get("request"),
        "column": column,
        "sortable": table.sortable and bool(column.order),
        "direction": "ascending" if ascending else "descending" if descending else "",
        "next": f"-{column.name}" if ascending else column.name,
    }


@register.inclusion_tag("components/table.html", takes_context=True)
def table(context: Context, table: Table) -> dict[str, Any]:
    """A table of the house: compact, with totals, as cards on a phone."""
    return {"request": context.get("request"), "table": table}


@register.inclusion_tag("components/empty.html")
def empty(title: Any, text: Any = "", action_label: Any = "", action_url: str = "") -> dict[str, Any]:
    """What stands where nothing is yet: says what to do first."""
    return {"title": title, "text": text, "action_label": action_label, "action_url": action_url}


@register.inclusion_tag("components/progress.html")
def progress(job: Job) -> dict[str, Any]:
    return {"job": job}


@register.inclusion_tag("components/tile.html")
def tile(label: Any, value: Any, hint: Any = "", url: str = "", tone: str = "") -> dict[str, Any]:
    """A figure the start page leads with; put several into `<div class="tiles">`."""
    return {"label": label, "value": present(value), "hint": hint, "url": url, "tone": tone}


@register.inclusion_tag("components/timeline.html")
def timeline(entries: Any) -> dict[str, Any]:
    """Entries with `title`, `moment` (date or time) and optional `detail`, `actor`, `url`, `tone`."""
    return {"entries": entries}


STEP = '<div class="steps__item"><dt>{}{}{}</dt><dd>{}</dd></div>'
RESULT = '<div class="steps__item steps__item--result"><dt>{}</dt><dd>{}</dd></div>'


@register.simple_tag
def calculation(steps: Iterable[Mapping[str, Any]], result_label: Any = "", result: Any = None) -> SafeString:
    """Steps of a computed figure, each with `label`, `value` and optional `detail` and `why`; the last line is the result."""
    rows = ((step["label"], aside("detail", step), aside("why", step), present(step["value"])) for step in steps)
    last = format_html(RESULT, result_label, present(result)) if result_label else ""
    return format_html('<dl class="steps">{}{}</dl>', format_html_join("", STEP, rows), last)


def aside(name: str, step: Mapping[str, Any]) -> SafeString | str:
    """What a step says beside its label, in small print."""
    text = step.get(name)
    return format_html('<span class="steps__{}">{}</span>', name, text) if text else ""


@register.simple_tag(takes_context=True)
def brand_style(context: Context) -> SafeString:
    """The association's colour from its profile as CSS variables, allowed by the page's nonce.

    A part fetched into a page that stands carries another nonce; that page has its colour already.
    """
    if getattr(context.get("request"), "htmx", False):
        return SafeString("")
    colour = str(getattr(context.get("profile"), "colour", "") or "")
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
        return SafeString("")
    rules = f"--brand:{colour};--brand-text:{colours.readable_on(colour)}"
    action = f";--brand-action:{colour}" if colours.contrast(colour, "#ffffff") >= colours.READABLE else ""
    return format_html('<style nonce="{}">:root{{{}{}}}</style>', context.get("csp_nonce", ""), rules, action)


class AlertNode(template.Node):
    def __init__(self, body: NodeList, tone: template.base.FilterExpression, title: Any) -> None:
        self.body, self.tone, self.title = body, tone, title

    def render(self, context: Context) -> SafeString:
        found = context.template.engine.get_template("components/alert.html")  # type: ignore[union-attr]
        title = self.title.resolve(context) if self.title else ""
        values = {"tone": self.tone.resolve(context), "title": title, "body": self.body.render(context)}
        return found.render(context.new(values))


@register.tag
def alert(parser: Parser, token: Token) -> AlertNode:
    """{% alert "warning" _("Überschrift") %} text {% endalert %}"""
    _name, *arguments = token.split_contents()
    body = parser.parse(("endalert",))
    parser.delete_first_token()
    expressions = [parser.compile_filter(argument) for argument in arguments]
    return AlertNode(body, expressions[0], expressions[1] if len(expressions) > 1 else None)
