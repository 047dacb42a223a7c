from django.db import models
from django.utils.translation import gettext_lazy as _


class PlanState(models.TextChoices):
    DRAFT = "draft", _("Entwurf")
    PROPOSED = "proposed", _("zur Beschlussfassung")
    ADOPTED = "adopted", _("beschlossen")
    SUPERSEDED = "superseded", _("durch Nachtrag ersetzt")
    WITHDRAWN = "withdrawn", _("zurückgezogen")


class Start(models.TextChoices):
    """What a draft begins with."""

    PLAN = "plan", _("Ansätze des geltenden Plans, sonst des Vorjahresplans")
    OUTLOOK = "outlook", _("Vorausschau, die der Vorjahresplan für dieses Jahr enthält")
    ACTUAL = "actual", _("Buchungen des Vorjahres")
    EMPTY = "empty", _("leer")


class ForecastRule(models.TextChoices):
    """How the year's end is estimated for one line of the plan."""

    REMAINING = "remaining", _("Restplan: der Ansatz wird ausgeschöpft")
    LINEAR = "linear", _("linear: wie bisher bis zum Jahresende")
    OWN = "own", _("eigener Wert mit Begründung")


class CostCategory(models.TextChoices):
    """What a lead city pays for at a meeting; rooms come first."""

    ROOM = "room", _("Räume")
    CATERING = "catering", _("Verpflegung")
    MODERATION = "moderation", _("Moderation")
    SPEAKER = "speaker", _("Vorträge")
    SPEAKER_TRAVEL = "travel", _("Reisen der Vortragenden")
    MATERIAL = "material", _("Material")
    TECHNOLOGY = "technology", _("Technik")
    PRINT = "print", _("Druck")
    STAFF = "staff", _("Personal")
    OTHER = "other", _("Sonstiges")


class CostKind(models.TextChoices):
    CASH = "cash", _("bezahlt")
    IN_KIND = "inkind", _("Sachleistung")


class Valuation(models.TextChoices):
    """How a contribution in kind was valued."""

    RENT_LIST = "rent", _("a) Mietverzeichnis der Stadt")
    OFFER = "offer", _("b) Angebot am Markt")
    HOURS = "hours", _("c) Stunden × Satz der Stadt")
    NONE = "none", _("d) nicht bewertet")
