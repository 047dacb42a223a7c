from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Syntax(StrEnum):
    """The two syntaxes of EN 16931 (CEN/TS 16931-2)."""

    CII = "cii"
    UBL = "ubl"


class InvoiceForm(models.TextChoices):
    """The form in which somebody wants to get invoices."""

    PDF = "pdf", _("PDF")
    ZUGFERD = "zugferd", _("ZUGFeRD")
    XRECHNUNG_CII = "xrechnung_cii", _("XRechnung (CII)")
    XRECHNUNG_UBL = "xrechnung_ubl", _("XRechnung (UBL)")


XRECHNUNG = (InvoiceForm.XRECHNUNG_CII, InvoiceForm.XRECHNUNG_UBL)


class Severity(models.TextChoices):
    """How much weight the official rules give to a finding (`flag` of the assertion)."""

    FATAL = "fatal", _("Fehler")
    WARNING = "warning", _("Warnung")
    INFORMATION = "information", _("Hinweis")


class TypeCode(models.TextChoices):
    """Kinds of invoice (BT-3, UNTDID 1001) that XRechnung knows (BR-DE-17)."""

    PARTIAL = "326", _("Teilrechnung")
    INVOICE = "380", _("Rechnung")
    CREDIT_NOTE = "381", _("Gutschrift oder Stornorechnung")
    CORRECTION = "384", _("Rechnungskorrektur")
    SELF_BILLED = "389", _("Gutschriftverfahren")
    PARTIAL_CONSTRUCTION = "875", _("Teilrechnung (Bau)")
    PARTIAL_FINAL_CONSTRUCTION = "876", _("Teilschlussrechnung (Bau)")
    FINAL_CONSTRUCTION = "877", _("Schlussrechnung (Bau)")


class TaxCategory(models.TextChoices):
    """Categories of value added tax (BT-118, BT-151; UNTDID 5305)."""

    STANDARD = "S", _("steuerpflichtig")
    ZERO = "Z", _("Steuersatz null")
    EXEMPT = "E", _("steuerbefreit")
    REVERSE_CHARGE = "AE", _("Steuerschuld beim Empfänger (§ 13b UStG)")
    INTRA_COMMUNITY = "K", _("innergemeinschaftliche Lieferung")
    EXPORT = "G", _("Ausfuhr")
    OUTSIDE_SCOPE = "O", _("nicht steuerbar")
    CANARIES = "L", _("Kanarische Inseln")
    CEUTA = "M", _("Ceuta und Melilla")
