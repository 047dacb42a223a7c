"""Forms of meetings and their costs."""

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from apps.budget.domain.costs import CostEntry
from apps.budget.enums import CostCategory, CostKind, Valuation
from apps.core.forms import DateField, EuroField
from apps.members.models import City


class MeetingForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("Bezeichnung"), max_length=120)
    host = forms.ModelChoiceField(
        label=gettext_lazy("Federführende Stadt"),
        queryset=City.objects.order_by("name"),
        empty_label=gettext_lazy("bitte wählen"),
    )
    starts_on = DateField(label=gettext_lazy("Von"))
    ends_on = DateField(label=gettext_lazy("Bis"))
    participants = forms.IntegerField(label=gettext_lazy("Teilnehmende"), min_value=1, max_value=30_000)
    cities = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Teilnehmende Städte"),
        queryset=City.objects.order_by("name"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Auf sie wird der gleiche Anteil gerechnet."),
    )


class CostForm(forms.Form):
    """One cost; the city is chosen among those the person may enter costs for."""

    city = forms.ModelChoiceField(label=gettext_lazy("Stadt"), queryset=City.objects.none())
    category = forms.ChoiceField(label=gettext_lazy("Kostenart"), choices=CostCategory.choices)
    kind = forms.ChoiceField(label=gettext_lazy("Bezahlt oder Sachleistung"), choices=CostKind.choices)
    net = EuroField(label=gettext_lazy("Netto"), min_value=Decimal(0))
    vat = EuroField(
        label=gettext_lazy("Umsatzsteuer"),
        required=False,
        min_value=Decimal(0),
        help_text=gettext_lazy("Die Übersicht rechnet brutto: Städte ziehen die Steuer in der Regel nicht ab."),
    )
    valuation = forms.ChoiceField(
        label=gettext_lazy("Grundlage der Bewertung"),
        choices=[("", "–"), *Valuation.choices],
        required=False,
        help_text=gettext_lazy("Nur bei Sachleistungen. »Nicht bewertet« steht mit 0,00 € in der Übersicht."),
    )
    explanation = forms.CharField(label=gettext_lazy("Erläuterung"), max_length=250, required=False)
    file = forms.FileField(label=gettext_lazy("Nachweis"), required=False)

    def __init__(self, *args: Any, cities: QuerySet[City], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["city"].queryset = cities

    def entry(self) -> CostEntry:
        data = self.cleaned_data
        return CostEntry(
            category=data["category"],
            kind=data["kind"],
            net=data["net"].amount,
            vat=data["vat"].amount if data["vat"] else Decimal(0),
            valuation=data["valuation"],
            explanation=data["explanation"],
        )

    def evidence_file(self) -> tuple[str, bytes] | None:
        file = self.cleaned_data["file"]
        return (file.name, file.read()) if file else None
