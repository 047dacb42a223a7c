"""Forms of the budget."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.budget.domain.planning import Planned
from apps.budget.models import BudgetPlan
from apps.core.forms import EuroField
from apps.ledger.enums import AccountKind
from apps.ledger.models import Account
from apps.resolutions.models import Resolution


class YearForm(forms.Form):
    year = forms.IntegerField(label=gettext_lazy("Haushaltsjahr"), min_value=2000, max_value=2100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].initial = timezone.localdate().year + 1


class AmountsForm(forms.Form):
    """One amount and one explanation for each account of income and expense."""

    note = forms.CharField(
        label=gettext_lazy("Vorbericht"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Was prägt das Jahr? Der Text steht über den Zahlen."),
    )

    def __init__(self, *args: Any, plan: BudgetPlan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].initial = plan.note
        lines = {line.account_id: line for line in plan.lines.all()}
        self.accounts = list(Account.objects.result())
        for account in self.accounts:
            line = lines.get(account.pk)
            self.fields[f"amount_{account.number}"] = EuroField(
                label=_("Ansatz für %s") % account.name,
                required=False,
                min_value=Decimal(0),
                initial=line.amount if line else None,
            )
            self.fields[f"explanation_{account.number}"] = forms.CharField(
                label=_("Erläuterung zu %s") % account.name,
                required=False,
                max_length=250,
                initial=line.explanation if line else "",
            )

    def sides(self) -> Iterator[tuple[str, list[tuple[Account, forms.BoundField, forms.BoundField]]]]:
        for label, kind in ((_("Einnahmen"), AccountKind.INCOME), (_("Ausgaben"), AccountKind.EXPENSE)):
            yield (
                label,
                [
                    (account, self[f"amount_{account.number}"], self[f"explanation_{account.number}"])
                    for account in self.accounts
                    if account.kind == kind
                ],
            )

    def amounts(self) -> dict[Account, Planned]:
        data = self.cleaned_data
        return {
            account: Planned(
                money.amount if (money := data[f"amount_{account.number}"]) else Decimal(0),
                data[f"explanation_{account.number}"],
            )
            for account in self.accounts
        }


class AdoptForm(forms.Form):
    resolution = forms.ModelChoiceField(
        label=gettext_lazy("Beschluss, mit dem der Haushaltsplan angenommen wurde"),
        queryset=Resolution.objects.none(),
        empty_label=gettext_lazy("bitte wählen"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["resolution"].queryset = Resolution.objects.adopted().order_by("-decided_on")


class ReasonForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Grund"), max_length=200)
