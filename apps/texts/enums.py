from django.db import models
from django.utils.translation import gettext_lazy as _


class TextKind(models.TextChoices):
    """What a text is for; its owner knows the rest."""

    RESOLUTION = "resolution", _("Beschlusstext")
    PAPER = "paper", _("Positionspapier")
