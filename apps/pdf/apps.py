from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import gettext_lazy as _


class PdfConfig(AppConfig):
    name = "apps.pdf"
    label = "pdf"
    verbose_name = _("PDF")

    def ready(self) -> None:
        from apps.pdf.checks import check_fonts, check_libraries

        register(check_fonts)
        register(check_libraries)
