from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.forms import DateField, DecimalField, EuroField
from apps.dues.models import Invoice
from apps.dunning.domain.procedures import SUBJECTS
from apps.dunning.enums import BlockKind, EventKind
from apps.dunning.models import DunningLevel, DunningProcedure
from apps.members.models import City
from apps.resolutions.choosing import DecidedForm


class ProcedureForm(forms.ModelForm):
    valid_from = DateField(label=gettext_lazy("gültig ab"))
    minimum = EuroField(
        label=gettext_lazy("Mindestbetrag"),
        min_value=0,
        help_text=gettext_lazy("Ein kleinerer offener Betrag je Stadt wird nicht gemahnt."),
    )
    interest_points = DecimalField(
        label=gettext_lazy("Prozentpunkte über dem Basiszinssatz"),
        required=False,
        min_value=0,
        max_value=20,
        max_digits=4,
        decimal_places=2,
        help_text=gettext_lazy(
            "Leer: der gesetzliche Satz. Ein anderer braucht eine Regel in der Satzung (§ 288 Abs. 3 BGB)."
        ),
    )

    class Meta:
        model = DunningProcedure
        fields = ["title", "valid_from", "minimum", "charges_interest", "interest_points"]


class RunForm(forms.Form):
    """`reasons` says of each city why it is left in peace unless chosen here."""

    despite_credit = forms.ModelMultipleChoiceField(
        City.objects.none(),
        label=gettext_lazy("Trotz Guthaben mahnen"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Diese Städte haben Geld gut. Ohne Haken werden sie nicht gemahnt."),
    )

    def __init__(self, *args: Any, reasons: Mapping[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not reasons:
            del self.fields["despite_credit"]
            return
        field: Any = self.fields["despite_credit"]
        field.queryset = City.objects.filter(pk__in=reasons).order_by("name")
        field.label_from_instance = lambda city: f"{city}: {reasons[city.pk]}"


class LevelForm(forms.ModelForm):
    days_after = forms.IntegerField(
        label=gettext_lazy("Tage Abstand"),
        min_value=0,
        max_value=365,
        help_text=gettext_lazy("Erste Stufe: nach der Fälligkeit. Danach: nach dem vorigen Schreiben."),
    )
    respite_days = forms.IntegerField(label=gettext_lazy("neue Frist in Tagen"), min_value=1, max_value=365)
    fee = EuroField(label=gettext_lazy("Mahnkosten"), min_value=0)

    class Meta:
        model = DunningLevel
        fields = ["name", "days_after", "respite_days", "shows_interest", "fee", "fee_basis", "opening", "closing"]
        widgets = {"opening": forms.Textarea(attrs={"rows": 3}), "closing": forms.Textarea(attrs={"rows": 3})}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("fee") and cleaned["fee"].amount and not cleaned.get("fee_basis"):
            self.add_error("fee_basis", _("Mahnkosten brauchen eine Grundlage in Satzung oder Beitragsordnung."))
        return cleaned

    def validate_constraints(self) -> None:
        """Said in words above."""


class InForceForm(DecidedForm):
    subjects = SUBJECTS


class ReasonForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Grund"), max_length=300)


class BlockForm(forms.Form):
    """For a city, or for one of its open invoices."""

    city = forms.ModelChoiceField(City.objects.all(), label=gettext_lazy("Stadt"))
    invoice = forms.ModelChoiceField(
        Invoice.objects.none(),
        label=gettext_lazy("nur diese Rechnung"),
        to_field_name="number",
        required=False,
        empty_label=gettext_lazy("alle Rechnungen der Stadt"),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Art"), choices=BlockKind.choices)
    valid_until = DateField(
        label=gettext_lazy("gilt bis (ausschließlich)"),
        required=False,
        help_text=gettext_lazy("Leer: bis Sie die Mahnsperre aufheben."),
    )
    reason = forms.CharField(label=gettext_lazy("Grund"), max_length=300)

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["invoice"]
        field.queryset = Invoice.objects.open().order_by("city_label", "due_on")
        field.label_from_instance = lambda invoice: f"{invoice.city_label}: {invoice.number}"


class EventForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("Was ist geschehen?"), choices=EventKind.choices)
    since = DateField(label=gettext_lazy("am oder ab"))
    until = DateField(
        label=gettext_lazy("letzter Tag"),
        required=False,
        help_text=gettext_lazy("Nur bei einer Hemmung. Leer: sie dauert noch an."),
    )
    note = forms.CharField(
        label=gettext_lazy("Vermerk"),
        max_length=300,
        help_text=gettext_lazy("Woraus ergibt es sich? Schreiben, Aktenzeichen, Beleg."),
    )
