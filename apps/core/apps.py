from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "apps.core"
    label = "core"
    verbose_name = _("Kern")

    def ready(self) -> None:
        from apps.core import converters  # noqa: F401
        from apps.core.searching import install_indexes

        post_migrate.connect(install_indexes, sender=self, dispatch_uid="core.searching")
