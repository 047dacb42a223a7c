"""Forms of the plan."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.budget.domain.planning import Cover, Place, Planned
from apps.budget.domain.queries import cover_accounts
from apps.budget.enums import ForecastRule, Start
from apps.budget.models import BudgetLine, BudgetPlan
from apps.core.forms import EuroField
from apps.ledger.enums import AccountKind
from apps.ledger.models import Account, CostCentre
from apps.organisation.enums import DecisionSubject
from apps.resolutions.choosing import DecidedForm

MONTH_CHOICES = [("", gettext_lazy("gleichmäßig")), *MONTHS.items()]


class YearForm(forms.Form):
    year = forms.IntegerField(label=gettext_lazy("Haushaltsjahr"), min_value=2000, max_value=2100)
    start = forms.ChoiceField(
        label=gettext_lazy("Der Entwurf beginnt mit"), choices=Start.choices, initial=Start.PLAN, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].initial = timezone.localdate().year + 1

    def clean_start(self) -> Start:
        return Start(self.cleaned_data["start"] or Start.PLAN)


class AmountsForm(forms.Form):
    """Amounts of three years, month and explanation for each account, and for cost centres that are planned apart."""

    note = forms.CharField(
        label=gettext_lazy("Vorbericht"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Was prägt das Jahr? Der Text steht über den Zahlen."),
    )
    reserve_cover = EuroField(
        label=gettext_lazy("Entnahme aus Rücklagen"),
        required=False,
        min_value=Decimal(0),
        help_text=gettext_lazy("Wenn die Einnahmen nicht reichen: Was davon deckt eine Rücklage?"),
    )
    reserve_account = forms.ModelChoiceField(
        label=gettext_lazy("Rücklage"), queryset=Account.objects.none(), required=False, empty_label="–"
    )
    new_account = forms.ModelChoiceField(
        label=gettext_lazy("Konto"), queryset=Account.objects.none(), required=False, empty_label="–"
    )
    new_centre = forms.ModelChoiceField(
        label=gettext_lazy("Kostenstelle"), queryset=CostCentre.objects.none(), required=False, empty_label="–"
    )

    def __init__(self, *args: Any, plan: BudgetPlan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan = plan
        self.fields["note"].initial = plan.note
        self.fields["reserve_cover"].initial = plan.reserve_cover if plan.reserve_cover.amount else None
        self.fields["reserve_account"].initial = plan.reserve_account
        self.fields["reserve_account"].queryset = cover_accounts()
        self.fields["new_account"].queryset = Account.objects.result()
        self.fields["new_centre"].queryset = CostCentre.objects.all()
        lines = {(line.account, line.cost_centre): line for line in plan.lines.select_related("account", "cost_centre")}
        places: set[Place] = {(account, None) for account in Account.objects.result()} | set(lines)
        self.places = {self.name_of(place): place for place in sorted(places, key=self.name_of)}
        for name, place in self.places.items():
            self.add_fields(name, " · ".join(part.name for part in place if part), lines.get(place))
        self.add_fields("new", _("die neue Zeile"), None)

    @staticmethod
    def name_of(place: Place) -> str:
        return "_".join(part.number for part in place if part)

    def add_fields(self, name: str, label: str, line: BudgetLine | None) -> None:
        year = self.plan.year
        amounts = (
            ("amount", _("Ansatz %(year)s für %(place)s"), year, line and line.amount),
            ("following", _("Vorausschau %(year)s für %(place)s"), year + 1, line and line.amount_next),
            ("after", _("Vorausschau %(year)s für %(place)s"), year + 2, line and line.amount_after),
        )
        for kind, text, of_year, money in amounts:
            self.fields[f"{kind}_{name}"] = EuroField(
                label=text % {"year": of_year, "place": label},
                required=False,
                min_value=Decimal(0),
                initial=money if line and (kind == "amount" or money) else None,
            )
        self.fields[f"month_{name}"] = forms.TypedChoiceField(
            label=_("Monat für %s") % label,
            choices=MONTH_CHOICES,
            coerce=int,
            empty_value=None,
            required=False,
            initial=line.month if line else "",
        )
        self.fields[f"explanation_{name}"] = forms.CharField(
            label=_("Erläuterung zu %s") % label,
            required=False,
            max_length=250,
            initial=line.explanation if line else "",
        )

    def bound(self, name: str) -> list[forms.BoundField]:
        return [self[f"{kind}_{name}"] for kind in ("amount", "following", "after", "month", "explanation")]

    @property
    def headings(self) -> list[str]:
        year = self.plan.year
        return [str(year), str(year + 1), str(year + 2), _("Monat"), _("Erläuterung")]

    def cells(self, name: str) -> list[tuple[str, forms.BoundField]]:
        return list(zip(self.headings, self.bound(name), strict=True))

    def sides(self) -> Iterator[tuple[str, list[tuple[Place, list[tuple[str, forms.BoundField]]]]]]:
        for label, kind in ((_("Einnahmen"), AccountKind.INCOME), (_("Ausgaben"), AccountKind.EXPENSE)):
            yield label, [(place, self.cells(name)) for name, place in self.places.items() if place[0].kind == kind]

    def new_fields(self) -> list[forms.BoundField]:
        return [self["new_account"], self["new_centre"], *self.bound("new")]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        wanted = any(data.get(f"{kind}_new") for kind in ("amount", "following", "after", "explanation"))
        place = (data.get("new_account"), data.get("new_centre"))
        if (wanted or any(place)) and not all(place):
            self.add_error("new_account", _("Bitte wählen Sie Konto und Kostenstelle der neuen Zeile."))
        elif all(place) and place in self.places.values():
            self.add_error("new_centre", _("Diese Zeile gibt es oben schon."))
        return data

    def planned(self, name: str) -> Planned:
        data = self.cleaned_data
        amount, following, after = (
            money.amount if (money := data[f"{kind}_{name}"]) else Decimal(0)
            for kind in ("amount", "following", "after")
        )
        return Planned(amount, data[f"explanation_{name}"], following, after, data[f"month_{name}"])

    def amounts(self) -> dict[Place, Planned]:
        found = {place: self.planned(name) for name, place in self.places.items()}
        if self.cleaned_data["new_account"]:
            found[self.cleaned_data["new_account"], self.cleaned_data["new_centre"]] = self.planned("new")
        return found

    def cover(self) -> Cover:
        amount = self.cleaned_data["reserve_cover"]
        return Cover(amount.amount if amount else Decimal(0), self.cleaned_data["reserve_account"])


class AdoptForm(DecidedForm):
    subjects = (DecisionSubject.BUDGET,)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Grund"), max_length=200)


class SheetForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("Excel-Datei mit den Ansätzen (XLSX)"))


class ForecastForm(forms.Form):
    """How one line of the year is forecast."""

    rule = forms.ChoiceField(label=gettext_lazy("Prognose"), choices=ForecastRule.choices)
    figure = EuroField(label=gettext_lazy("Eigener Wert"), required=False, min_value=Decimal(0))
    reason = forms.CharField(label=gettext_lazy("Begründung"), max_length=250, required=False)
