"""Where a city wants its invoices and letters: one answer for many cities in a constant number of queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.dispatch.enums import Channel
from apps.einvoice.enums import XRECHNUNG
from apps.members.domain.queries import addresses
from apps.members.enums import AddressKind, ContactKind, EinvoiceChannel
from apps.members.models import Address, City, Contact

BY_HAND = {EinvoiceChannel.XRECHNUNG_PORTAL, EinvoiceChannel.PEPPOL}


@dataclass(frozen=True)
class Recipient:
    email: str = ""
    lines: Sequence[str] = ()
    postcode: str = ""
    channel: Channel = Channel.POST

    def can_be_reached_by(self, channel: Channel) -> bool:
        """A mail needs an address, a letter one on paper; what is handed over needs neither."""
        return {Channel.MAIL: bool(self.email), Channel.POST: bool(self.lines)}.get(channel, True)

    @property
    def is_reachable(self) -> bool:
        return self.can_be_reached_by(self.channel)


def recipients_of(cities: Iterable[City], *, on: date, is_invoice: bool = True) -> dict[int, Recipient]:
    """Per city its mail address for invoices (else that of the invoice contact), its invoice address and its way.

    A city that wants paper gets paper. One that takes invoices through a portal gets invoices by hand there and
    everything else like all others: by mail if there is an address, else by post. An XRechnung is no letter: without an
    address somebody must hand it over.
    """
    cities = list(cities)
    postal = addresses(cities, AddressKind.INVOICE, on)
    contacts = Contact.objects.valid_on(on).filter(city__in=cities, kind=ContactKind.INVOICE).exclude(email="")
    mails = dict(contacts.order_by("-pk").values_list("city_id", "email"))
    found = {}
    for city in cities:
        address = postal.get(city.pk)
        email = city.invoice_email or mails.get(city.pk, "")
        found[city.pk] = Recipient(
            email=email,
            lines=tuple(address.lines) if address else (),
            postcode=address.postcode if address else "",
            channel=channel_of(city, email, is_invoice=is_invoice),
        )
    return found


def reachable_by_letter(on: date) -> QuerySet[City]:
    """Cities whose recipient for anything but an invoice `is_reachable`, for use inside a query."""
    postal = Address.objects.valid_on(on).filter(kind__in=[AddressKind.POSTAL, AddressKind.INVOICE])
    contacts = Contact.objects.valid_on(on).filter(kind=ContactKind.INVOICE).exclude(email="")
    has_mail = ~Q(invoice_email="") | Exists(contacts.filter(city=OuterRef("pk")))
    takes_mail = ~Q(einvoice_channel=EinvoiceChannel.POST) & has_mail
    return City.objects.filter(takes_mail | Exists(postal.filter(city=OuterRef("pk"))))


def channel_of(city: City, email: str, *, is_invoice: bool) -> Channel:
    if is_invoice and (city.einvoice_channel in BY_HAND or (city.invoice_form in XRECHNUNG and not email)):
        return Channel.HAND
    if city.einvoice_channel == EinvoiceChannel.POST or not email:
        return Channel.POST
    return Channel.MAIL
