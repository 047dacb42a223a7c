from django.db import models
from django.utils.translation import gettext_lazy as _


class ResolutionState(models.TextChoices):
    DRAFT = "draft", _("Entwurf")
    PROPOSED = "proposed", _("zur Abstimmung gestellt")
    ADOPTED = "adopted", _("angenommen")
    REJECTED = "rejected", _("abgelehnt")
    WITHDRAWN = "withdrawn", _("zurückgezogen")


class Mode(models.TextChoices):
    """How the body met (§ 32 BGB)."""

    IN_PERSON = "in_person", _("in Präsenz")
    HYBRID = "hybrid", _("hybrid (§ 32 Abs. 2 Satz 1 BGB)")
    VIRTUAL = "virtual", _("virtuell (§ 32 Abs. 2 Satz 2 BGB)")
    CIRCULAR = "circular", _("im Umlaufverfahren (§ 32 Abs. 3 BGB)")


class Relation(models.TextChoices):
    """What a later resolution does to an earlier one."""

    REPEALS = "repeals", _("hebt auf")
    REPLACES = "replaces", _("ersetzt")
    AMENDS = "amends", _("ändert")
