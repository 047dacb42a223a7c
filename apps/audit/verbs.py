"""What happened, in German: every app registers the verbs of its acts in `AppConfig.ready()`."""

from collections.abc import Mapping
from typing import Any

_labels: dict[str, Any] = {}

# The verb of a save outside of any act.
SAVED = "core.saved"
ERASED = "audit.erased"


class UnknownVerb(LookupError):
    """An act names a verb that nobody registered."""


def register_verbs(labels: Mapping[str, Any]) -> None:
    """`register_verbs({"dues.run_issued": _("Beitragsrechnungen ausgestellt")})`."""
    _labels.update(labels)


def require_verb(verb: str) -> None:
    if verb not in _labels:
        raise UnknownVerb(f"{verb!r}: register it with register_verbs() in AppConfig.ready().")


def verb_label(verb: str) -> str:
    """The German words of a verb; the verb itself for one whose app is gone."""
    return str(_labels.get(verb, verb))


def verb_choices() -> list[tuple[str, str]]:
    """Every verb with its words, sorted by the words."""
    return sorted(((verb, str(label)) for verb, label in _labels.items()), key=lambda choice: choice[1])
