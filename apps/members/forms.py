from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.forms import DateField
from apps.members.domain.queries import unknown_ags
from apps.members.models import Address, City, Contact, Delegation, Municipality

CITY_FIELDS = ["name", "official_name", "land"]
INVOICE_FIELDS = ["invoice_form", "einvoice_channel", "invoice_email", "leitweg_id", "buyer_reference"]


class DayForm(forms.Form):
    """A day, today unless another is chosen."""

    on = DateField(label=_("am"))

    day_label: Any = _("am")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = timezone.localdate
        self.fields["on"].label = self.day_label


class EndForm(DayForm):
    day_label = _("endet am (ausschließlich)")


class CityAddForm(forms.ModelForm):
    ags = forms.CharField(
        label=_("Amtlicher Gemeindeschlüssel"),
        max_length=8,
        required=False,
        help_text=_("Acht Ziffern, zum Beispiel 05315000. Leer bei einem Bezirk ohne eigenen Schlüssel."),
    )

    class Meta:
        model = City
        fields = [*CITY_FIELDS, *INVOICE_FIELDS]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        ags = cleaned.pop("ags", "")
        cleaned["municipality"] = Municipality.objects.filter(ags=ags).first() if ags else None
        if ags and cleaned["municipality"] is None:
            self.add_error("ags", unknown_ags(ags))
        return cleaned


class CityForm(forms.ModelForm):
    """All fields for those who keep the members."""

    class Meta:
        model = City
        fields = [*CITY_FIELDS, *INVOICE_FIELDS]


class InvoiceDetailsForm(forms.ModelForm):
    """What a city may change about itself."""

    class Meta:
        model = City
        fields = INVOICE_FIELDS


class AddressForm(forms.ModelForm):
    on = DateField(label=_("gilt ab"))
    field_order = ["on"]

    class Meta:
        model = Address
        fields = ["organisation", "unit", "person", "street", "postcode", "town"]


class ContactForm(forms.ModelForm):
    class Meta:
        model = Contact
        fields = ["kind", "name", "function", "unit", "email", "phone"]


class DelegationForm(forms.ModelForm):
    user = forms.ModelChoiceField(
        label=_("Person"), queryset=User.objects.filter(is_active=True), empty_label=_("bitte wählen")
    )
    on = DateField(label=_("gilt ab"))
    until = DateField(label=_("gilt bis (ausschließlich)"), required=False)

    class Meta:
        model = Delegation
        fields = ["user", "kind", "function", "may_sign", "basis"]


class PopulationForm(forms.Form):
    reference_date = DateField(label=_("Stichtag"))
    census_base = forms.CharField(
        label=_("Zensusbasis"), max_length=20, initial="Zensus 2022", help_text=_("Zum Beispiel: Zensus 2022")
    )
    value = forms.IntegerField(label=_("Einwohner:innen"), min_value=0)
    source = forms.CharField(
        label=_("Quelle"), max_length=200, help_text=_("Amtliche Veröffentlichung, nicht das Melderegister der Stadt.")
    )
    published_on = DateField(label=_("veröffentlicht am"))


class ApplicationForm(DayForm):
    day_label = _("Antrag vom")
    council_decision = forms.CharField(
        label=_("Beschluss der Stadt"),
        max_length=200,
        required=False,
        help_text=_("Gremium, Datum und Drucksache. In den meisten Städten entscheidet der Rat über den Beitritt."),
    )


class AdmissionForm(DayForm):
    day_label = _("beschlossen am")
    starts_on = DateField(label=_("Mitglied ab"))
    basis = forms.CharField(
        label=_("Grundlage"), max_length=200, required=False, help_text=_("Zum Beispiel: Beschluss VS 3/2027")
    )


class ReasonForm(DayForm):
    reason = forms.CharField(label=_("Grund"), max_length=300)


class NoticeForm(DayForm):
    day_label = _("eingegangen am")
    reason = forms.CharField(label=_("Grund"), max_length=300, required=False)


class RegisterForm(forms.Form):
    file = forms.FileField(
        label=_("Datei"), help_text=_("Das Archiv des Statistischen Bundesamts (GV100AD, ZIP), die Textdatei oder CSV.")
    )
    reference_date = DateField(
        label=_("Stichtag der Einwohnerzahlen"),
        required=False,
        help_text=_("Nur nötig, wenn die Datei ihn nicht nennt."),
    )
    census_base = forms.CharField(label=_("Zensusbasis"), max_length=20, required=False)
    published_on = DateField(label=_("veröffentlicht am"), required=False)


class ExclusionForm(ReasonForm):
    day_label = _("letzter Tag der Mitgliedschaft")
