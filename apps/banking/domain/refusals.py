"""German sentences for the faults of statement files: what is wrong, where, and what to do."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.banking.calculations.errors import Fault, StatementFault
from apps.banking.domain.errors import StatementRefused
from apps.core.templatetags.formats import euro

ELEMENTS = {
    "Amt": gettext_lazy("Betrag (Amt)"),
    "Acct/Ccy": gettext_lazy("Währung des Kontos (Ccy)"),
    "Ccy": gettext_lazy("Währung des Betrags (Ccy)"),
    "CreDtTm": gettext_lazy("Zeitpunkt der Erstellung (CreDtTm)"),
    "Acct/Id/IBAN": gettext_lazy("IBAN des Kontos (IBAN)"),
    "BookgDt/Dt": gettext_lazy("Buchungstag (BookgDt)"),
    "ValDt/Dt": gettext_lazy("Wertstellung (ValDt)"),
    "CdtDbtInd": gettext_lazy("Gutschrift oder Lastschrift (CdtDbtInd)"),
    "Dt/Dt": gettext_lazy("Datum des Saldos (Dt)"),
    "ElctrncSeqNb": gettext_lazy("Auszugsnummer (ElctrncSeqNb)"),
    "Bal (OPBD)": gettext_lazy("Anfangssaldo (OPBD)"),
    "Bal (CLBD)": gettext_lazy("Endsaldo (CLBD)"),
    ":20:": gettext_lazy("Beginn des Auszugs (:20:)"),
    ":25:": gettext_lazy("Konto (:25:)"),
    ":60F:": gettext_lazy("Anfangssaldo (:60F:)"),
    ":60M:": gettext_lazy("Zwischensaldo (:60M:)"),
    ":61:": gettext_lazy("Umsatz (:61:)"),
    ":62F:": gettext_lazy("Endsaldo (:62F:)"),
    ":62M:": gettext_lazy("Zwischensaldo (:62M:)"),
    "Sts": gettext_lazy("Stand der Buchung (Sts)"),
}
KINDS = {
    "pain.002": gettext_lazy("eine Rückmeldung zu einem Zahlungsauftrag (pain.002)"),
    "pain": gettext_lazy("ein Zahlungsauftrag"),
    "MT942": gettext_lazy("eine Liste vorgemerkter Umsätze (MT942)"),
}
ADVICE = gettext_lazy(
    "Bitte laden Sie bei Ihrer Bank den Kontoauszug als CAMT.053 herunter; MT940 und CSV werden auch gelesen."
)


def refusal(fault: StatementFault) -> StatementRefused:
    """The sentence for one fault: file, line, field, what was found, what to do. Nothing has been changed."""
    where = _("Datei „%(file)s“") % {"file": fault.file}
    if fault.line:
        where = _("%(where)s, Zeile %(line)s") % {"where": where, "line": fault.line}
    return StatementRefused(f"{where}: {sentence(fault)}", field="files")


def sentence(fault: StatementFault) -> str:
    element = str(ELEMENTS.get(fault.element, fault.element))
    amounts = {key: euro(value) for key, value in fault.values.items() if key not in {"most", "columns", "cells"}}
    texts = {
        Fault.EMPTY: _("Die Datei ist leer. Bitte laden Sie den Kontoauszug noch einmal von der Bank herunter."),
        Fault.TOO_LARGE: _("Die Datei ist zu groß. Erlaubt sind %s MB.") % fault.found,
        Fault.NOT_A_STATEMENT: _("Das ist kein Kontoauszug (gefunden: „%(found)s“). %(advice)s")
        % {"found": fault.found or element, "advice": ADVICE},
        Fault.FOREIGN_FORMAT: _("Das ist kein Kontoauszug, sondern %(kind)s. %(advice)s")
        % {"kind": kind(fault.found), "advice": ADVICE},
        Fault.BROKEN_XML: _("Die Datei ist unvollständig oder beschädigt. Bitte laden Sie sie noch einmal herunter."),
        Fault.FORBIDDEN_XML: _("Die Datei enthält verbotene Anweisungen (DTD oder Entitäten) und wird nicht gelesen."),
        Fault.TOO_DEEP: _("Die Datei ist tiefer verschachtelt als jeder Kontoauszug und wird nicht gelesen."),
        Fault.MISSING: _("Die Angabe „%s“ fehlt.") % element,
        Fault.INVALID: _("Die Angabe „%(field)s“ ist nicht lesbar: „%(found)s“.")
        % {"field": element, "found": fault.found},
        Fault.WRONG_CURRENCY: _("Die Währung ist „%s“. Gelesen werden nur Konten und Beträge in Euro (EUR).")
        % fault.found,
        Fault.BROKEN_QUOTES: _("Die Anführungszeichen gehen nicht auf; vermutlich ist die Datei abgeschnitten."),
        Fault.UNKNOWN_TABLE: _(
            "Die Spalten dieser CSV-Datei („%(found)s“) gehören zu keiner bekannten Bank. %(advice)s"
        )
        % {"found": fault.found, "advice": ADVICE},
        Fault.NO_OWN_ACCOUNT: _("Die Datei nennt nicht, zu welchem eigenen Konto (IBAN) die Umsätze gehören."),
        Fault.NO_STATEMENT: _("Die Datei enthält keinen Kontoauszug."),
        Fault.BROKEN_ZIP: _("Das ZIP-Archiv ist beschädigt. Bitte laden Sie es noch einmal herunter."),
        Fault.ENCRYPTED_ZIP: _("Das ZIP-Archiv ist verschlüsselt. Bitte entpacken Sie es vor dem Hochladen."),
        Fault.ZIP_TOO_MANY: _("Das ZIP-Archiv enthält %s Dateien. Das sind zu viele.") % fault.found,
        Fault.ZIP_BOMB: _("„%s“ wird beim Entpacken unverhältnismäßig groß und wird nicht gelesen.") % fault.found,
        Fault.ZIP_PATH: _("Das ZIP-Archiv enthält den unzulässigen Dateinamen „%s“.") % fault.found,
        Fault.ZIP_WITHOUT_STATEMENT: _(
            "Das ZIP-Archiv enthält keinen Kontoauszug (Datei mit der Endung .xml, .sta oder .csv)."
        ),
    }
    if fault.fault == Fault.WRONG_BALANCE:
        return _(
            "Auszug %(number)s geht nicht auf: Anfangssaldo %(opening)s und Umsätze %(total)s ergeben nicht den "
            "Endsaldo %(closing)s. Bitte laden Sie ihn noch einmal herunter."
        ) % {"number": fault.found, **amounts}
    if fault.fault == Fault.WRONG_BATCH:
        return _("Die Einzelbeträge der Sammelbuchung ergeben %(parts)s, gebucht sind aber %(total)s.") % amounts
    if fault.fault == Fault.BROKEN_ROW:
        return _("Die Zeile hat %(cells)s Felder, der Kopf aber %(columns)s. Die Datei ist beschädigt.") % fault.values
    if fault.fault == Fault.BROKEN_CHAIN:
        return (
            _(
                "Nach dem Umsatz von %(amount)s müsste der Saldo anders lauten als %(balance)s. Vermutlich ist der Export "
                "gefiltert oder sortiert; bitte laden Sie alle Umsätze des Zeitraums herunter."
            )
            % amounts
        )
    return texts[fault.fault]


def kind(found: str) -> str:
    for start, name in KINDS.items():
        if found.startswith(start):
            return str(name)
    return _("eine andere Datei (%s)") % found
