from django import forms
from django.utils.translation import gettext_lazy as _


class FileForm(forms.Form):
    file = forms.FileField(label=_("Datei"), help_text=_("XRechnung (XML) oder ZUGFeRD (PDF), höchstens 25 MB."))
