from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _

from apps.core.registries import register_duties


class AuditConfig(AppConfig):
    name = "apps.audit"
    label = "audit"
    verbose_name = _("Protokoll")

    def ready(self) -> None:
        from apps.audit import checks, receivers
        from apps.audit.domain.duties import verification_duties
        from apps.audit.verbs import ERASED, SAVED, register_verbs

        register_verbs({SAVED: _("Datensatz geändert"), ERASED: _("Personenbezogene Daten gelöscht")})
        register_duties(verification_duties)
        pre_migrate.connect(receivers.step_aside, sender=self)
        post_migrate.connect(receivers.come_back, sender=self)
        register(checks.triggers_stand, Tags.database)
