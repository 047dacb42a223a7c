from typing import Any

from django import forms
from django.core.validators import FileExtensionValidator
from django.utils.translation import gettext_lazy as _

from apps.core.forms import DateField
from apps.dispatch.enums import Channel
from apps.dispatch.models import Dispatch


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files in one field."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        chosen = data if isinstance(data, (list, tuple)) else [data]
        return [super(FilesField, self).clean(each, initial) for each in chosen or [None]]


class BounceForm(forms.Form):
    files = FilesField(
        label=_("Zurückgekommene E-Mails"),
        help_text=_("Dateien mit der Endung .eml (eine E-Mail) oder .mbox (ein Ordner), auch mehrere auf einmal."),
        allow_empty_file=True,
        validators=[FileExtensionValidator(["eml", "mbox", "mbx", "txt"])],
    )


class ReleaseForm(forms.Form):
    """Holds the last sending that was shown: what came later is not released unseen."""

    until = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class NoteForm(forms.Form):
    reason = forms.CharField(label=_("Vermerk"), max_length=500)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Grund"), max_length=500)


class UnclearForm(NoteForm):
    has_left = forms.TypedChoiceField(
        label=_("Ist die E-Mail hinausgegangen?"),
        choices=((1, _("Ja, sie ging hinaus")), (0, _("Nein, sie ging nicht hinaus"))),
        widget=forms.RadioSelect,
        coerce=lambda value: value == "1",
    )
    field_order = ("has_left", "reason")


class AgainForm(forms.Form):
    channel = forms.ChoiceField(label=_("Weg"), choices=Channel.choices)
    email = forms.EmailField(
        label=_("E-Mail-Adresse"), required=False, help_text=_("Leer: die Adresse, die heute bei der Stadt steht.")
    )


class PostedForm(forms.Form):
    on = DateField(label=_("zur Post gegeben am"))


class ChangeForm(forms.ModelForm):
    address = forms.CharField(
        label=_("Anschrift"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Eine Zeile je Zeile des Anschriftfelds."),
    )

    class Meta:
        model = Dispatch
        fields = ["channel", "recipient_email", "subject", "text"]
        widgets = {"text": forms.Textarea(attrs={"rows": 12})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["address"] = "\n".join(self.instance.recipient_lines)

    def validate_constraints(self) -> None:
        """The act says it in words."""

    @property
    def changes(self) -> dict[str, Any]:
        lines = [line.strip() for line in self.cleaned_data["address"].splitlines() if line.strip()]
        given = {name: self.cleaned_data[name] for name in self.Meta.fields}
        return given | {"recipient_lines": lines}


class WordingForm(forms.Form):
    subject = forms.CharField(label=_("Betreff"), max_length=200)
    body = forms.CharField(label=_("Text"), widget=forms.Textarea(attrs={"rows": 14}))
