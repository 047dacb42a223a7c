"""What printing costs: the plain way of WeasyPrint against the press, per core and over all cores."""

import time
from collections.abc import Callable, Sequence
from functools import cache
from itertools import batched
from pathlib import Path
from statistics import median
from typing import Any

from django.conf import settings

from apps.pdf.finishing import finish
from apps.pdf.fonts import faces, only_these_fonts
from apps.pdf.press import STYLESHEETS, VARIANT, Press, Sheet
from apps.pdf.render import PdfJob, font_configuration, render_many
from apps.pdf.workers import cores

SAMPLE = 20
IN_A_ROW = 5


def naive(job: PdfJob) -> bytes:
    """Print the same page as WeasyPrint's manual shows it: `HTML(…).write_pdf(stylesheets=[…])`, fonts by @font-face."""
    return naive_print(job.sheet())


def naive_print(sheet: Sheet) -> bytes:
    with only_these_fonts(font_configuration()):
        from weasyprint import CSS, HTML
        from weasyprint.text.fonts import FontConfiguration

        fonts = FontConfiguration()
        stylesheets = [CSS(string=font_faces(), font_config=fonts), *map(str, STYLESHEETS)]
        page = HTML(string=sheet.html)
        return bytes(page.write_pdf(stylesheets=stylesheets, font_config=fonts, pdf_variant=VARIANT, finisher=finish))


@cache
def font_faces() -> str:
    return "".join(
        f'@font-face {{ font-family: "{family}"; font-style: {style}; font-weight: {weight}; src: url("{file.as_uri()}") }}'
        for family, style, weight, file in faces(Path(settings.FONTS_DIR))
    )


def measure(jobs: Sequence[PdfJob], workers: int | None = None) -> dict[str, Any]:
    """Return milliseconds of processor time per document, naive and warm, their ratio, and documents per second on all cores."""
    sheets = [job.sheet() for job in jobs]
    press = Press(font_configuration())
    press.warm_up()
    naive_ms, warm_ms = compare(naive_print, press.print, sheets[:SAMPLE])
    start = time.perf_counter()
    printed = sum(1 for _pdf in render_many(jobs, workers))
    seconds = time.perf_counter() - start
    return {
        "documents": printed,
        "workers": workers or cores(),
        "naive_cpu_ms": round(naive_ms, 1),
        "warm_cpu_ms": round(warm_ms, 1),
        "times_faster_per_core": round(naive_ms / warm_ms, 2),
        "all_cores_seconds": round(seconds, 2),
        "all_cores_per_second": round(printed / seconds, 2),
    }


def compare(
    one_way: Callable[[Sheet], bytes], other_way: Callable[[Sheet], bytes], sheets: Sequence[Sheet]
) -> tuple[float, float]:
    """Return the median milliseconds of processor time of both ways, taken in turns, so that a busy moment meets both."""
    one: list[float] = []
    other: list[float] = []
    for block in batched(sheets, IN_A_ROW):
        one += [milliseconds(one_way, sheet) for sheet in block]
        other += [milliseconds(other_way, sheet) for sheet in block]
    return median(one), median(other)


def milliseconds(print_one: Callable[[Sheet], bytes], sheet: Sheet) -> float:
    start = time.process_time()
    print_one(sheet)
    return (time.process_time() - start) * 1000
