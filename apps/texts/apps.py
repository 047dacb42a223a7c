from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TextsConfig(AppConfig):
    name = "apps.texts"
    label = "texts"
    verbose_name = _("Texte")

    def ready(self) -> None:
        from apps.audit.triggers import protect
        from apps.audit.verbs import register_verbs
        from apps.texts.models import TextVersion

        protect(TextVersion)
        register_verbs(
            {
                "texts.begun": _("Text begonnen"),
                "texts.version_saved": _("Textfassung gespeichert"),
                "texts.renamed": _("Text umbenannt"),
            }
        )
