"""What kind of movement a line is, in words (Geschäftsvorfallcodes of the German banks, DFÜ-Abkommen Anlage 3)."""

from django.utils.translation import gettext_lazy as _

CODES = {
    "082": _("Einzahlung"),
    "083": _("Auszahlung"),
    "104": _("SEPA-Firmenlastschrift, Belastung"),
    "105": _("SEPA-Basislastschrift, Belastung"),
    "106": _("Kartenzahlung"),
    "108": _("SEPA-Firmenlastschrift, Rückgabe"),
    "109": _("SEPA-Basislastschrift, Rückgabe"),
    "116": _("SEPA-Überweisung, Belastung"),
    "117": _("SEPA-Dauerauftrag, Belastung"),
    "118": _("Echtzeitüberweisung, Belastung"),
    "152": _("SEPA-Dauerauftrag, Gutschrift"),
    "153": _("Lohn oder Gehalt, Gutschrift"),
    "159": _("Rücküberweisung"),
    "166": _("SEPA-Überweisung, Gutschrift"),
    "168": _("Echtzeitüberweisung, Gutschrift"),
    "171": _("SEPA-Basislastschrift, Einzug"),
    "174": _("SEPA-Firmenlastschrift, Einzug"),
    "177": _("SEPA-Überweisung (online), Belastung"),
    "191": _("Sammelüberweisung, Belastung"),
    "192": _("Sammellastschrift, Einzug"),
    "194": _("Sammelüberweisung, Gutschrift"),
    "805": _("Rechnungsabschluss des Kontos"),
    "808": _("Entgelt der Bank"),
    "809": _("Provision der Bank"),
    "814": _("Zinsen"),
    "820": _("Übertrag zwischen eigenen Konten"),
}


def code_words(code: str) -> str:
    """»SEPA-Überweisung, Gutschrift (166)«; a code we don't know stands alone."""
    return f"{CODES[code]} ({code})" if code in CODES else code
