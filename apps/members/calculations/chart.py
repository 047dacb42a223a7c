"""A small bar chart of a series, as numbers for an SVG."""

from collections.abc import Sequence
from dataclasses import dataclass

HEIGHT = 120
BAR = 44
GAP = 36
LABEL = 18
WIDTH = 640


@dataclass(frozen=True)
class Bar:
    label: str
    value: int
    x: int
    y: int
    height: int

    @property
    def middle(self) -> int:
        return self.x + BAR // 2

    @property
    def value_y(self) -> int:
        return self.y - 5


@dataclass(frozen=True)
class BarChart:
    bars: list[Bar]
    width: int
    height: int = HEIGHT + 2 * LABEL
    bar_width: int = BAR
    base: int = HEIGHT + LABEL
    label_y: int = HEIGHT + 2 * LABEL - 4


def bar_chart(series: Sequence[tuple[str, int]]) -> BarChart:
    """Bars from zero, the largest as high as the chart; a short series doesn't grow into the width."""
    largest = max((value for _label, value in series), default=0) or 1
    bars = []
    for index, (label, value) in enumerate(series):
        height = HEIGHT * value // largest
        bars.append(Bar(label, value, GAP + index * (BAR + GAP), LABEL + HEIGHT - height, height))
    return BarChart(bars, max(WIDTH, GAP + len(bars) * (BAR + GAP)))
