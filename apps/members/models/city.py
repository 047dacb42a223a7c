from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.audit.history import History
from apps.core.constraints import choices_constraint, period_constraint
from apps.core.periods import Dated, DatedQuerySet
from apps.einvoice.enums import XRECHNUNG, InvoiceForm
from apps.members.enums import NEED_XRECHNUNG, AddressKind, EinvoiceChannel, Land
from apps.members.models.municipality import Municipality
from apps.members.validators import validate_leitweg_id


class City(models.Model):
    """A city that is, was or may become a member. A Bezirk has no municipality of its own."""

    name = models.CharField(_("Name"), max_length=80, unique=True)
    official_name = models.CharField(_("amtlicher Name"), max_length=120, help_text=_("Zum Beispiel: Stadt Köln"))
    slug = models.SlugField(_("Kurzname in Adressen"), max_length=80, unique=True)
    municipality = models.OneToOneField(
        Municipality, models.PROTECT, null=True, blank=True, related_name="city", verbose_name=_("Gemeinde")
    )
    land = models.CharField(_("Land"), max_length=2, choices=Land.choices)
    leitweg_id = models.CharField(_("Leitweg-ID"), max_length=46, blank=True, validators=[validate_leitweg_id])
    buyer_reference = models.CharField(
        _("Aktenzeichen der Stadt"),
        max_length=60,
        blank=True,
        help_text=_("Kassenzeichen oder Bestellnummer, die auf Rechnungen stehen soll."),
    )
    invoice_form = models.CharField(
        _("Rechnungsformat"),
        max_length=16,
        choices=InvoiceForm.choices,
        default=InvoiceForm.PDF,
        help_text=_("ZUGFeRD ist ein PDF, das zugleich maschinenlesbar ist. Eine XRechnung braucht die Leitweg-ID."),
    )
    einvoice_channel = models.CharField(
        _("Weg der Rechnung"), max_length=16, choices=EinvoiceChannel.choices, default=EinvoiceChannel.PDF_MAIL
    )
    invoice_email = models.EmailField(_("E-Mail für Rechnungen"), blank=True)

    history = History()
    personal_fields = ("invoice_email",)

    class Meta:
        verbose_name = _("Stadt")
        verbose_name_plural = _("Städte")
        ordering = ["name"]
        constraints = [
            choices_constraint("land", Land, name="members_city_land_known"),
            choices_constraint("invoice_form", InvoiceForm, name="members_city_invoice_form_known"),
            choices_constraint("einvoice_channel", EinvoiceChannel, name="members_city_channel_known"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("members:city", args=[self.slug])

    def clean(self) -> None:
        """Portals and Peppol take XRechnung only; a letter can't carry one; an XRechnung names its receiver (BR-DE-15)."""
        wants_xrechnung = self.invoice_form in XRECHNUNG
        if wants_xrechnung and not self.leitweg_id:
            raise ValidationError({"leitweg_id": _("Eine XRechnung braucht die Leitweg-ID der Stadt.")})
        if self.einvoice_channel in NEED_XRECHNUNG and not wants_xrechnung:
            raise ValidationError({"invoice_form": _("Dieser Weg nimmt nur XRechnungen an.")})
        if self.einvoice_channel == EinvoiceChannel.POST and self.invoice_form != InvoiceForm.PDF:
            raise ValidationError({"einvoice_channel": _("Eine E-Rechnung kann nicht als Brief versandt werden.")})


class Address(Dated):
    """An address of a city during a period, in the lines of DIN 5008."""

    city = models.ForeignKey(City, models.PROTECT, related_name="addresses", verbose_name=_("Stadt"))
    kind = models.CharField(_("Art"), max_length=8, choices=AddressKind.choices)
    organisation = models.CharField(_("Organisation"), max_length=120, help_text=_("Zum Beispiel: Stadt Köln"))
    unit = models.CharField(_("Organisationseinheit"), max_length=120, blank=True)
    person = models.CharField(_("Person"), max_length=120, blank=True, help_text=_("Zum Beispiel: Frau Ada Beispiel"))
    street = models.CharField(_("Straße, Hausnummer oder Postfach"), max_length=120, blank=True)
    postcode = models.CharField(
        _("Postleitzahl"), max_length=5, validators=[RegexValidator(r"^\d{5}$", _("Bitte geben Sie fünf Ziffern an."))]
    )
    town = models.CharField(_("Ort"), max_length=80)

    objects = DatedQuerySet.as_manager()
    history = History()
    personal_fields = ("person",)

    class Meta:
        verbose_name = _("Anschrift")
        verbose_name_plural = _("Anschriften")
        ordering = ["city", "kind", "-valid_from"]
        constraints = [
            choices_constraint("kind", AddressKind, name="members_address_kind_known"),
            period_constraint(name="members_address_period"),
            models.UniqueConstraint(fields=["city", "kind", "valid_from"], name="members_address_from_once"),
            models.UniqueConstraint(
                fields=["city", "kind"], condition=Q(valid_until__isnull=True), name="members_address_open_once"
            ),
        ]

    def __str__(self) -> str:
        return ", ".join(self.lines)

    def get_absolute_url(self) -> str:
        return reverse("members:city", args=[self.city.slug]) + "#anschriften"

    @property
    def lines(self) -> list[str]:
        """At most six lines of the address zone (DIN 5008), empty ones left out."""
        fields = (self.organisation, self.unit, self.person, self.street, f"{self.postcode} {self.town}")
        return [line for line in fields if line.strip()]
