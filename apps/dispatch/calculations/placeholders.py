"""Texts with places to fill: {nummer}. Nothing but plain names is understood, so a text can't reach into the program."""

import re
from collections.abc import Iterable, Mapping

PLACE = re.compile(r"\{([^{}]*)\}")
NAME = re.compile(r"[a-z_]+")


def unknown_places(text: str, known: Iterable[str]) -> list[str]:
    """What stands in braces but has no meaning, in order and once."""
    names = set(known)
    return list(dict.fromkeys(f"{{{name}}}" for name in PLACE.findall(text) if name not in names))


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put the values in; a place without a value stays as it is, so that the review shows it."""
    return PLACE.sub(lambda found: values.get(found[1], found[0]) if NAME.fullmatch(found[1]) else found[0], text)
