from django.db import models
from django.utils.translation import gettext_lazy as _


class ItemState(models.TextChoices):
    OPEN = "open", _("zu prüfen")
    QUESTION = "question", _("Frage offen")
    ANSWERED = "answered", _("beantwortet")
    TICKED = "ticked", _("geprüft")


class Weight(models.TextChoices):
    NOTE = "note", _("Hinweis")
    REMARK = "remark", _("Bemerkung")
    OBJECTION = "objection", _("Beanstandung")


class Recommendation(models.TextChoices):
    GRANT = "grant", _("Entlastung erteilen")
    WITH_CONDITIONS = "conditions", _("Entlastung unter Auflagen erteilen")
    REFUSE = "refuse", _("Entlastung nicht erteilen")
