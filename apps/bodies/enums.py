from django.db import models
from django.utils.translation import gettext_lazy as _


class BodyKind(models.TextChoices):
    ASSEMBLY = "assembly", _("Mitgliederversammlung")
    BOARD = "board", _("Vorstand")
    WORKING_GROUP = "working_group", _("Fachgruppe")
    NETWORK = "network", _("Netzwerktreffen")
