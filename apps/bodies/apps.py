from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BodiesConfig(AppConfig):
    name = "apps.bodies"
    label = "bodies"
    verbose_name = _("Gremien")

    def ready(self) -> None:
        from apps.audit.verbs import register_verbs
        from apps.bodies.offers import body_duties, search_bodies
        from apps.bodies.verbs import VERBS
        from apps.core.registries import register_duties, register_search

        register_verbs(VERBS)
        register_search(search_bodies)
        register_duties(body_duties)
