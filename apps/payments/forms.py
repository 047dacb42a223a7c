from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.banking.models import BankAccount
from apps.core.forms import EuroField
from apps.documents.enums import Category
from apps.documents.models import Document
from apps.members.models import City
from apps.payments.enums import Instrument, Sequence


class MandateForm(forms.Form):
    city = forms.ModelChoiceField(City.objects.order_by("name"), label=_("Stadt"))
    reference = forms.CharField(label=_("Mandatsreferenz"), max_length=35)
    debtor_name = forms.CharField(label=_("Kontoinhaberin"), max_length=70)
    iban = forms.CharField(label=_("IBAN"), max_length=42)
    instrument = forms.ChoiceField(label=_("Art"), choices=Instrument.choices)
    sequence = forms.ChoiceField(label=_("Verwendung"), choices=Sequence.choices)
    signed_on = forms.DateField(label=_("unterschrieben am"))
    document = forms.ModelChoiceField(
        Document.objects.filter(category=Category.BANK),
        label=_("Original aus der Ablage"),
        required=False,
        help_text=_("Das unterschriebene Mandat; es ist mindestens 14 Monate nach dem letzten Einzug aufzubewahren."),
    )


class RunForm(forms.Form):
    bank_account = forms.ModelChoiceField(BankAccount.objects.all(), label=_("Bankkonto"), empty_label=None)
    due_on = forms.DateField(label=_("Ausführungstag"))


class CollectionForm(RunForm):
    instrument = forms.ChoiceField(label=_("Art"), choices=Instrument.choices)
    announced_on = forms.DateField(
        label=_("Vorabankündigung verschickt am"),
        help_text=_("Betrag, Fälligkeit, Mandatsreferenz und Gläubiger-ID; sie kann auf der Rechnung stehen."),
    )


class RefundForm(forms.Form):
    city = forms.ModelChoiceField(City.objects.order_by("name"), label=_("Stadt"))
    amount = EuroField(label=_("Betrag"))
    name = forms.CharField(label=_("Kontoinhaberin"), max_length=70)
    iban = forms.CharField(label=_("IBAN"), max_length=42)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Grund"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class CreditorForm(forms.Form):
    value = forms.CharField(label=_("Gläubiger-Identifikationsnummer"), max_length=35)
    valid_from = forms.DateField(label=_("gültig ab"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["valid_from"].initial = timezone.localdate
