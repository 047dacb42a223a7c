"""Charts drawn on the server as SVG, the same on screen and on paper.

Colours are presentation attributes, so that they hold in a PDF; on screen the classes take the theme's colours.
Every chart has a title and says its figures in words; the table beside it is the caller's.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from math import log
from zlib import crc32

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from apps.core.templatetags.formats import euro, number

COLOURS = ("#3a5ba9", "#d98a29", "#1f8f74", "#c31c13")
WIDTH, LABEL, BAR, GAP, VALUES, CURVE = 420, 20, 16, 14, 112, 240
LETTER = 9

type Rows = Sequence[tuple[str, Sequence[Decimal]]]
type Notation = Callable[[Decimal], object]


def bar_chart(title: str, rows: Rows, series: Sequence[str], *, notation: Notation = euro) -> SafeString:
    """Bars side by side for each row, e.g. plan and actual; `rows` pairs a label with one value per series."""
    values = [value for _label, each in rows for value in each]
    lowest, highest = min([Decimal(0), *values]), max([Decimal(0), *values])
    scale = Decimal(WIDTH - VALUES) / ((highest - lowest) or 1)
    zero = round(-lowest * scale, 1)
    legend, top = _legend(series)
    height, shapes = top, []
    for label, each in rows:
        shapes += [_text(label, 0, height + 14), _axis(zero, height + LABEL - 2, len(each) * (BAR + 2) + 2)]
        for index, value in enumerate(each):
            y = height + LABEL + index * (BAR + 2)
            start = zero if value >= 0 else zero + round(value * scale, 1)
            shapes.append(_bar(start, y, round(abs(value) * scale, 1), index))
            shapes.append(_text(notation(value), WIDTH, y + 13, anchor="end"))
        height += LABEL + len(each) * (BAR + 2) + GAP
    words = "; ".join(f"{label}: {_named(series, each, notation)}" for label, each in rows)
    return _svg(title, words, height - GAP + 4, _joined([legend, *shapes]))


def share_bar(title: str, parts: Sequence[tuple[str, Decimal]], *, notation: Notation = euro) -> SafeString:
    """One bar cut into shares, e.g. receivables by age or votes; values must not be negative."""
    whole = sum((value for _label, value in parts), Decimal(0))
    shapes, start = [], Decimal(0)
    for index, (label, value) in enumerate(parts):
        width = Decimal(WIDTH) * value / whole if whole else Decimal(0)
        shapes.append(_bar(round(start, 1), 0, round(max(width - 1, Decimal(0)), 1), index, height=28))
        start += width
        y = 52 + index * 22
        shapes.append(_bar(Decimal(0), y - 11, Decimal(12), index, height=12))
        shapes.append(_text(label, 20, y))
        shapes.append(_text(notation(value), WIDTH, y, anchor="end"))
    words = "; ".join(f"{label}: {notation(value)}" for label, value in parts)
    return _svg(title, words, 48 + len(parts) * 22, _joined(shapes))


def curve_chart(
    title: str, points: Sequence[tuple[int, Sequence[Decimal]]], series: Sequence[str], *, notation: Notation = euro
) -> SafeString:
    """One line per series over a size (logarithmic, ascending), e.g. what cities of every size pay."""
    highest = max((value for _size, each in points for value in each), default=Decimal(0)) or Decimal(1)
    smallest, biggest = points[0][0], points[-1][0]
    span = log(biggest / smallest) or 1
    legend, height = _legend(series)
    top, bottom, shapes = height or 4, CURVE - LABEL, [legend]
    for share in (Decimal(0), Decimal("0.5"), Decimal(1)):
        y = round(bottom - share * (bottom - top - LABEL))
        shapes += [_level(y), _text(notation(highest * share), WIDTH, y - 4, anchor="end")]
    for index in range(len(series)):
        places = " ".join(
            f"{log(size / smallest) / span * WIDTH:.1f},{bottom - each[index] / highest * (bottom - top - LABEL):.1f}"
            for size, each in points
        )
        shapes.append(_line(places, index))
    shapes += [_text(number(smallest), 0, CURVE - 4), _text(number(biggest), WIDTH, CURVE - 4, anchor="end")]
    words = "; ".join(
        f"{number(size)}: {_named(series, each, notation)}" for size, each in points[:: -(-len(points) // 40)]
    )
    return _svg(title, words, CURVE, _joined(shapes))


def _named(series: Sequence[str], values: Sequence[Decimal], notation: Notation) -> str:
    if len(series) == 1:
        return str(notation(values[0]))
    return ", ".join(f"{name} {notation(value)}" for name, value in zip(series, values, strict=True))


def _legend(series: Sequence[str]) -> tuple[SafeString, int]:
    """The names of the series in as many lines as they need, and how high that is; nothing for a single one."""
    if len(series) < 2:
        return SafeString(""), 0
    parts, x, y = [], 0, 2
    for index, name in enumerate(series):
        width = 18 + len(name) * LETTER
        if x and x + width > WIDTH:
            x, y = 0, y + LABEL
        parts += [_bar(Decimal(x), y, Decimal(12), index, height=12), _text(name, x + 18, y + 11)]
        x += width + GAP
    return _joined(parts), y + LABEL + 2


def _bar(x: Decimal, y: int, width: Decimal, index: int, *, height: int = BAR) -> SafeString:
    number = index % len(COLOURS)
    return format_html(
        '<rect class="series-{}" x="{}" y="{}" width="{}" height="{}" fill="{}"/>',
        number + 1, x, y, width, height, COLOURS[number],
    )  # fmt: skip


def _axis(x: Decimal, y: int, length: int) -> SafeString:
    return format_html(
        '<line class="chart__axis" x1="{0}" x2="{0}" y1="{1}" y2="{2}" stroke="#6e7597"/>', x, y, y + length
    )


def _level(y: int) -> SafeString:
    return format_html('<line class="chart__axis" x1="0" x2="{}" y1="{}" y2="{}" stroke="#6e7597"/>', WIDTH, y, y)


def _line(places: str, index: int) -> SafeString:
    return format_html(
        '<polyline class="line-{}" points="{}" fill="none" stroke="{}" stroke-width="2.5"/>',
        index + 1, places, COLOURS[index],
    )  # fmt: skip


def _text(text: object, x: int, y: int, *, anchor: str = "start") -> SafeString:
    return format_html(
        '<text x="{}" y="{}" text-anchor="{}" font-size="13" fill="#131525">{}</text>', x, y, anchor, text
    )


def _joined(parts: Sequence[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def _svg(title: str, words: str, height: int, body: SafeString) -> SafeString:
    name = f"chart-{crc32(f'{title}{words}'.encode()):08x}"
    return format_html(
        '<svg class="chart" xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="{0}-t {0}-d"'
        ' viewBox="0 0 {1} {2}" font-family="Fira Sans, sans-serif">'
        '<title id="{0}-t">{3}</title><desc id="{0}-d">{4}</desc>{5}</svg>',
        name, WIDTH, height, title, words or _("Keine Werte"), body,
    )  # fmt: skip
