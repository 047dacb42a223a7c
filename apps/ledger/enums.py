from django.db import models
from django.utils.translation import gettext_lazy as _


class AccountKind(models.TextChoices):
    ASSET = "asset", _("Vermögen")
    LIABILITY = "liability", _("Verbindlichkeit")
    EQUITY = "equity", _("Eigene Mittel")
    INCOME = "income", _("Einnahme")
    EXPENSE = "expense", _("Ausgabe")


class Sphere(models.TextChoices):
    """The spheres of a tax-privileged body; every line carries one."""

    IDEAL = "ideal", _("Ideeller Bereich")
    ASSETS = "assets", _("Vermögensverwaltung")
    PURPOSE = "purpose", _("Zweckbetrieb")
    BUSINESS = "business", _("Wirtschaftlicher Geschäftsbetrieb")
    UNALLOCATED = "unallocated", _("Noch zuzuordnen")


class CostCentreKind(models.TextChoices):
    MEETING = "meeting", _("Treffen")
    GROUP = "group", _("Fachgruppe")
    CITY = "city", _("Stadt")
    GENERAL = "general", _("Allgemein")


class Side(models.TextChoices):
    DEBIT = "debit", _("Soll")
    CREDIT = "credit", _("Haben")
