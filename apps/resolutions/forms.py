from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.bodies.models import Body
from apps.core.forms import DateField
from apps.organisation.enums import DecisionSubject
from apps.resolutions.calculations import Counts
from apps.resolutions.domain.deciding import Meeting
from apps.resolutions.enums import Mode, Relation
from apps.resolutions.models import Resolution
from apps.texts.editor import EditorField

COUNTS = ("yes", "no", "abstentions", "invalid", "excluded", "present", "members", "all_votes")
MEETING = ("mode", "place", "agenda_item", "convened_on", "is_subject_announced", "is_quorate")


class DraftForm(forms.Form):
    body = forms.ModelChoiceField(Body.objects.none(), label=_("Gremium"), empty_label=_("Bitte wählen"))
    kind = forms.ChoiceField(
        label=_("Gegenstand"),
        choices=DecisionSubject.choices,
        help_text=_("Bestimmt, welche Mehrheit nötig ist."),
    )
    title = forms.CharField(label=_("Titel"), max_length=200)
    content = EditorField(label=_("Beschlusstext"))
    reasoning = forms.CharField(
        label=_("Begründung"), required=False, widget=forms.Textarea, help_text=_("Gehört nicht zum Beschluss.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["body"]
        field.queryset = Body.objects.valid_on(timezone.localdate())


class RevisionForm(DraftForm):
    note = forms.CharField(label=_("Was haben Sie geändert?"), max_length=200, required=False)
    base_version = forms.IntegerField(widget=forms.HiddenInput)


class ProposeForm(forms.Form):
    proposed_on = DateField(
        label=_("zur Abstimmung gestellt am"),
        help_text=_("Ein früherer Tag, wenn Sie einen Beschluss nachtragen, der schon gefasst ist."),
    )


class DecisionForm(forms.Form):
    """What happened at the vote; the result is not asked but computed."""

    decided_on = DateField(label=_("Tag der Entscheidung"))
    mode = forms.ChoiceField(label=_("Form"), choices=Mode.choices)
    place = forms.CharField(label=_("Ort"), max_length=120, required=False)
    agenda_item = forms.CharField(
        label=_("Tagesordnungspunkt"), max_length=120, required=False, help_text=_("Zum Beispiel: TOP 5")
    )
    convened_on = DateField(label=_("Einladung versandt am"), required=False)
    is_subject_announced = forms.BooleanField(
        label=_("Der Gegenstand war in der Einladung bezeichnet (§ 32 Abs. 1 Satz 2 BGB)."), required=False
    )
    is_quorate = forms.BooleanField(label=_("Die Beschlussfähigkeit wurde festgestellt."), required=False)
    yes = forms.IntegerField(label=_("Ja-Stimmen"), min_value=0)
    no = forms.IntegerField(label=_("Nein-Stimmen"), min_value=0)
    abstentions = forms.IntegerField(label=_("Enthaltungen"), min_value=0, initial=0)
    invalid = forms.IntegerField(label=_("Ungültige Stimmen"), min_value=0, initial=0)
    excluded = forms.IntegerField(
        label=_("Nicht stimmberechtigte Mitglieder (§ 34 BGB)"),
        min_value=0,
        initial=0,
        help_text=_("Wenn der Beschluss ein Geschäft oder einen Rechtsstreit mit diesem Mitglied betrifft."),
    )
    present = forms.IntegerField(label=_("Anwesende oder vertretene Mitglieder"), min_value=0, required=False)
    members = forms.IntegerField(label=_("Mitglieder insgesamt"), min_value=0, required=False)
    all_votes = forms.IntegerField(
        label=_("Stimmen aller Mitglieder"),
        min_value=0,
        required=False,
        help_text=_("Nur wenn Mitglieder mehr als eine Stimme haben."),
    )
    announced = forms.TypedChoiceField(
        label=_("Verkündetes Ergebnis"),
        choices=[("yes", _("angenommen")), ("no", _("abgelehnt"))],
        widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
        empty_value=None,
        help_text=_("Was die Versammlungsleitung gesagt hat. Das Programm rechnet nach."),
    )
    explanation = forms.CharField(
        label=_("Erklärung, falls das verkündete Ergebnis von den Zahlen abweicht"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["decided_on"]
        field.latest = timezone.localdate()

    @property
    def counts(self) -> Counts:
        return Counts(**{name: self.cleaned_data[name] for name in COUNTS})

    @property
    def meeting(self) -> Meeting:
        return Meeting(**{name: self.cleaned_data[name] for name in MEETING})


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Grund"), max_length=300)


class EntryForm(forms.Form):
    effective_on = DateField(label=_("eingetragen und wirksam am"))
    reason = forms.CharField(
        label=_("Nachweis"),
        max_length=300,
        required=False,
        help_text=_("Zum Beispiel: Mitteilung des Amtsgerichts vom …"),
    )


class RepealForm(forms.Form):
    later = forms.ModelChoiceField(
        Resolution.objects.none(), label=_("durch den Beschluss"), empty_label=_("Bitte wählen")
    )
    relation = forms.ChoiceField(label=_("Wirkung"), choices=Relation.choices)
    valid_from = DateField(label=_("ab"))
    note = forms.CharField(label=_("Anmerkung"), max_length=300, required=False)

    def __init__(self, *args: Any, earlier: Resolution, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["later"]
        field.queryset = Resolution.objects.adopted().exclude(pk=earlier.pk).order_by("-decided_on", "-number")


class FollowUpForm(forms.Form):
    task = forms.CharField(label=_("Aufgabe"), max_length=200)
    responsible = forms.ModelChoiceField(
        User.objects.filter(is_active=True),
        label=_("Zuständige Person"),
        required=False,
        empty_label=_("– keine Angabe –"),
    )
    responsible_unit = forms.CharField(
        label=_("oder zuständige Stelle"), max_length=120, required=False, help_text=_("Zum Beispiel: Stadt Augsburg")
    )
    due_on = DateField(label=_("bis"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("responsible") and not cleaned.get("responsible_unit"):
            self.add_error("responsible", _("Bitte sagen Sie, wer zuständig ist: eine Person oder eine Stelle."))
        return cleaned


class DoneForm(forms.Form):
    result = forms.CharField(label=_("Ergebnis"), max_length=300, required=False)


class BookForm(forms.Form):
    body = forms.ModelChoiceField(Body.objects.all(), label=_("Gremium"), empty_label=_("Bitte wählen"))
    year = forms.IntegerField(label=_("Jahr"), min_value=1990, max_value=2200)
