"""What the prints need from the machine, said in one sentence each."""

import ctypes
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

from apps.pdf.fonts import missing_faces

LIBRARIES = {
    "Pango": ("libpango-1.0.so.0", "libpango-1.0.dylib", "libpango-1.0-0"),
    "PangoFT2": ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib", "libpangoft2-1.0-0"),
    "HarfBuzz-Subset": ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib", "libharfbuzz-subset-0"),
}
PACKAGES = (
    "Debian/Ubuntu: apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 · "
    "Fedora: dnf install pango harfbuzz · macOS: brew install pango"
)


def loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def check_libraries(**options: Any) -> list[CheckMessage]:
    """Load the system libraries WeasyPrint needs, without the second that importing WeasyPrint takes."""
    missing = [library for library, names in LIBRARIES.items() if not any(loads(name) for name in names)]
    if not missing:
        return []
    message = f"Es können keine PDFs gedruckt werden, dem System fehlt: {', '.join(missing)}."
    return [Error(message, hint=PACKAGES, id="pdf.E001")]


def check_fonts(**options: Any) -> list[CheckMessage]:
    """Look for the typefaces that set-up installs."""
    missing = missing_faces(Path(settings.FONTS_DIR))
    if not missing:
        return []
    return [Error(f"Schriften der PDFs fehlen: {', '.join(missing)}.", hint="make setup", id="pdf.E002")]
