from django.utils.translation import gettext as _

from apps.core.errors import DomainError
from apps.texts.models import TextVersion


class TextIsEmpty(DomainError):
    """Nothing readable is left of what was sent."""


class TextChangedMeanwhile(DomainError):
    """Somebody saved a version after the one this edit began with. Nothing is lost: both wordings travel with the error."""

    def __init__(self, current: TextVersion, typed: str) -> None:
        self.current = current
        self.typed = typed
        super().__init__(
            _(
                "%(author)s hat inzwischen Fassung %(number)s gespeichert. Ihr Text steht unverändert im Feld, die andere Fassung "
                "darunter. Vergleichen Sie beide und speichern Sie noch einmal: Ihre wird Fassung %(next)s, keine geht verloren."
            )
            % {
                "author": current.author or _("Jemand"),
                "number": current.number,
                "next": current.number + 1,
            },
            field="content",
        )
