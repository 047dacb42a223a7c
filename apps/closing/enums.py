from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class AccountsState(models.TextChoices):
    """How far the closing of a year has come."""

    DRAFT = "draft", _("in Vorbereitung")
    PREPARED = "prepared", _("aufgestellt")
    EXAMINED = "examined", _("geprüft")
    ADOPTED = "adopted", _("beschlossen")
    CLOSED = "closed", _("abgeschlossen")


class ReserveKind(models.TextChoices):
    """What a reserve may be formed for (§ 62 (1) AO)."""

    PROJECT = "project", _("Projektrücklage (§ 62 Abs. 1 Nr. 1 AO)")
    REPLACEMENT = "replacement", _("Wiederbeschaffungsrücklage (§ 62 Abs. 1 Nr. 2 AO)")
    FREE = "free", _("freie Rücklage (§ 62 Abs. 1 Nr. 3 AO)")

    @property
    def account_key(self) -> str:
        return f"RESERVE_{self.name}"


class Direction(models.TextChoices):
    FORM = "form", _("gebildet")
    DISSOLVE = "dissolve", _("aufgelöst")


class Level(models.TextChoices):
    """What a check before closing says."""

    OK = "success", _("erfüllt")
    HINT = "info", _("Hinweis")
    WARNING = "warning", _("bitte prüfen")
    BLOCKER = "danger", _("steht im Weg")


class OpenSide(models.TextChoices):
    """What an open item is to us."""

    CLAIM = "claim", _("Forderung")
    CREDIT = "credit", _("Guthaben einer Stadt")
    DEBT = "debt", _("Verbindlichkeit")


class DatevContent(StrEnum):
    """What a file for the adviser holds; the value stands in its name."""

    BOOKINGS = "Buchungsstapel"
    OPENINGS = "Saldenvortraege"
