from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    name = "apps.documents"
    label = "documents"
    verbose_name = _("Dokumente")

    def ready(self) -> None:
        from apps.audit.triggers import protect
        from apps.audit.verbs import register_verbs
        from apps.core.registries import register_search
        from apps.documents.search import search_documents

        register_verbs(
            {
                "documents.filed": _("Dokument abgelegt"),
                "documents.version_added": _("Neue Fassung abgelegt"),
                "documents.changed": _("Angaben zum Dokument geändert"),
            }
        )
        register_search(search_documents)
        protect(self.get_model("DocumentVersion"))
