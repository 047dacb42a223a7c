from typing import Any

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy

from apps.core.views import Crumb
from apps.payments.models import PaymentRun
from apps.payments.rules import get_run

RUNS = Crumb(gettext_lazy("Zahlungsläufe"), reverse_lazy("payments:runs"))
MANDATES = Crumb(gettext_lazy("Lastschriftmandate"), reverse_lazy("payments:mandates"))
TRANSFERS = Crumb(gettext_lazy("Offene Überweisungen"), reverse_lazy("payments:transfers"))


class RunView:
    """Getter and way back of everything about one run."""

    request: Any
    kwargs: dict[str, Any]
    object: PaymentRun

    def get_object(self) -> PaymentRun:
        return get_run(self.request.user, self.kwargs["pk"])

    def get_breadcrumbs(self) -> list[Crumb]:
        return [RUNS, Crumb(str(self.object), self.object.get_absolute_url())]
