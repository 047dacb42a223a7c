"""The typefaces of the prints and the one font configuration that knows no other."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.sax.saxutils import escape

FACES = {
    "source-sans/TTF": ("SourceSans3-Regular", "SourceSans3-It", "SourceSans3-Semibold", "SourceSans3-SemiboldIt"),
    "source-serif/TTF": ("SourceSerif4-Regular", "SourceSerif4-It", "SourceSerif4-Semibold", "SourceSerif4-SemiboldIt"),
}


def missing_faces(fonts_dir: Path) -> list[str]:
    """Return the font files that set-up should have installed but did not."""
    files = [fonts_dir / folder / f"{face}.ttf" for folder, faces in FACES.items() for face in faces]
    return [str(file) for file in files if not file.is_file()]


def font_configuration(fonts_dir: Path, cache_dir: Path) -> str:
    """Return a fontconfig file that offers exactly `FACES`: every other font of the machine stays unknown."""
    folders = "".join(f"<dir>{escape(str(fonts_dir / folder))}</dir>" for folder in FACES)
    accepted = "".join(f"<glob>*/{face}.ttf</glob>" for faces in FACES.values() for face in faces)
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
