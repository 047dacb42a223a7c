"""What the reminders send, and the text it has until the treasurer writes another."""

from django.utils.translation import gettext_lazy as _

from apps.dispatch.kinds import register_kind


def register_kinds() -> None:
    register_kind(
        "dunning.letter",
        _("Mahnschreiben"),
        subject=_("{stufe} {nummer}, {organisation}"),
        body=_(
            "Sehr geehrte Damen und Herren,\n\n"
            "anbei erhalten Sie unser Schreiben {nummer} zu offenen Beiträgen. Bitte zahlen Sie {betrag} bis zum {frist}. "
            "Haben Sie inzwischen gezahlt, betrachten Sie es bitte als erledigt.\n\n"
            "Mit freundlichen Grüßen\n{organisation}"
        ),
        placeholders={
            "nummer": _("Nummer des Schreibens"),
            "stufe": _("Bezeichnung der Stufe"),
            "betrag": _("zu zahlender Betrag"),
            "frist": _("neue Frist"),
        },
    )
