"""Forms of commitments."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from apps.budget.domain.commitments import fitting_lines
from apps.budget.models import Commitment
from apps.core.forms import DateField, EuroField
from apps.core.templatetags.formats import euro
from apps.ledger.enums import AccountKind
from apps.ledger.models import Account, CostCentre


class CommitmentForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("Wofür"), max_length=160)
    partner = forms.CharField(label=gettext_lazy("Vertragspartner:in"), max_length=120)
    amount = EuroField(label=gettext_lazy("Betrag (brutto)"), min_value=Decimal("0.01"))
    account = forms.ModelChoiceField(
        label=gettext_lazy("Konto"), queryset=Account.objects.none(), empty_label=gettext_lazy("bitte wählen")
    )
    cost_centre = forms.ModelChoiceField(
        label=gettext_lazy("Kostenstelle"), queryset=CostCentre.objects.none(), required=False, empty_label="–"
    )
    year = forms.IntegerField(label=gettext_lazy("Haushaltsjahr"), min_value=2000, max_value=2100)
    agreed_on = DateField(label=gettext_lazy("Vereinbart am"))
    due_on = DateField(
        label=gettext_lazy("Voraussichtlich fällig"),
        required=False,
        help_text=gettext_lazy("Damit steht der Betrag in der Liquidität im richtigen Monat."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        self.fields["account"].queryset = Account.objects.valid_on(today).filter(kind=AccountKind.EXPENSE)
        self.fields["cost_centre"].queryset = CostCentre.objects.valid_on(today)
        self.fields["year"].initial, self.fields["agreed_on"].initial = today.year, today


class LineChoice(forms.ModelChoiceField):
    def label_from_instance(self, line: Any) -> str:
        return f"{line.entry.booked_on:%d.%m.%Y} · {line.entry.label} · {euro(line.amount)} · {line.entry.text}"


class PostingForm(forms.Form):
    line = LineChoice(
        label=gettext_lazy("Buchung, die diese Verpflichtung bezahlt"),
        queryset=None,
        empty_label=gettext_lazy("bitte wählen"),
    )

    def __init__(self, *args: Any, commitment: Commitment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["line"].queryset = fitting_lines(commitment)
