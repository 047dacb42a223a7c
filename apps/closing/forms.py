"""Forms of the closing."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.closing.enums import Direction, ReserveKind
from apps.closing.models import AdviserSettings
from apps.core.forms import EuroField
from apps.ledger.models import Entry
from apps.organisation.enums import DecisionSubject
from apps.resolutions.choosing import DecidedForm


class YearForm(forms.Form):
    year = forms.IntegerField(label=_("Geschäftsjahr"), min_value=2000, max_value=2100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        present = timezone.localdate().year
        newest = Entry.objects.filter(year__lt=present).order_by("-year").first()
        begun = Entry.objects.filter(year=present).exists()
        self.fields["year"].initial = newest.year if newest else present - (not begun)


class NoteForm(forms.Form):
    note = forms.CharField(
        label=_("Erläuterungen"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Was prägte das Jahr? Der Text steht im Kassenbericht über den Zahlen."),
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Grund"), max_length=200)


class AdoptForm(DecidedForm):
    subjects = (DecisionSubject.ACCOUNTS,)


class ReserveForm(DecidedForm):
    subjects = (DecisionSubject.RESERVES, DecisionSubject.ACCOUNTS)
    field_order = ("year", "kind", "direction", "amount", "purpose")

    year = forms.IntegerField(label=_("Geschäftsjahr"), min_value=2000, max_value=2100)
    kind = forms.ChoiceField(label=_("Art der Rücklage"), choices=ReserveKind.choices)
    direction = forms.ChoiceField(label=_("Vorgang"), choices=Direction.choices)
    amount = EuroField(label=_("Betrag"))
    purpose = forms.CharField(
        label=_("Zweck und Zeitplan"),
        max_length=250,
        help_text=_("Wofür und bis wann? Eine Projektrücklage braucht ein bestimmtes Vorhaben."),
    )


class AdviserForm(forms.ModelForm):
    consultant_number = forms.IntegerField(
        label=_("Beraternummer"), min_value=1001, max_value=9999999, help_text=_("Die Steuerberatung nennt sie.")
    )
    client_number = forms.IntegerField(label=_("Mandantennummer"), min_value=1, max_value=99999)
    chart = forms.RegexField(
        label=_("Kontenrahmen"), regex=r"^\d{2}$", help_text=_("42 für SKR 42, 49 für SKR 49."), initial="42"
    )

    class Meta:
        model = AdviserSettings
        fields = ["consultant_number", "client_number", "chart"]
