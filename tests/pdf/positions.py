"""Where text stands on a printed page, in millimetres from its upper left edge."""

from typing import NamedTuple

import pypdfium2

MILLIMETRES_PER_POINT = 25.4 / 72


class Place(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def inside(self, left: float, top: float, right: float, bottom: float) -> bool:
        return left <= self.left and top <= self.top and self.right <= right and self.bottom <= bottom


def page_texts(data: bytes) -> list[str]:
    """The text of each page."""
    document = pypdfium2.PdfDocument(data)
    return [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in document]


def place_of(data: bytes, text: str, page: int = 0) -> Place:
    """Where `text` stands first on the page, as the rectangle around its characters."""
    sheet = pypdfium2.PdfDocument(data)[page]
    words = sheet.get_textpage()
    found = words.search(text, match_case=True).get_next()
    assert found is not None, f"{text!r} is not on page {page + 1}:\n{words.get_text_range()}"
    start, count = found
    boxes = [words.get_charbox(index) for index in range(start, start + count)]
    height = sheet.get_height()
    return Place(
        min(box[0] for box in boxes) * MILLIMETRES_PER_POINT,
        (height - max(box[3] for box in boxes)) * MILLIMETRES_PER_POINT,
        max(box[2] for box in boxes) * MILLIMETRES_PER_POINT,
        (height - min(box[1] for box in boxes)) * MILLIMETRES_PER_POINT,
    )


def text_inside(data: bytes, left: float, top: float, right: float, bottom: float, page: int = 0) -> str:
    """All text of the page whose characters stand inside the rectangle, white space made even."""
    sheet = pypdfium2.PdfDocument(data)[page]
    height = sheet.get_height()
    point = MILLIMETRES_PER_POINT
    text = sheet.get_textpage().get_text_bounded(
        left=left / point, bottom=height - bottom / point, right=right / point, top=height - top / point
    )
    return " ".join(text.split())
