"""The choice of the resolution that carries an act, for forms of the apps above."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.organisation.enums import DecisionSubject
from apps.resolutions.domain.subjects import resolutions_on
from apps.resolutions.models import Resolution


class DecidedForm(forms.Form):
    """Names the resolution that decided something; `subjects` are those it is usually about, `unfit` those it can't be."""

    subjects: tuple[DecisionSubject, ...] = ()
    unfit: tuple[DecisionSubject, ...] = ()

    resolution = forms.ModelChoiceField(Resolution.objects.none(), label=_("Beschluss"), empty_label=_("bitte wählen"))
    is_sure = forms.BooleanField(label=_("Dieser Beschluss hat darüber entschieden"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["resolution"]
        chosen.queryset = resolutions_on(*self.subjects, unfit=self.unfit)
        chosen.label_from_instance = lambda row: f"{row} ({row.get_kind_display()})"
        if not chosen.queryset.exists():
            chosen.empty_label = gettext("noch kein angenommener Beschluss")
            chosen.help_text = gettext(
                "Der Vorstand entwirft ihn unter »Beschlüsse« und hält dort die Abstimmung fest."
            )
        names = gettext(" oder ").join(f"„{subject.label}“" for subject in self.subjects)
        self.fields["is_sure"].help_text = gettext("Nur nötig, wenn sein Gegenstand nicht %s ist.") % names
