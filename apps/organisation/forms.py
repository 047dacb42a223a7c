from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.forms import DateField
from apps.organisation.enums import LegalMode, TaxStatus
from apps.organisation.models import DecisionRule, LegalParameter, Profile


class ProfileForm(forms.ModelForm):
    class Meta:
        model = Profile
        fields = [
            "name",
            "short_name",
            "care_of",
            "street",
            "postcode",
            "town",
            "email",
            "phone",
            "website",
            "account_holder",
            "iban",
            "bic",
            "bank_name",
            "register_court",
            "register_number",
            "tax_number",
            "board_line",
            "reference_prefix",
            "colour",
        ]
        help_texts = {
            "name": _("Ohne »e. V.«: Diesen Zusatz ergänzt das Programm vom Tag der Eintragung an (§ 65 BGB).")
        }


class LogoForm(forms.Form):
    logo = forms.FileField(label=_("Bilddatei"), help_text=_("SVG oder PNG, höchstens 200 kB."))


class LegalFormForm(forms.Form):
    mode = forms.ChoiceField(label=_("neue Rechtsform"), choices=())
    on = DateField(label=_("gültig ab"))
    basis = forms.CharField(
        label=_("Grundlage"),
        max_length=200,
        help_text=_("Zum Beispiel: Beschluss der Gründungsversammlung vom 12.06.2027"),
    )
    register_court = forms.CharField(label=_("Registergericht"), max_length=80, required=False)
    register_number = forms.CharField(
        label=_("Registernummer"),
        max_length=40,
        required=False,
        help_text=_("Nötig für den eingetragenen Verein, zum Beispiel: VR 12345"),
    )
    registered_on = DateField(label=_("eingetragen am"), required=False)

    def __init__(self, *args: Any, modes: list[LegalMode], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mode"].choices = [(mode.value, mode.label) for mode in modes]


class ParameterForm(forms.Form):
    key = forms.ChoiceField(label=_("Wert"), choices=())
    valid_from = DateField(label=_("gültig ab"))
    valid_until = DateField(
        label=_("gültig bis (ausschließlich)"),
        required=False,
        help_text=_("Leer, wenn der Wert bis zur nächsten Änderung gilt."),
    )
    value = forms.CharField(
        label=_("neuer Wert"),
        max_length=80,
        help_text=_("Wie der frühere Wert: eine Zahl, ein Anteil wie 1/10 oder eines der Wörter ANY, YEAR_END, ALL."),
    )
    source = forms.CharField(label=_("Rechtsgrundlage"), max_length=200)
    note = forms.CharField(label=_("Anmerkung"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keys = LegalParameter.objects.order_by("title", "key").values_list("key", "title").distinct()
        self.fields["key"].choices = list(dict(keys).items())


class TaxStatusForm(forms.Form):
    status = forms.ChoiceField(label=_("steuerlicher Status"), choices=TaxStatus.choices, widget=forms.RadioSelect)
    valid_from = DateField(label=_("gültig ab"))
    source = forms.CharField(
        label=_("Bescheid"),
        max_length=200,
        help_text=_("Zum Beispiel: Feststellungsbescheid nach § 60a AO vom 02.03.2026"),
    )


class DecisionRuleForm(forms.ModelForm):
    valid_from = DateField(label=_("gültig ab"))

    class Meta:
        model = DecisionRule
        fields = [
            "applies_to",
            "mode",
            "title",
            "base",
            "comparison",
            "numerator",
            "denominator",
            "legal_basis",
            "note",
        ]
