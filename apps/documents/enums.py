"""What kinds of documents there are and who may read them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Category(models.TextChoices):
    STATUTES = "statutes", _("Satzung und Ordnungen")
    RESOLUTION = "resolution", _("Beschlüsse")
    MINUTES = "minutes", _("Niederschriften")
    PAPER = "paper", _("Positionspapiere")
    BUDGET = "budget", _("Haushalt")
    INVOICE = "invoice", _("Rechnungen")
    DUES = "dues", _("Beitragsunterlagen")
    BANK = "bank", _("Bankunterlagen")
    VOUCHER = "voucher", _("Belege")
    BOOKS = "books", _("Bücher und Abschlüsse")
    AUDIT = "audit", _("Kassenprüfung")
    LETTER = "letter", _("Schreiben")
    MATERIAL = "material", _("Fachmaterial")


class Access(models.TextChoices):
    """Widest first."""

    PUBLIC = "public", _("öffentlich")
    MEMBERS = "members", _("alle Mitgliedsstädte")
    BOARD = "board", _("Vorstand")
    TREASURY = "treasury", _("Kasse")
    AUDITORS = "auditors", _("Kassenprüfung")
