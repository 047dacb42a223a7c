from django.db import models
from django.utils.translation import gettext_lazy as _


class VoucherKind(models.TextChoices):
    INVOICE = "invoice", _("Eingangsrechnung")
    RECEIPT = "receipt", _("Quittung")
    OWN = "own", _("Eigenbeleg")
    CONTRACT = "contract", _("Vertrag")


class VoucherState(models.TextChoices):
    RECEIVED = "received", _("eingegangen")
    CHECKED = "checked", _("geprüft")
    APPROVED = "approved", _("zur Zahlung angewiesen")
    POSTED = "posted", _("gebucht")
    REJECTED = "rejected", _("zurückgewiesen")


class CashKind(models.TextChoices):
    IN = "in", _("Einnahme")
    OUT = "out", _("Ausgabe")
    REVERSAL = "reversal", _("Storno")
    DIFFERENCE = "difference", _("Kassendifferenz")
