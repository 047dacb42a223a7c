"""What an assessment shows in the list of its run. Written in Python: a page has fifty of them, each with its calculation."""

from collections.abc import Iterator
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from apps.core.templatetags.ui import badge, calculation
from apps.dues.domain.runs import way_of_payment
from apps.dues.models import Assessment


def assessed_city(row: Assessment) -> SafeString:
    """The city, with the way to its invoice, the mandate by which it is debited, and what was found."""
    invoice = getattr(row, "invoice", None)
    name: Any = row.city_label
    if invoice:
        name = format_html('<a class="kern-link" href="{}">{}</a>', invoice.get_absolute_url(), name)
    city = format_html('<span id="stadt-{}">{}</span>', row.position, name)
    found = format_html_join(SafeString("<br>"), "{}", findings(row))
    return format_html('{}<br><span class="muted">{}</span>', city, found) if found else city


def findings(row: Assessment) -> Iterator[tuple[SafeString]]:
    if row.direct_debit:
        yield (format_html("<span>{}</span>", way_of_payment(row.direct_debit)),)
    for finding in row.findings:
        text = finding["text"]
        yield (badge(text, "danger") if finding["blocks"] else format_html('<span class="muted">{}</span>', text),)


def steps(row: Assessment) -> SafeString | str:
    """The calculation, folded up."""
    if not row.steps:
        return "–"
    return format_html(
        '<details><summary>{}<span class="kern-sr-only"> {}</span></summary>{}</details>',
        _("zeigen"),
        row.city_label,
        calculation(row.steps, _("Beitrag"), row.amount),
    )
