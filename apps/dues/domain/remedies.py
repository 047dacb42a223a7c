"""Where the data are entered that a broken rule asks for."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.dues.models import InvoiceData

OF_SELLER = frozenset(
    [
        "BR-06",
        "BR-08",
        "BR-09",
        "BR-CO-26",
        "BR-DE-2",
        "BR-DE-3",
        "BR-DE-4",
        "BR-DE-5",
        "BR-DE-6",
        "BR-DE-7",
        "BR-DE-27",
        "BR-DE-28",
        "BR-50",
        "BR-61",
        "PEPPOL-EN16931-R020",
    ]
)
OF_BUYER = frozenset(["BR-07", "BR-10", "BR-11", "BR-DE-8", "BR-DE-9", "BR-DE-15", "PEPPOL-EN16931-R010"])


@dataclass(frozen=True)
class Remedy:
    label: Any
    url: str


def remedies_for(data: InvoiceData) -> list[Remedy]:
    """The pages on which the missing data are entered."""
    rules = {finding["rule"] for finding in data.broken_rules}
    city = data.billed.city
    found = []
    if rules & OF_BUYER:
        found.append(Remedy(_("Angaben von %s") % city, reverse("members:city_change", args=[city.slug])))
    if rules & OF_SELLER:
        found.append(Remedy(_("Angaben zur Organisation"), reverse("organisation:profile")))
    return found
