"""Which pictures may become the logo: a PNG, or an SVG that can neither run nor load anything."""

import re
import struct
from base64 import b64encode
from xml.etree.ElementTree import Element, register_namespace, tostring

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

SVG = "{http://www.w3.org/2000/svg}"
XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
SHAPES = {
    "svg", "g", "defs", "title", "desc", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon",
    "text", "tspan", "use", "symbol", "clipPath", "mask", "linearGradient", "radialGradient", "stop",
}  # fmt: skip
LOADS_SOMETHING = re.compile(r"url\(\s*['\"]?(?!#)|@import|expression|javascript:", re.IGNORECASE)
PNG_START = b"\x89PNG\r\n\x1a\n"

register_namespace("", "http://www.w3.org/2000/svg")
register_namespace("xlink", "http://www.w3.org/1999/xlink")


class LogoRefused(ValueError):
    """The file is not a picture that may be shown; the argument names the reason: `xml`, `element` or `png`."""


def clean_svg(content: bytes) -> str:
    """Return the drawing with known shapes and harmless attributes only; refuse entities, DTDs and anything that is no SVG."""
    try:
        root = ElementTree.fromstring(content, forbid_dtd=True)
    except (ElementTree.ParseError, DefusedXmlException, ValueError):
        raise LogoRefused("xml") from None
    if root.tag != f"{SVG}svg":
        raise LogoRefused("element")
    _clean(root)
    return tostring(root, encoding="unicode")


def _clean(element: Element) -> None:
    for child in list(element):
        if isinstance(child.tag, str) and child.tag.startswith(SVG) and child.tag.removeprefix(SVG) in SHAPES:
            _clean(child)
        else:
            element.remove(child)
    for name, value in list(element.attrib.items()):
        if not _is_harmless(name, value):
            del element.attrib[name]


def _is_harmless(name: str, value: str) -> bool:
    if name in {"href", XLINK_HREF}:
        return value.startswith("#")
    if name.startswith("{"):
        return name.endswith("}space")
    return not name.lower().startswith("on") and not LOADS_SOMETHING.search(value)


def png_size(content: bytes) -> tuple[int, int]:
    """Width and height of a PNG, from its first chunk."""
    if not content.startswith(PNG_START) or content[12:16] != b"IHDR" or len(content) < 33:
        raise LogoRefused("png")
    width, height = struct.unpack(">II", content[16:24])
    return width, height


def wrapped_png(content: bytes) -> str:
    """An SVG that shows the PNG in its own size."""
    width, height = png_size(content)
    data = b64encode(content).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
        f'<image width="{width}" height="{height}" href="data:image/png;base64,{data}"/></svg>'
    )
