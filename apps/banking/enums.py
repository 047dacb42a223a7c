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
    RULE = "rule", _("Buchungsregel")
    EXPECTED = "expected", _("unser Zahlungsauftrag")
    WITH_SIDES = "with_sides", _("mit Zinsen und Kosten")
    SIDES_FIRST = "sides_first", _("Zinsen und Kosten zuerst")
    MANUAL = "manual", _("von Hand zugeordnet")


class StatementFormat(models.TextChoices):
    """How the bank wrote it. Only formats with balances prove themselves."""

    CAMT053 = "camt.053", _("CAMT.053")
    CAMT052 = "camt.052", _("CAMT.052 (laufender Tag)")
    MT940 = "mt940", _("MT940")
    CSV_SPARKASSE_CAMT = "csv.sparkasse_camt", _("Sparkasse CSV-CAMT")
    CSV_SPARKASSE_MT940 = "csv.sparkasse_mt940", _("Sparkasse CSV-MT940")
    CSV_DKB = "csv.dkb", _("DKB CSV")
    CSV_DKB_2022 = "csv.dkb_2022", _("DKB CSV (bis 2023)")
    CSV_VOLKSBANK = "csv.volksbank", _("Volksbank, GLS CSV")
    CSV_VOLKSBANK_2020 = "csv.volksbank_2020", _("Volksbank, GLS CSV (bis 2021)")
    CSV_ING = "csv.ing", _("ING CSV")
    CSV_COMMERZBANK = "csv.commerzbank", _("Commerzbank CSV")


class RuleState(models.TextChoices):
    PROPOSED = "proposed", _("vorgeschlagen")
    ACTIVE = "active", _("aktiv")
    OFF = "off", _("ausgeschaltet")
    DECLINED = "declined", _("abgelehnt")


class Direction(models.TextChoices):
    IN = "in", _("Eingänge")
    OUT = "out", _("Ausgänge")
