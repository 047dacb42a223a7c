"""Why a payment came back, in words (ISO 20022 external code sets, as the German Banking Industry Committee uses them)."""

from django.utils.translation import gettext_lazy as _

REASONS = {
    "AC01": _("die IBAN ist falsch"),
    "AC04": _("das Konto ist aufgelöst"),
    "AC06": _("das Konto ist gesperrt"),
    "AC13": _("das Konto gehört einer Privatperson (bei Firmenlastschriften nicht zulässig)"),
    "AG01": _("das Konto lässt Lastschriften nicht zu"),
    "AG02": _("die Art der Zahlung ist falsch gekennzeichnet"),
    "AM04": _("das Konto ist nicht gedeckt"),
    "AM05": _("die Zahlung kam doppelt"),
    "BE04": _("die Anschrift fehlt"),
    "BE05": _("die Gläubiger-Identifikationsnummer ist unbekannt"),
    "CNOR": _("die Bank des Empfängers ist nicht erreichbar"),
    "CUST": _("auf Wunsch der Auftraggeberin oder des Auftraggebers"),
    "DNOR": _("die Bank des Zahlers ist nicht erreichbar"),
    "DUPL": _("die Zahlung kam doppelt"),
    "FOCR": _("nach einem Rückruf der Bank"),
    "FF01": _("das Format ist falsch"),
    "FF05": _("die Art der Lastschrift ist falsch"),
    "MD01": _("es liegt kein gültiges Mandat vor"),
    "MD02": _("Angaben zum Mandat fehlen oder sind falsch"),
    "MD06": _("der Zahler hat der Lastschrift widersprochen"),
    "MD07": _("die Kontoinhaberin oder der Kontoinhaber ist verstorben"),
    "MS02": _("der Zahler hat die Zahlung verweigert, ohne einen Grund zu nennen"),
    "MS03": _("die Bank nennt keinen Grund"),
    "RC01": _("die BIC ist falsch"),
    "RR01": _("Angaben zum Konto des Zahlers fehlen"),
    "RR02": _("Name oder Anschrift des Zahlers fehlen"),
    "RR03": _("Name oder Anschrift des Empfängers fehlen"),
    "RR04": _("aus aufsichtsrechtlichen Gründen"),
    "SL01": _("wegen einer besonderen Weisung des Zahlers an seine Bank"),
    "TECH": _("wegen eines technischen Fehlers"),
    "UPAY": _("die Zahlung war nicht berechtigt"),
}


def reason_words(code: str) -> str:
    """»AC04: das Konto ist aufgelöst«; an unknown code stands for itself."""
    return f"{code}: {REASONS[code]}" if code in REASONS else code
