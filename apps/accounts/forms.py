"""Forms about people and their access."""

from django import forms
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from apps.accounts.roles import DESCRIPTIONS, Role


def role_choices() -> list[tuple[str, str]]:
    return [(role.value, format_html("<strong>{}</strong><br>{}", role.label, DESCRIPTIONS[role])) for role in Role]


class InvitationForm(forms.Form):
    email = forms.EmailField(label=_("E-Mail-Adresse"), help_text=_("Dorthin geht der Link für das erste Passwort."))
    first_name = forms.CharField(label=_("Vorname"), max_length=80)
    last_name = forms.CharField(label=_("Nachname"), max_length=80)
    roles = forms.MultipleChoiceField(label=_("Rollen"), choices=role_choices, widget=forms.CheckboxSelectMultiple)


def date_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Rolle"), choices=role_choices, widget=forms.RadioSelect)
    valid_from = forms.DateField(label=_("gültig ab"), initial=timezone.localdate, widget=date_input())
    valid_until = forms.DateField(
        label=_("gültig bis (ausschließlich)"),
        required=False,
        widget=date_input(),
        help_text=_("Leer lassen, wenn die Rolle bis auf Weiteres gilt."),
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Grund"), max_length=200)


class FirstPasswordForm(forms.Form):
    password = forms.CharField(
        label=_("Neues Passwort"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Mindestens zwölf Zeichen. Ein Satz aus mehreren Wörtern ist leicht zu merken."),
    )
    repeated = forms.CharField(
        label=_("Passwort wiederholen"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def clean_repeated(self) -> str:
        repeated = str(self.cleaned_data["repeated"])
        if repeated != self.cleaned_data.get("password"):
            raise forms.ValidationError(_("Die beiden Eingaben stimmen nicht überein."))
        return repeated
