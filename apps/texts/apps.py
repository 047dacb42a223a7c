from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TextsConfig(AppConfig):
    name = "apps.texts"
    label = "texts"
    verbose_name = _("Texte")

    def ready(self) -> None:
        from apps.audit.verbs import register_verbs

        register_verbs(
            {
                "texts.begun": _("Text begonnen"),
                "texts.version_saved": _("Textfassung gespeichert"),
                "texts.renamed": _("Text umbenannt"),
            }
        )
