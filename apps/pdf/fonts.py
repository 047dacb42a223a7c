"""The typefaces of the prints and the one font configuration that knows no other."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.sax.saxutils import escape

FAMILIES = {
    "Source Sans 3": ("source-sans/TTF", "SourceSans3"),
    "Source Serif 4": ("source-serif/TTF", "SourceSerif4"),
}
CUTS = {"Regular": ("normal", 400), "It": ("italic", 400), "Semibold": ("normal", 600), "SemiboldIt": ("italic", 600)}


def faces(fonts_dir: Path) -> list[tuple[str, str, int, Path]]:
    """Return family, style, weight and file of every typeface a print may use."""
    return [
        (family, style, weight, fonts_dir / folder / f"{name}-{cut}.ttf")
        for family, (folder, name) in FAMILIES.items()
        for cut, (style, weight) in CUTS.items()
    ]


def missing_faces(fonts_dir: Path) -> list[str]:
    """Return the font files that set-up should have installed but did not."""
    return [str(file) for *_face, file in faces(fonts_dir) if not file.is_file()]


def font_configuration(fonts_dir: Path, cache_dir: Path) -> str:
    """Return a fontconfig file that offers exactly `faces`: every other font of the machine stays unknown."""
    files = [file for *_face, file in faces(fonts_dir)]
    folders = "".join(f"<dir>{escape(str(folder))}</dir>" for folder in sorted({file.parent for file in files}))
    accepted = "".join(f"<glob>{escape(str(file))}</glob>" for file in files)
    return (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"{folders}<cachedir>{escape(str(cache_dir))}</cachedir>"
        f"<selectfont><rejectfont><glob>*</glob></rejectfont><acceptfont>{accepted}</acceptfont></selectfont>"
        "</fontconfig>"
    )


def write_font_configuration(fonts_dir: Path, data_dir: Path) -> Path:
    """Write the font configuration below `data_dir` and return its path; unchanged content is not touched."""
    folder = data_dir / "fonts"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "fonts.conf"
    content = font_configuration(fonts_dir, folder / "cache")
    if not path.is_file() or path.read_text() != content:
        draft = path.with_suffix(f".{os.getpid()}")
        draft.write_text(content)
        draft.replace(path)
    return path


@contextmanager
def only_these_fonts(configuration: Path) -> Iterator[None]:
    """Point fontconfig to `configuration` while its fonts are read, and leave the environment of the process as it was."""
    before = os.environ.get("FONTCONFIG_FILE")
    os.environ["FONTCONFIG_FILE"] = str(configuration)
    try:
        yield
    finally:
        if before is None:
            del os.environ["FONTCONFIG_FILE"]
        else:
            os.environ["FONTCONFIG_FILE"] = before
