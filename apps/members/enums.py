from django.db import models
from django.utils.translation import gettext_lazy as _


class Land(models.TextChoices):
    """The 16 Länder by their ISO 3166-2 letters."""

    BW = "BW", _("Baden-Württemberg")
    BY = "BY", _("Bayern")
    BE = "BE", _("Berlin")
    BB = "BB", _("Brandenburg")
    HB = "HB", _("Bremen")
    HH = "HH", _("Hamburg")
    HE = "HE", _("Hessen")
    MV = "MV", _("Mecklenburg-Vorpommern")
    NI = "NI", _("Niedersachsen")
    NW = "NW", _("Nordrhein-Westfalen")
    RP = "RP", _("Rheinland-Pfalz")
    SL = "SL", _("Saarland")
    SN = "SN", _("Sachsen")
    ST = "ST", _("Sachsen-Anhalt")
    SH = "SH", _("Schleswig-Holstein")
    TH = "TH", _("Thüringen")


class MunicipalityType(models.TextChoices):
    """Textkennzeichen of the municipality register (GV100AD, record type 60)."""

    MARKET = "60", _("Markt")
    DISTRICT_FREE_CITY = "61", _("Kreisfreie Stadt")
    CITY_DISTRICT = "62", _("Stadtkreis")
    TOWN = "63", _("Stadt (kreisangehörig)")
    MUNICIPALITY = "64", _("Gemeinde")
    UNINHABITED_OWN = "65", _("gemeindefreies Gebiet, bewohnt")
    UNINHABITED = "66", _("gemeindefreies Gebiet, unbewohnt")
    LARGE_DISTRICT_TOWN = "67", _("Große Kreisstadt")


class MembershipState(models.TextChoices):
    APPLIED = "applied", _("beantragt")
    ADMITTED = "admitted", _("aufgenommen")
    ACTIVE = "active", _("Mitglied")
    NOTICE_GIVEN = "notice_given", _("Austritt erklärt")
    ENDED = "ended", _("beendet")
    REJECTED = "rejected", _("abgelehnt")
    WITHDRAWN = "withdrawn", _("Antrag zurückgenommen")
    EXCLUDED = "excluded", _("ausgeschlossen")


OPEN_STATES = (
    MembershipState.APPLIED,
    MembershipState.ADMITTED,
    MembershipState.ACTIVE,
    MembershipState.NOTICE_GIVEN,
)
COUNTING_STATES = (
    MembershipState.ACTIVE,
    MembershipState.NOTICE_GIVEN,
    MembershipState.ENDED,
    MembershipState.EXCLUDED,
)


class AddressKind(models.TextChoices):
    POSTAL = "postal", _("Postanschrift")
    INVOICE = "invoice", _("Rechnungsanschrift")


class EinvoiceChannel(models.TextChoices):
    """The way on which a city wants to get its invoices, whatever their form."""

    PDF_MAIL = "pdf_mail", _("E-Mail")
    XRECHNUNG_PORTAL = "xrechnung_portal", _("Rechnungsportal des Landes")
    PEPPOL = "peppol", _("Peppol")
    POST = "post", _("Brief")


NEED_XRECHNUNG = (EinvoiceChannel.XRECHNUNG_PORTAL, EinvoiceChannel.PEPPOL)


class ContactKind(models.TextChoices):
    CONTACT = "contact", _("Ansprechperson")
    INVOICE = "invoice", _("Rechnung")
    HEAD = "head", _("Leitung")


class DelegationKind(models.TextChoices):
    DELEGATE = "delegate", _("Delegierte:r")
    DEPUTY = "deputy", _("Stellvertretung")
    CONTACT = "contact", _("Ansprechperson")


LAND_BY_KEY = {
    "01": Land.SH,
    "02": Land.HH,
    "03": Land.NI,
    "04": Land.HB,
    "05": Land.NW,
    "06": Land.HE,
    "07": Land.RP,
    "08": Land.BW,
    "09": Land.BY,
    "10": Land.SL,
    "11": Land.BE,
    "12": Land.BB,
    "13": Land.MV,
    "14": Land.SN,
    "15": Land.ST,
    "16": Land.TH,
}
