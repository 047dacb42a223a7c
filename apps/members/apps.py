from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MembersConfig(AppConfig):
    name = "apps.members"
    label = "members"
    verbose_name = _("Mitglieder")

    def ready(self) -> None:
        from apps.audit.verbs import register_verbs
        from apps.members.verbs import VERBS

        register_verbs(VERBS)
