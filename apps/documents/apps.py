from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    name = "apps.documents"
    label = "documents"
    verbose_name = _("Dokumente")

    def ready(self) -> None:
        from apps.audit.triggers import protect
        from apps.audit.verbs import register_verbs
        from apps.core.registries import register_search
        from apps.documents.domain.index import create_index
        from apps.documents.search import search_documents

        register_verbs(
            {
                "documents.filed": _("Dokument abgelegt"),
                "documents.version_added": _("Neue Fassung abgelegt"),
                "documents.changed": _("Angaben zum Dokument geändert"),
            }
        )
        register_search(search_documents)
        post_migrate.connect(create_index, sender=self)
        protect(self.get_model("DocumentVersion"))
