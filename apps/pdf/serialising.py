"""Turns every object of a PDF into bytes once.

For the identifier that PDF/A asks for, pydyf serialises and compresses all objects, and then once more for the file. Objects
that are bytes already are only copied, in both passes, and the file is the same.
"""

from typing import Any


def serialise_once(pdf: Any) -> None:
    """Replace all objects but the free one by their bytes; nothing of them can be changed after that."""
    from pydyf import Object

    class Written(Object):  # type: ignore[misc]
        data = b""
        compressible = False

    def written(item: Any) -> Written:
        done = Written()
        done.number, done.generation = item.number, item.generation
        done.data, done.compressible = item.data, item.compressible
        return done

    pdf.objects[1:] = map(written, pdf.objects[1:])
