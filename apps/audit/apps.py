from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "apps.audit"
    label = "audit"
    verbose_name = _("Protokoll")

    def ready(self) -> None:
        from apps.audit.verbs import ERASED, SAVED, register_verbs

        register_verbs({SAVED: _("Datensatz geändert"), ERASED: _("Personenbezogene Daten gelöscht")})
