"""Lists of cities, contacts and figures as they stand in a spreadsheet."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.fields import Field

from apps.audit.acts import act
from apps.core.lists import ChoiceWidget, DayWidget, ListResource, NumberWidget, text, text_of
from apps.einvoice.enums import InvoiceForm
from apps.members.domain.cities import city_slug, figure_place, guard_replaceable, locked_address, replace_address
from apps.members.domain.memberships import take_over
from apps.members.enums import AddressKind, ContactKind, EinvoiceChannel, Land, MembershipState
from apps.members.models import Address, City, Contact, Membership, PopulationFigure
from apps.members.widgets import CityWidget, MunicipalityWidget, PostcodeWidget

ADDRESS_LINES = ("organisation", "unit", "person", "street", "postcode", "town")


class MemberResource(ListResource):
    acting = staticmethod(act)


class CityResource(MemberResource):
    verb = "members.cities_imported"
    title = gettext_lazy("Städte")
    required = ("Stadt", "Land")

    name = text("name", "Stadt")
    official_name = text("official_name", "amtlicher Name")
    ags = Field(attribute="municipality", column_name="AGS")
    land = Field(attribute="land", column_name="Land", widget=ChoiceWidget(Land))
    leitweg_id = text("leitweg_id", "Leitweg-ID")
    buyer_reference = text("buyer_reference", "Aktenzeichen der Stadt")
    invoice_form = Field(
        attribute="invoice_form",
        column_name="Rechnungsformat",
        widget=ChoiceWidget(InvoiceForm, InvoiceForm.PDF),
    )
    einvoice_channel = Field(
        attribute="einvoice_channel",
        column_name="Weg der Rechnung",
        widget=ChoiceWidget(EinvoiceChannel, EinvoiceChannel.PDF_MAIL),
    )
    invoice_email = text("invoice_email", "E-Mail für Rechnungen")

    class Meta(MemberResource.Meta):
        model = City
        fields = (
            "name",
            "official_name",
            "ags",
            "land",
            "leitweg_id",
            "buyer_reference",
            "invoice_form",
            "einvoice_channel",
            "invoice_email",
        )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fields["ags"].widget = MunicipalityWidget()

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        keys = dataset["AGS"] if "AGS" in (dataset.headers or []) else []
        self.fields["ags"].widget.forget(keys)

    def get_queryset(self) -> Any:
        return City.objects.select_related("municipality").order_by("name")

    def key_of(self, instance: City) -> str:
        return instance.name.lower()

    def key_of_row(self, row: Any) -> str:
        return text_of(row.get("Stadt")).lower()

    def after_init_instance(self, instance: City, new: bool, row: Any, **kwargs: Any) -> None:
        if new:
            instance.slug = city_slug(text_of(row.get("Stadt")))
            instance.official_name = _("Stadt %s") % text_of(row.get("Stadt"))


class OfCityResource(MemberResource):
    city = Field(attribute="city", column_name="Stadt")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fields["city"].widget = CityWidget()

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        self.fields["city"].widget.forget()


class ContactResource(OfCityResource):
    verb = "members.contacts_imported"
    title = gettext_lazy("Ansprechpersonen")
    required = ("Stadt", "Name")

    kind = Field(attribute="kind", column_name="Art", widget=ChoiceWidget(ContactKind, ContactKind.CONTACT))
    name = text("name", "Name")
    function = text("function", "Funktion")
    unit = text("unit", "Organisationseinheit")
    email = text("email", "E-Mail")
    phone = text("phone", "Telefon")

    class Meta(MemberResource.Meta):
        model = Contact
        fields = ("city", "kind", "name", "function", "unit", "email", "phone")

    def get_queryset(self) -> Any:
        return Contact.objects.valid_on(timezone.localdate()).select_related("city").order_by("city__name", "name")

    def key_of(self, instance: Contact) -> tuple[str, str]:
        return instance.city.name.lower(), instance.name.lower()

    def key_of_row(self, row: Any) -> tuple[str, str]:
        return text_of(row.get("Stadt")).lower(), text_of(row.get("Name")).lower()

    def name_of(self, instance: Contact) -> str:
        return f"{instance.name} ({instance.city})"

    def after_init_instance(self, instance: Contact, new: bool, row: Any, **kwargs: Any) -> None:
        if new:
            instance.valid_from = timezone.localdate()


class FigureResource(OfCityResource):
    """Figures of cities; they are kept at the municipality of the city."""

    verb = "members.figures_imported"
    title = gettext_lazy("Einwohnerzahlen")
    required = ("Stadt", "Stichtag", "Zensusbasis", "Einwohner:innen", "Quelle", "veröffentlicht am")

    city = Field(column_name="Stadt")
    reference_date = Field(attribute="reference_date", column_name="Stichtag", widget=DayWidget())
    census_base = text("census_base", "Zensusbasis")
    value = Field(attribute="value", column_name="Einwohner:innen", widget=NumberWidget())
    source = text("source", "Quelle")
    published_on = Field(attribute="published_on", column_name="veröffentlicht am", widget=DayWidget())

    class Meta(MemberResource.Meta):
        model = PopulationFigure
        fields = ("city", "reference_date", "census_base", "value", "source", "published_on")

    def get_queryset(self) -> Any:
        of_cities = PopulationFigure.objects.exclude(municipality__city__isnull=True, city__isnull=True)
        return of_cities.select_related("municipality__city", "city").order_by("-reference_date", "municipality__name")

    def city_of(self, instance: PopulationFigure) -> City | None:
        if instance.city_id:
            return instance.city
        return getattr(instance.municipality, "city", None)

    def dehydrate_city(self, instance: PopulationFigure) -> str:
        city = self.city_of(instance)
        return city.name if city else ""

    def key_of(self, instance: PopulationFigure) -> tuple[str, Any, str]:
        return self.dehydrate_city(instance).lower(), instance.reference_date, instance.census_base

    def key_of_row(self, row: Any) -> tuple[str, Any, str]:
        try:
            day = DayWidget().clean(row.get("Stichtag"))
        except ValueError:
            day = None
        return text_of(row.get("Stadt")).lower(), day, text_of(row.get("Zensusbasis"))

    def name_of(self, instance: PopulationFigure) -> str:
        return f"{self.dehydrate_city(instance)}, {instance.reference_date:%d.%m.%Y}"

    def after_init_instance(self, instance: PopulationFigure, new: bool, row: Any, **kwargs: Any) -> None:
        city = self.fields["city"].widget.cities.get(text_of(row.get("Stadt")).lower())
        if new and city:
            for name, value in figure_place(city).items():
                setattr(instance, name, value)

    def import_instance(self, instance: PopulationFigure, row: Any, **kwargs: Any) -> None:
        super().import_instance(instance, row, **kwargs)
        self.fields["city"].clean(row)


class MembershipResource(OfCityResource):
    """Memberships that were there before the program; whatever happens to one later is a step on the page of its city."""

    verb = "members.memberships_imported"
    title = gettext_lazy("Mitgliedschaften")
    hint = gettext_lazy(
        "Für Städte, die schon Mitglied waren, bevor Sie mit diesem Programm arbeiten. Alles Weitere halten Sie auf der Seite "
        "der Stadt fest."
    )
    required = ("Stadt", "Mitglied ab")

    starts_on = Field(attribute="starts_on", column_name="Mitglied ab", widget=DayWidget())
    admitted_on = Field(attribute="admitted_on", column_name="Aufnahme beschlossen am", widget=DayWidget())
    admission_basis = text("admission_basis", "Grundlage der Aufnahme")
    applied_on = Field(attribute="applied_on", column_name="Antrag vom", widget=DayWidget())
    council_decision = text("council_decision", "Beschluss der Stadt")

    class Meta(MemberResource.Meta):
        model = Membership
        fields = ("city", "starts_on", "admitted_on", "admission_basis", "applied_on", "council_decision")

    def get_queryset(self) -> Any:
        return Membership.objects.open().select_related("city").order_by("city__name")

    def key_of(self, instance: Membership) -> str:
        return instance.city.name.lower()

    def key_of_row(self, row: Any) -> str:
        return text_of(row.get("Stadt")).lower()

    def name_of(self, instance: Membership) -> str:
        return instance.city.name

    def after_init_instance(self, instance: Membership, new: bool, row: Any, **kwargs: Any) -> None:
        if new:
            instance.state = MembershipState.ACTIVE

    def import_instance(self, instance: Membership, row: Any, **kwargs: Any) -> None:
        """Days that nobody knows any more: admitted when it began, applied when it was admitted."""
        known = instance.admitted_on, instance.applied_on
        super().import_instance(instance, row, **kwargs)
        instance.admitted_on = instance.admitted_on or known[0] or instance.starts_on
        instance.applied_on = instance.applied_on or known[1] or instance.admitted_on  # type: ignore[assignment]

    def validate_instance(
        self, instance: Membership, import_validation_errors: dict[str, Any] | None = None, validate_unique: bool = True
    ) -> None:
        errors = dict(import_validation_errors or {})
        if instance.starts_on is None:
            missing = ValidationError(_("Bitte tragen Sie ein, seit wann die Stadt Mitglied ist."))
            errors.setdefault("starts_on", missing)
            instance.applied_on = instance.applied_on or timezone.localdate()  # follows from it: one fault is enough
        super().validate_instance(instance, errors, validate_unique)

    def do_instance_save(self, instance: Membership, is_create: bool) -> None:
        if not is_create:
            raise ValueError(
                _("%s ist schon eingetragen. Was sich daran ändert, halten Sie auf der Seite der Stadt fest.")
                % instance.city
            )
        take_over(instance, on=timezone.localdate())


class AddressResource(OfCityResource):
    """Addresses as they stand today; a changed one begins today, and the one before stays readable."""

    verb = "members.addresses_imported"
    title = gettext_lazy("Anschriften")
    hint = gettext_lazy("Eine geänderte Anschrift gilt ab heute; die frühere bleibt im Verlauf.")
    required = ("Stadt", "Organisation", "PLZ", "Ort")

    kind = Field(attribute="kind", column_name="Art", widget=ChoiceWidget(AddressKind, AddressKind.POSTAL))
    organisation = text("organisation", "Organisation")
    unit = text("unit", "Organisationseinheit")
    person = text("person", "Person")
    street = text("street", "Straße, Hausnummer oder Postfach")
    postcode = Field(attribute="postcode", column_name="PLZ", widget=PostcodeWidget())
    town = text("town", "Ort")

    class Meta(MemberResource.Meta):
        model = Address
        fields = ("city", "kind", "organisation", "unit", "person", "street", "postcode", "town")

    def get_queryset(self) -> Any:
        return Address.objects.filter(valid_until=None).select_related("city").order_by("city__name", "kind")

    def key_of(self, instance: Address) -> tuple[str, str]:
        return instance.city.name.lower(), instance.kind

    def key_of_row(self, row: Any) -> tuple[str, str]:
        try:
            kind = self.fields["kind"].widget.clean(row.get("Art"))
        except ValueError:
            kind = ""
        return text_of(row.get("Stadt")).lower(), kind

    def name_of(self, instance: Address) -> str:
        return f"{instance.city}, {instance.get_kind_display()}"

    def after_init_instance(self, instance: Address, new: bool, row: Any, **kwargs: Any) -> None:
        if new:
            instance.valid_from = timezone.localdate()

    def do_instance_save(self, instance: Address, is_create: bool) -> None:
        today, lines = timezone.localdate(), {name: getattr(instance, name) for name in ADDRESS_LINES}
        present = locked_address(instance.city, instance.kind)
        guard_replaceable(present, on=today)
        replace_address(present or instance, lines, on=today)


RESOURCES: dict[str, type[ListResource]] = {
    "staedte": CityResource,
    "mitgliedschaften": MembershipResource,
    "anschriften": AddressResource,
    "ansprechpersonen": ContactResource,
    "einwohnerzahlen": FigureResource,
}
