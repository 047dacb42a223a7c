from django.db import models
from django.utils.translation import gettext_lazy as _


class PaperType(models.TextChoices):
    RESOLUTION = "resolution", _("Resolution")
    DECLARATION = "declaration", _("Erklärung")
    POSITION_PAPER = "position", _("Positionspapier")
    APPEAL = "appeal", _("Appell")


class Level(models.TextChoices):
    """On which level the paper speaks; it decides who in a city may sign."""

    EXPERT = "expert", _("fachlich")
    POLITICAL = "political", _("politisch")


class PaperState(models.TextChoices):
    IDEA = "idea", _("Idee")
    DRAFT = "draft", _("Entwurf")
    FROZEN = "frozen", _("zur Mitzeichnung")
    PUBLISHED = "published", _("veröffentlicht")
    WITHDRAWN = "withdrawn", _("zurückgezogen")


class SignatureOrder(models.TextChoices):
    ALPHABETICAL = "alphabetical", _("nach dem Namen der Stadt")
    DATE = "date", _("nach dem Tag der Zeichnung")
    POPULATION = "population", _("nach der Einwohnerzahl")


class SignatureForm(models.TextChoices):
    ONLINE = "online", _("in diesem Programm erklärt")
    LETTER = "letter", _("unterzeichnetes Schreiben")


class LegalBasis(models.TextChoices):
    """By what right the person speaks for the city."""

    EXPERT_LEVEL = "expert_level", _("Fachebene (Amts- oder Bereichsleitung)")
    DEPUTY_MAYOR = "deputy_mayor", _("Beigeordnete:r oder Dezernent:in")
    MAYOR = "mayor", _("Oberbürgermeister:in")
    COUNCIL = "council", _("Beschluss des Rates")
