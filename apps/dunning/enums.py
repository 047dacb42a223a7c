"""Words of the app: states, reasons to wait, and what touches the limitation."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ProcedureState(TextChoices):
    DRAFT = "draft", _("Entwurf")
    IN_FORCE = "in_force", _("in Kraft")


class RunState(TextChoices):
    PREVIEW = "preview", _("Vorschau")
    ISSUED = "issued", _("ausgestellt")
    DISCARDED = "discarded", _("verworfen")


class BlockKind(TextChoices):
    QUERY = "query", _("offene Rückfrage der Stadt")
    INSTALMENTS = "instalments", _("Ratenzahlung vereinbart")
    DEFERRAL = "deferral", _("gestundet")
    OTHER = "other", _("anderer Grund")


class EventKind(TextChoices):
    """What suspends the limitation or lets it begin anew (BGB §§ 203, 204, 212)."""

    NEGOTIATION = "negotiation", _("Verhandlungen (§ 203 BGB: Hemmung)")
    PROCEEDINGS = "proceedings", _("Mahnbescheid oder Klage (§ 204 BGB: Hemmung)")
    ACKNOWLEDGEMENT = "acknowledgement", _("Anerkenntnis, z. B. Teilzahlung (§ 212 BGB: Neubeginn)")


class Finding(TextChoices):
    """Why an open item is dunned or not."""

    DUNNED = "dunned", _("wird gemahnt")
    WAITS = "waits", _("Frist läuft noch")
    BLOCKED = "blocked", _("Mahnsperre")
    COLLECTED = "collected", _("wird eingezogen")
    SMALL = "small", _("unter dem Mindestbetrag")
    UNRECEIVED = "unreceived", _("nicht zugegangen")
    CREDIT = "credit", _("Guthaben vorhanden")
    EXHAUSTED = "exhausted", _("letzte Stufe erreicht")
    ADDRESS = "address", _("Anschrift fehlt")
