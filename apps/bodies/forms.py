from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.bodies.models import Body, Office
from apps.core.forms import DateField
from apps.members.models import City


class BodyForm(forms.ModelForm):
    on = DateField(label=_("besteht seit"))

    class Meta:
        model = Body
        fields = ["name", "code", "kind", "basis"]


class BodyChangeForm(forms.ModelForm):
    class Meta:
        model = Body
        fields = ["name", "basis"]


class OfficeForm(forms.ModelForm):
    class Meta:
        model = Office
        fields = ["name", "rank", "represents"]


class EndForm(forms.Form):
    on = DateField(label=_("endet am (ausschließlich)"))
    reason = forms.CharField(label=_("Grund"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = timezone.localdate


class RegistrationForm(forms.Form):
    on = DateField(label=_("eingetragen am"))


class TermForm(forms.Form):
    office = forms.ModelChoiceField(
        label=_("Amt"), queryset=Office.objects.none(), required=False, empty_label=_("ohne Amt (Mitglied)")
    )
    user = forms.ModelChoiceField(
        label=_("Person"), queryset=User.objects.filter(is_active=True), required=False, empty_label=_("bitte wählen")
    )
    person_name = forms.CharField(
        label=_("Name"),
        max_length=120,
        required=False,
        help_text=_("Nur wenn die Person hier keinen Zugang hat. Zum Beispiel: Dr. Ada Beispiel"),
    )
    city = forms.ModelChoiceField(
        label=_("für die Stadt"), queryset=City.objects.order_by("name"), required=False, empty_label=_("keine")
    )
    on = DateField(label=_("Beginn"))
    until = DateField(label=_("Ende (ausschließlich)"), required=False, help_text=_("Leer, wenn kein Ende feststeht."))
    basis = forms.CharField(
        label=_("Grundlage"), max_length=200, required=False, help_text=_("Zum Beispiel: Wahl am 12.06.2027")
    )

    def __init__(self, *args: Any, body: Body, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["office"].queryset = body.offices.all()
