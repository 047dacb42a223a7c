"""What payments send, and the text it has until the treasurer writes another."""

from django.utils.translation import gettext_lazy as _

from apps.dispatch.kinds import register_kind


def register_kinds() -> None:
    register_kind(
        "payments.notice",
        _("Vorabankündigung einer Lastschrift"),
        subject=_("Lastschrift am {tag}, {organisation}"),
        body=_(
            "Sehr geehrte Damen und Herren,\n\n"
            "am {tag} ziehen wir {betrag} mit dem Mandat {mandat} von Ihrem Konto ein. Einzelheiten stehen im anliegenden "
            "Schreiben. Sie brauchen nichts zu tun.\n\n"
            "Mit freundlichen Grüßen\n{organisation}"
        ),
        placeholders={
            "tag": _("Tag des Einzugs"),
            "betrag": _("Betrag des Einzugs"),
            "mandat": _("Mandatsreferenz"),
        },
    )
