from django.db import models
from django.utils.translation import gettext_lazy as _


class LineState(models.TextChoices):
    """Derived from what happened to a line, never typed."""

    OPEN = "open", _("offen")
    BOOKED = "booked", _("verbucht")
    UNCLEAR = "unclear", _("ungeklärt")
    IGNORED = "ignored", _("nicht zu buchen")


class MatchKind(models.TextChoices):
    REFERENCE = "reference", _("Zahlungsreferenz")
    NUMBER = "number", _("Rechnungsnummer")
    IBAN_AMOUNT = "iban_amount", _("bekanntes Konto und Betrag")
    NAME_AMOUNT = "name_amount", _("Name und Betrag")
    JOINT = "joint", _("Sammelzahlung")
    PARTIAL = "partial", _("Teilzahlung")
    OVER = "over", _("Überzahlung")
    PAID_TWICE = "paid_twice", _("Doppelzahlung")
    RETURNED = "returned", _("Rückzahlung")
    AMOUNT = "amount", _("nur Betrag")
    BANK_FEE = "bank_fee", _("Bankentgelt")
    ACCOUNT = "account", _("Buchungstext")
    MANUAL = "manual", _("von Hand zugeordnet")
