"""Check any e-invoice: what it says, and what the official rules find. Nothing of it is kept."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.errors import DomainError
from apps.core.views import SIGNED_IN, FormPage
from apps.einvoice.errors import NotAnEInvoice
from apps.einvoice.forms import FileForm
from apps.einvoice.presenting import Shown
from apps.einvoice.reading import Reading, read

LARGEST_FILE = 25 * 1024 * 1024


class CheckPage(FormPage):
    permission = SIGNED_IN
    template_name = "einvoice/check.html"
    title = gettext_lazy("E-Rechnung prüfen")
    intro = gettext_lazy(
        "Die Datei wird gelesen und nach den amtlichen Regeln geprüft (EN 16931, XRechnung, ZUGFeRD). Sie wird nicht gespeichert."
    )
    form_class = FileForm
    submit_label = gettext_lazy("Datei prüfen")

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            reading = self.checked(form.cleaned_data["file"])
        except DomainError as error:
            form.add_error(error.field, error.message)
            return self.form_invalid(form)
        shown = {"reading": reading, "shown": Shown(reading.invoice), "filename": form.cleaned_data["file"].name}
        return self.render_to_response(self.get_context_data(form=FileForm(), **shown))

    def checked(self, file: Any) -> Reading:
        if file.size > LARGEST_FILE:
            raise NotAnEInvoice(_("Die Datei ist größer als 25 MB."), field="file")
        return read(file.read())
