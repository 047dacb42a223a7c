from django.db import models
from django.utils.translation import gettext_lazy as _


class PlanState(models.TextChoices):
    DRAFT = "draft", _("Entwurf")
    PROPOSED = "proposed", _("zur Beschlussfassung")
    ADOPTED = "adopted", _("beschlossen")
    SUPERSEDED = "superseded", _("durch Nachtrag ersetzt")
    WITHDRAWN = "withdrawn", _("zurückgezogen")
