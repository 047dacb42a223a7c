"""Forms of the examination."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from apps.accounts.models import RoleAssignment, User
from apps.accounts.roles import Role
from apps.examination.enums import Recommendation, Weight
from apps.examination.models import Examination
from apps.ledger.models import Entry
from apps.members.models import City
from apps.organisation.enums import DecisionSubject
from apps.resolutions.choosing import DecidedForm


def next_year(present: int) -> int:
    """The year that is to be examined next: last year, or this one if last year has its auditors or the books began this year."""
    last = present - 1
    is_new = Entry.objects.filter(year=present).exists() and not Entry.objects.filter(year__lt=present).exists()
    return present if is_new or Examination.objects.filter(year=last).exists() else last


class AppointForm(DecidedForm):
    subjects = (DecisionSubject.ELECTION,)
    field_order = ("year", "resolution", "is_sure")

    year = forms.IntegerField(label=gettext_lazy("Prüfungsjahr"), min_value=2000, max_value=2100)
    first = forms.ModelChoiceField(label=gettext_lazy("Erste Person"), queryset=User.objects.none())
    first_city = forms.ModelChoiceField(
        label=gettext_lazy("aus der Stadt"), queryset=City.objects.order_by("name"), required=False, empty_label="–"
    )
    second = forms.ModelChoiceField(label=gettext_lazy("Zweite Person"), queryset=User.objects.none())
    second_city = forms.ModelChoiceField(
        label=gettext_lazy("aus der Stadt"), queryset=City.objects.order_by("name"), required=False, empty_label="–"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].initial = next_year(timezone.localdate().year)
        today = timezone.localdate()
        auditors = User.objects.filter(
            is_active=True, assignments__in=RoleAssignment.objects.valid_on(today).filter(role=Role.AUDITOR)
        )
        for name in ("first", "second"):
            self.fields[name].queryset = auditors.distinct().order_by("last_name", "first_name")

    def auditors(self) -> list[tuple[User, City | None]]:
        data = self.cleaned_data
        return [(data["first"], data["first_city"]), (data["second"], data["second_city"])]


class SampleForm(forms.Form):
    size = forms.IntegerField(label=gettext_lazy("Umfang"), min_value=1, max_value=2000, initial=25)
    seed = forms.CharField(
        label=gettext_lazy("Startwert"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("Frei gewählt, zum Beispiel gewürfelt. Bleibt das Feld leer, wählt ihn der Zufall."),
    )


class PickForm(forms.Form):
    number = forms.IntegerField(
        label=gettext_lazy("Nummer der Buchung"),
        min_value=1,
        help_text=gettext_lazy("Die laufende Nummer im Journal, bei B2026-00073 also 73."),
    )


class TextForm(forms.Form):
    text = forms.CharField(label=gettext_lazy("Text"), max_length=600, widget=forms.Textarea(attrs={"rows": 4}))


class FindingForm(forms.Form):
    weight = forms.ChoiceField(label=gettext_lazy("Gewicht"), choices=Weight.choices)
    text = forms.CharField(
        label=gettext_lazy("Feststellung"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    advice = forms.CharField(
        label=gettext_lazy("Empfehlung"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class ConclusionForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Ergebnis der Prüfung"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("Was wurde geprüft, wie ist der Gesamteindruck, was folgt daraus?"),
    )
    recommendation = forms.ChoiceField(
        label=gettext_lazy("Empfehlung an die Mitgliederversammlung"), choices=Recommendation.choices
    )


class ConfirmationForm(forms.Form):
    result = forms.CharField(
        label=gettext_lazy("Was wurde nachgeprüft?"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Grund"), max_length=200)
