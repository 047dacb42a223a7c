from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.forms import DateField, EuroField
from apps.ledger.domain.posting import Line
from apps.ledger.enums import AccountKind, Sphere
from apps.ledger.models import Account
from apps.members.models import City

ROWS = 6


class EntryForm(forms.Form):
    """An entry by hand: up to six lines, each with an account and an amount on one side."""

    on = DateField(label=gettext_lazy("Buchungsdatum"))
    document_on = DateField(label=gettext_lazy("Belegdatum"))
    text = forms.CharField(label=gettext_lazy("Buchungstext"), max_length=250)
    reference = forms.CharField(
        label=gettext_lazy("Belegnummer"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("Nötig, wenn Sie den Beleg nicht hochladen."),
    )
    voucher = forms.FileField(label=gettext_lazy("Beleg"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        accounts = list(Account.objects.valid_on(timezone.localdate()))
        cities = list(City.objects.order_by("name"))
        self.accounts = {str(each.pk): each for each in accounts}
        self.cities = {str(each.pk): each for each in cities}
        account_choices = [("", "–"), *((str(each.pk), str(each)) for each in accounts)]
        city_choices = [("", "–"), *((str(each.pk), each.name) for each in cities)]
        for row in range(1, ROWS + 1):
            number = {"row": row}
            self.fields[f"account_{row}"] = forms.ChoiceField(
                choices=account_choices, label=_("Konto, Zeile %(row)s") % number, required=False
            )
            self.fields[f"debit_{row}"] = EuroField(label=_("Soll, Zeile %(row)s") % number, required=False)
            self.fields[f"credit_{row}"] = EuroField(label=_("Haben, Zeile %(row)s") % number, required=False)
            self.fields[f"city_{row}"] = forms.ChoiceField(
                choices=city_choices, label=_("Stadt, Zeile %(row)s") % number, required=False
            )

    def head(self) -> list[forms.BoundField]:
        return [self[name] for name in ("on", "document_on", "text", "reference", "voucher")]

    def rows(self) -> list[dict[str, forms.BoundField]]:
        names = ("account", "debit", "credit", "city")
        return [{name: self[f"{name}_{row}"] for name in names} for row in range(1, ROWS + 1)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for row in range(1, ROWS + 1):
            sides = [cleaned.get(f"{side}_{row}") for side in ("debit", "credit")]
            if cleaned.get(f"account_{row}") and sum(1 for side in sides if side) != 1:
                self.add_error(f"debit_{row}", _("Bitte geben Sie einen Betrag im Soll oder im Haben an."))
            if any(sides) and not cleaned.get(f"account_{row}"):
                self.add_error(f"account_{row}", _("Bitte wählen Sie ein Konto."))
        return cleaned

    def lines(self) -> list[Line]:
        """The filled rows."""
        return [
            Line(
                self.accounts[account],
                debit=self.side("debit", row),
                credit=self.side("credit", row),
                city=self.cities.get(self.cleaned_data[f"city_{row}"]),
            )
            for row in range(1, ROWS + 1)
            if (account := self.cleaned_data[f"account_{row}"])
        ]

    def side(self, name: str, row: int) -> Decimal | None:
        amount = self.cleaned_data[f"{name}_{row}"]
        return amount.amount if amount else None


class ReasonForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Grund"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}))


class ClosePeriodForm(forms.Form):
    last_day = DateField(
        label=gettext_lazy("Abschließen bis einschließlich"),
        help_text=gettext_lazy("Meist der letzte Tag eines Jahres oder Monats."),
    )
    reason = forms.CharField(label=gettext_lazy("Anlass"), max_length=250, initial=gettext_lazy("Jahresabschluss"))


class PeriodForm(forms.Form):
    """From when until when a sheet or balance is shown; without input the current year."""

    von = DateField(label=gettext_lazy("von"), required=False)
    bis = DateField(label=gettext_lazy("bis"), required=False)

    def period(self) -> tuple[date, date]:
        today = timezone.localdate()
        given = self.cleaned_data if self.is_valid() else {}
        start, end = given.get("von"), given.get("bis")
        if start is None:
            start = (end or today).replace(month=1, day=1)
        if end is None:
            end = start.replace(month=12, day=31)
        return (start, end) if start <= end else (end, start)


class AccountForm(forms.Form):
    number = forms.RegexField(
        r"^\d{3,8}$",
        label=gettext_lazy("Kontonummer"),
        error_messages={"invalid": gettext_lazy("Eine Kontonummer besteht aus 3 bis 8 Ziffern.")},
    )
    name = forms.CharField(label=gettext_lazy("Bezeichnung"), max_length=120)
    sphere = forms.ChoiceField(choices=Sphere.choices, label=gettext_lazy("Bereich"))


class NewAccountForm(AccountForm):
    kind = forms.ChoiceField(choices=AccountKind.choices, label=gettext_lazy("Art"))
