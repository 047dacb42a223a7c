from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EinvoiceConfig(AppConfig):
    name = "apps.einvoice"
    label = "einvoice"
    verbose_name = _("E-Rechnungen")

    def ready(self) -> None:
        from django.core.checks import register

        from apps.einvoice.checks import check_rules

        register(check_rules)
