from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


def load_reference_data(sender: AppConfig, using: str, **options: Any) -> None:
    """After every migration and flush the values that come with the program are complete."""
    from apps.organisation.domain.seeds import load_reference_data
    from apps.organisation.models import DecisionRule

    if using == "default" and DecisionRule._meta.db_table in connections[using].introspection.table_names():
        load_reference_data()


class OrganisationConfig(AppConfig):
    name = "apps.organisation"
    label = "organisation"
    verbose_name = _("Organisation")

    def ready(self) -> None:
        from apps.audit.verbs import register_verbs
        from apps.core.registries import register_duties
        from apps.organisation.offers import first_steps
        from apps.organisation.verbs import VERBS

        register_verbs(VERBS)
        register_duties(first_steps)
        post_migrate.connect(load_reference_data, sender=self)
