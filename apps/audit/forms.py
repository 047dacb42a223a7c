from django import forms
from django.utils.translation import gettext_lazy as _


class DayForm(forms.Form):
    """The day whose state is wanted."""

    am = forms.DateField(label=_("Stand am"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
