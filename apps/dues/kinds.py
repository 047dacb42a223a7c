"""What the dues send, and the text it has until the treasurer writes another."""

from django.utils.translation import gettext_lazy as _

from apps.dispatch.kinds import register_kind


def register_kinds() -> None:
    register_kind(
        "dues.invoice",
        _("Beitragsrechnung"),
        subject=_("Beitragsrechnung {nummer}, {organisation}"),
        body=_(
            "Sehr geehrte Damen und Herren,\n\n"
            "anbei erhalten Sie die Beitragsrechnung {nummer} für das Jahr {jahr} über {betrag}. "
            "Der Beitrag ist am {faellig} fällig.\n\n"
            "Mit freundlichen Grüßen\n{organisation}"
        ),
        placeholders={
            "nummer": _("Rechnungsnummer"),
            "jahr": _("Beitragsjahr"),
            "betrag": _("Rechnungsbetrag"),
            "faellig": _("Tag der Fälligkeit"),
        },
    )
    register_kind(
        "dues.credit_note",
        _("Stornorechnung"),
        subject=_("Stornorechnung {nummer} zur Beitragsrechnung {rechnung}"),
        body=_(
            "Sehr geehrte Damen und Herren,\n\n"
            "die Beitragsrechnung {rechnung} über {betrag} ist aufgehoben. Anbei erhalten Sie dazu die "
            "Stornorechnung {nummer}.\n\n"
            "Mit freundlichen Grüßen\n{organisation}"
        ),
        placeholders={
            "nummer": _("Nummer der Stornorechnung"),
            "rechnung": _("Nummer der aufgehobenen Rechnung"),
            "betrag": _("Betrag"),
        },
    )
    register_kind(
        "dues.waiver",
        _("Erlass eines Beitrags"),
        subject=_("Erlass zur Beitragsrechnung {rechnung}, {organisation}"),
        body=_(
            "Sehr geehrte Damen und Herren,\n\n"
            "von der Beitragsrechnung {rechnung} erlassen wir Ihnen {betrag}. Näheres steht im beigefügten Schreiben.\n\n"
            "Mit freundlichen Grüßen\n{organisation}"
        ),
        placeholders={"rechnung": _("Rechnungsnummer"), "betrag": _("erlassener Betrag")},
    )
    register_kind(
        "dues.announcement",
        _("Beitragsvorankündigung"),
        subject=_("Voraussichtliche Beiträge {jahr} und {folgejahr}, {organisation}"),
        body=_(
            "Sehr geehrte Damen und Herren,\n\n"
            "für Ihren Haushalt teilen wir Ihnen die voraussichtlichen Mitgliedsbeiträge mit ({betraege}). "
            "Wie sie berechnet sind, steht im beigefügten Schreiben. Änderungen werden bis zum {aenderungen} beschlossen. "
            "{fassung}\n\n"
            "Dies ist keine Rechnung und keine Zahlungsaufforderung.\n\n"
            "Mit freundlichen Grüßen\n{organisation}"
        ),
        placeholders={
            "jahr": _("erstes Beitragsjahr"),
            "folgejahr": _("zweites Beitragsjahr"),
            "betraege": _("beide Jahre mit ihrem Beitrag"),
            "aenderungen": _("Tag, bis zu dem Änderungen beschlossen werden"),
            "fassung": _("Hinweis, wenn das Schreiben ein früheres ersetzt"),
        },
    )
