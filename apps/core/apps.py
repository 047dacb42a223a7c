from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "apps.core"
    label = "core"
    verbose_name = _("Kern")

    def ready(self) -> None:
        from django.urls import register_converter

        from apps.core.converters import YearConverter
        from apps.core.searching import install_indexes

        register_converter(YearConverter, "year")
        post_migrate.connect(install_indexes, sender=self, dispatch_uid="core.searching")
