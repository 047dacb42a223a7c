from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.forms import DateField
from apps.members.domain.queries import member_cities
from apps.members.models import City
from apps.papers.domain.signing import Signer
from apps.papers.enums import LegalBasis, Level, PaperType, SignatureOrder
from apps.papers.models import Paper
from apps.resolutions.models import Resolution
from apps.texts.editor import EditorField


class PaperForm(forms.Form):
    type = forms.ChoiceField(label=_("Art"), choices=PaperType.choices)
    level = forms.ChoiceField(
        label=_("Ebene"),
        choices=Level.choices,
        help_text=_(
            "Ein politisches Papier zeichnen Stadtspitze, Beigeordnete oder Rat; ein fachliches auch die Fachebene."
        ),
    )
    title = forms.CharField(label=_("Titel"), max_length=200)
    place = forms.CharField(
        label=_("Ort"),
        max_length=80,
        required=False,
        help_text=_("Zum Beispiel Augsburg bei einer „Augsburger Erklärung“."),
    )
    addressees = forms.CharField(
        label=_("Gerichtet an"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Eine Stelle je Zeile."),
    )
    content = EditorField(label=_("Text"))
    signature_order = forms.ChoiceField(label=_("Reihenfolge der Unterschriften"), choices=SignatureOrder.choices)
    builds_on = forms.ModelChoiceField(
        Paper.objects.none(), label=_("Knüpft an"), required=False, empty_label=_("– keine Angabe –")
    )
    resolution = forms.ModelChoiceField(
        Resolution.objects.none(), label=_("Beschlossen durch"), required=False, empty_label=_("– keine Angabe –")
    )

    def __init__(self, *args: Any, paper: Paper | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        earlier: Any = self.fields["builds_on"]
        earlier.queryset = Paper.objects.exclude(pk=paper.pk if paper else None).order_by("title")
        adopted: Any = self.fields["resolution"]
        adopted.queryset = Resolution.objects.adopted()


class RevisionForm(PaperForm):
    note = forms.CharField(label=_("Was haben Sie geändert?"), max_length=200, required=False)
    base_version = forms.IntegerField(widget=forms.HiddenInput)


class FreezeForm(forms.Form):
    sign_until = DateField(
        label=_("Zeichnen bis"), required=False, help_text=_("Ohne Datum kann jederzeit gezeichnet werden.")
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Grund"), max_length=300)


class SignerForm(forms.Form):
    legal_basis = forms.ChoiceField(label=_("Grundlage"), choices=LegalBasis.choices)
    basis_detail = forms.CharField(
        label=_("Nummer und Tag des Ratsbeschlusses"),
        max_length=120,
        required=False,
        help_text=_("Nur beim Beschluss des Rates."),
    )
    note = forms.CharField(label=_("Anmerkung zur Unterschrift"), max_length=300, required=False)

    @property
    def signer(self) -> Signer:
        data = self.cleaned_data
        return Signer(
            data["legal_basis"],
            data.get("person_name", ""),
            data.get("person_function", ""),
            data["basis_detail"],
            data["note"],
        )


class SignForm(SignerForm):
    """Signing in this program. With one city there is nothing to choose."""

    city = forms.ModelChoiceField(City.objects.none(), label=_("Für die Stadt"), empty_label=_("Bitte wählen"))
    person_function = forms.CharField(
        label=_("Ihr Amt oder Ihre Funktion"), max_length=120, help_text=_("So steht es unter dem Papier.")
    )
    read_sha256 = forms.CharField(widget=forms.HiddenInput)

    field_order = ["city", "person_function"]

    def __init__(self, *args: Any, cities: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["city"]
        field.queryset = cities


class LetterForm(SignerForm):
    """A signed letter, recorded by the board."""

    city = forms.ModelChoiceField(City.objects.none(), label=_("Stadt"), empty_label=_("Bitte wählen"))
    person_name = forms.CharField(label=_("Unterzeichnet von"), max_length=120)
    person_function = forms.CharField(label=_("Amt oder Funktion"), max_length=120)
    signed_on = DateField(label=_("Unterzeichnet am"))
    file = forms.FileField(label=_("Schreiben (PDF oder Bild)"))

    field_order = ["city", "person_name", "person_function", "signed_on", "file"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["city"]
        field.queryset = member_cities(timezone.localdate())
