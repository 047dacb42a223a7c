from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MembersConfig(AppConfig):
    name = "apps.members"
    label = "members"
    verbose_name = _("Mitglieder")

    def ready(self) -> None:
        from apps.audit.verbs import register_verbs
        from apps.core.registries import register_duties, register_search
        from apps.members.offers import member_duties, search_cities, search_contacts
        from apps.members.verbs import VERBS

        register_verbs(VERBS)
        register_search(search_cities)
        register_search(search_contacts)
        register_duties(member_duties)
