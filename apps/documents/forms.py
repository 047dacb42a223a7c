"""Forms of the library."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.documents.enums import Access
from apps.documents.models import Document
from apps.documents.rules import readable_classes
from apps.members.models import City


class CoverForm(forms.ModelForm):
    """What stands on the cover. Nobody can file into a class she can't read herself."""

    class Meta:
        model = Document
        fields = ["title", "category", "access", "city", "description"]
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        readable = set(readable_classes(user))
        self.fields["access"].choices = [choice for choice in Access.choices if choice[0] in readable]
        self.fields["city"].queryset = City.objects.order_by("name")
        self.fields["city"].empty_label = _("keine bestimmte Stadt")


class UploadForm(CoverForm):
    file = forms.FileField(
        label=_("Datei"), help_text=_("PDF, Word, Excel, OpenDocument, Bild, Text oder ZIP, höchstens 25 MB.")
    )

    class Meta(CoverForm.Meta):
        fields = ["title", "category", "access", "city", "dated_on", "description"]
        widgets = {**CoverForm.Meta.widgets, "dated_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}


class ChangeForm(CoverForm):
    reason = forms.CharField(label=_("Grund der Änderung"), max_length=200)


class VersionForm(forms.Form):
    file = forms.FileField(label=_("Datei der neuen Fassung"))
    note = forms.CharField(
        label=_("Anlass"), max_length=200, help_text=_("Was ist neu? Zum Beispiel: Anlage 2 ergänzt.")
    )


class VerifyNumberForm(forms.Form):
    nummer = forms.CharField(
        label=_("Dokumentnummer"), max_length=20, help_text=_("Sie steht in der Fußzeile, zum Beispiel D-2027-00014.")
    )


class VerifyFileForm(forms.Form):
    file = forms.FileField(label=_("Datei"), help_text=_("Die Datei wird nur verglichen und danach sofort verworfen."))
