from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.banking.models import BankAccount
from apps.core.forms import EuroField
from apps.members.models import City
from apps.payments.calculations.sepa import next_bank_day
from apps.payments.enums import Instrument, Sequence

SOON = timedelta(days=7)
PAPER = _("Das unterschriebene Mandat; es ist mindestens 14 Monate nach dem letzten Einzug aufzubewahren.")


class MandateForm(forms.Form):
    city = forms.ModelChoiceField(City.objects.order_by("name"), label=_("Stadt"))
    debtor_name = forms.CharField(label=_("Kontoinhaberin"), max_length=70)
    iban = forms.CharField(label=_("IBAN"), max_length=42)
    instrument = forms.ChoiceField(
        label=_("Art"),
        choices=Instrument.choices,
        help_text=_("Bei einer Firmenlastschrift muss die Stadt das Mandat auch ihrer Bank bestätigen."),
    )
    sequence = forms.ChoiceField(label=_("Verwendung"), choices=Sequence.choices)
    signed_on = forms.DateField(label=_("unterschrieben am"))
    reference = forms.CharField(
        label=_("Mandatsreferenz"), max_length=35, required=False, help_text=_("Leer: die nächste freie.")
    )
    notice_days = forms.IntegerField(
        label=_("vereinbarte Frist der Vorabankündigung in Tagen"),
        required=False,
        min_value=1,
        max_value=60,
        help_text=_("Leer: 14 Tage. Kürzer nur, wenn es mit der Stadt vereinbart ist."),
    )
    file = forms.FileField(label=_("Original"), required=False, help_text=PAPER)


class BlankForm(forms.Form):
    city = forms.ModelChoiceField(City.objects.order_by("name"), label=_("Stadt"), to_field_name="slug")
    instrument = forms.ChoiceField(label=_("Art"), choices=Instrument.choices)
    sequence = forms.ChoiceField(label=_("Verwendung"), choices=Sequence.choices)
    days = forms.IntegerField(
        label=_("Frist der Vorabankündigung in Tagen"), min_value=1, max_value=60, help_text=_("Üblich sind 14 Tage.")
    )


class OriginalForm(forms.Form):
    file = forms.FileField(label=_("Original"), help_text=PAPER)


class RunForm(forms.Form):
    bank_account = forms.ModelChoiceField(BankAccount.objects.all(), label=_("Bankkonto"), empty_label=None)
    due_on = forms.DateField(
        label=_("Ausführungstag"), initial=lambda: next_bank_day(timezone.localdate() + timedelta(days=1))
    )


class CollectionForm(forms.Form):
    bank_account = forms.ModelChoiceField(BankAccount.objects.all(), label=_("Bankkonto"), empty_label=None)
    instrument = forms.ChoiceField(label=_("Art"), choices=Instrument.choices)
    due_on = forms.DateField(
        label=_("Tag des Einzugs"),
        help_text=_("Die Städte müssen ihn vorher erfahren, wenn nicht anders vereinbart 14 Tage."),
    )
    announced_on = forms.DateField(
        label=_("schon angekündigt am"),
        required=False,
        help_text=_("Nur wenn alle Städte Betrag, Tag, Mandat und Gläubiger-ID schon kennen, etwa aus der Rechnung."),
    )


class RefundForm(forms.Form):
    amount = EuroField(label=_("Betrag"))
    name = forms.CharField(label=_("Kontoinhaberin"), max_length=70)
    iban = forms.CharField(label=_("IBAN"), max_length=42)
    is_told = forms.BooleanField(
        label=_("Die Stadt hat dieses Konto schriftlich genannt"),
        required=False,
        help_text=_("Nötig, wenn sie von diesem Konto noch nie gezahlt hat."),
    )


class UntilForm(forms.Form):
    until = forms.DateField(label=_("fällig bis"), initial=lambda: timezone.localdate() + SOON)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Grund"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class CreditorForm(forms.Form):
    value = forms.CharField(label=_("Gläubiger-Identifikationsnummer"), max_length=35)
    valid_from = forms.DateField(label=_("gültig ab"))
