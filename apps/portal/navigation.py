"""The side navigation, grouped by work. Each person sees what she may open."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.core.views import SIGNED_IN


@dataclass(frozen=True)
class Place:
    """A page of the navigation; `permission` is the one its view asks."""

    label: Any
    name: str
    permission: str

    @property
    def url(self) -> str:
        return reverse(self.name)


@dataclass(frozen=True)
class Item:
    label: Any
    url: str
    is_current: bool


@dataclass(frozen=True)
class Group:
    label: Any
    items: list[Item]


PLACES: tuple[tuple[Any, tuple[Place, ...]], ...] = (
    ("", (Place(_("Übersicht"), "portal:start", SIGNED_IN),)),
    (
        _("Mitglieder"),
        (
            Place(_("Städte"), "members:cities", "members.view_city"),
            Place(_("Gremien"), "bodies:bodies", "bodies.view_body"),
        ),
    ),
    (
        _("Beschließen"),
        (
            Place(_("Beschlüsse"), "resolutions:register", "resolutions.view_resolution"),
            Place(_("Positionspapiere"), "papers:papers", "papers.view_paper"),
        ),
    ),
    (
        _("Geld"),
        (
            Place(_("Vorankündigung"), "dues:announcement_runs", "dues.view_announcementrun"),
            Place(_("Beitragsläufe"), "dues:runs", "dues.view_duesrun"),
            Place(_("Rechnungen"), "dues:invoices", "dues.view_invoice"),
            Place(_("Mahnwesen"), "dunning:letters", "dunning.view_dunningletter"),
            Place(_("Bank"), "banking:lines", "banking.view_bankline"),
            Place(_("Zahlungen"), "payments:runs", "payments.view_paymentrun"),
            Place(_("Belege und Kasse"), "vouchers:vouchers", "vouchers.view_voucher"),
            Place(_("Buchhaltung"), "ledger:journal", "ledger.view_entry"),
            Place(_("Haushalt"), "budget:plans", "budget.view_budgetplan"),
            Place(_("Kosten der Treffen"), "budget:meetings", "budget.view_networkmeeting"),
            Place(_("Jahresabschluss"), "closing:years", "closing.view_annualaccounts"),
        ),
    ),
    (
        _("Nachweis"),
        (
            Place(_("Postausgang"), "dispatch:outbox", "dispatch.view_dispatch"),
            Place(_("Dokumente"), "documents:library", "documents.view_document"),
            Place(_("Kassenprüfung"), "examination:examinations", "examination.view_examination"),
            Place(_("Protokoll"), "audit:journal", "audit.view_journal"),
        ),
    ),
    (
        _("Verwaltung"),
        (
            Place(_("Personen"), "accounts:people", "accounts.view_user"),
            Place(_("Einstellungen"), "organisation:profile", "organisation.view_profile"),
        ),
    ),
)


def navigation_for(user: Any, path: str) -> Iterator[Group]:
    """Groups with at least one page this person may open; the page with the longest matching address is current."""
    groups = [
        (label, [place for place in places if place.permission == SIGNED_IN or user.has_perm(place.permission)])
        for label, places in PLACES
    ]
    urls = [place.url for _label, places in groups for place in places]
    current = max((url for url in urls if path.startswith(url) and (url != "/" or path == "/")), key=len, default="")
    for label, places in groups:
        if places:
            yield Group(label, [Item(place.label, place.url, place.url == current) for place in places])
