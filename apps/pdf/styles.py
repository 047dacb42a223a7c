"""Styles that know from the start what no rule says.

WeasyPrint works out each of some two hundred properties of a style when it is first asked for, and asks every style for
most of them. Nearly all are initial values. Here a style is born with those of its initial values that need no
computing; the rest is left to WeasyPrint, and every document stays the same to the byte.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

LEFT_TO_WEASYPRINT = {"display", "float", "page", "position"}
BORDERS = ("border_top", "border_right", "border_bottom", "border_left", "outline")


@cache
def quick_classes() -> tuple[type[Any], type[Any]]:
    """Return the style of an element and the style of an anonymous box."""
    from weasyprint import css
    from weasyprint.css.functions import check_math

    initial = {
        name: value
        for name, value in css.INITIAL_VALUES.items()
        if name not in css.INHERITED
        and name not in css.INITIAL_NOT_COMPUTED
        and name not in LEFT_TO_WEASYPRINT
        and not name.startswith("text_decoration_")
        and not check_math(value)
    }
    of_elements = initial | {f"{border}_width": 0 for border in BORDERS}
    logical = frozenset(name for name in css.INITIAL_VALUES if "_block" in name or "_inline" in name)
    border_styles = frozenset(f"{border}_style" for border in BORDERS)

    class QuickStyle(css.ComputedStyle):  # type: ignore[misc]
        def __init__(self, parent_style: Any, cascaded: dict[str, Any], *arguments: Any) -> None:
            super().__init__(parent_style, cascaded, *arguments)
            if not logical.isdisjoint(cascaded):
                return
            self.update(of_elements if border_styles.isdisjoint(cascaded) else initial)
            for name in of_elements.keys() & cascaded.keys():
                self.pop(name, None)

    class QuickAnonymousStyle(css.AnonymousStyle):  # type: ignore[misc]
        def __init__(self, parent_style: Any) -> None:
            self.update(initial)
            super().__init__(parent_style)

    return QuickStyle, QuickAnonymousStyle


@contextmanager
def quick_styles() -> Iterator[None]:
    """Let WeasyPrint make these styles instead of its own."""
    from weasyprint import css

    own = css.ComputedStyle, css.AnonymousStyle
    css.ComputedStyle, css.AnonymousStyle = quick_classes()
    try:
        yield
    finally:
        css.ComputedStyle, css.AnonymousStyle = own
