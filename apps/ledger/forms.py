from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.forms import DateField, EuroField
from apps.ledger.domain.drafts import Line
from apps.ledger.domain.kept import free_accounts
from apps.ledger.domain.manual import CHOSEN_BY_HAND
from apps.ledger.enums import AccountKind, CostCentreKind, Sphere
from apps.ledger.models import CostCentre
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
        help_text=gettext_lazy("Die Nummer, die auf dem Beleg steht."),
    )
    voucher = forms.FileField(label=gettext_lazy("Beleg"), required=False)
    own_reason = forms.CharField(
        label=gettext_lazy("Grund für einen Eigenbeleg"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy(
            "Nur wenn es keinen fremden Beleg gibt: Das Programm erstellt dann einen Eigenbeleg mit diesem Grund."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        accounts = list(free_accounts(timezone.localdate(), but=CHOSEN_BY_HAND))
        cities = list(City.objects.order_by("name"))
        centres = list(CostCentre.objects.valid_on(timezone.localdate()))
        self.accounts = {str(each.pk): each for each in accounts}
        self.cities = {str(each.pk): each for each in cities}
        self.centres = {str(each.pk): each for each in centres}
        account_choices = [("", "–"), *((str(each.pk), str(each)) for each in accounts)]
        centre_choices = [("", "–"), *((str(each.pk), str(each)) for each in centres)]
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
            self.fields[f"cost_centre_{row}"] = forms.ChoiceField(
                choices=centre_choices, label=_("Kostenstelle, Zeile %(row)s") % number, required=False
            )

    def head(self) -> list[forms.BoundField]:
        return [self[name] for name in ("on", "document_on", "text", "reference", "voucher", "own_reason")]

    def rows(self) -> list[dict[str, forms.BoundField]]:
        names = ("account", "debit", "credit", "city", "cost_centre")
        return [{name: self[f"{name}_{row}"] for name in names} for row in range(1, ROWS + 1)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("voucher") and not cleaned.get("own_reason") and "voucher" not in self.errors:
            self.add_error(
                "voucher",
                _("Keine Buchung ohne Beleg. Bitte laden Sie ihn hoch oder nennen Sie den Grund für einen Eigenbeleg."),
            )
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
                cost_centre=self.centres.get(self.cleaned_data[f"cost_centre_{row}"]),
            )
            for row in range(1, ROWS + 1)
            if (account := self.cleaned_data[f"account_{row}"])
        ]

    def side(self, name: str, row: int) -> Decimal | None:
        amount = self.cleaned_data[f"{name}_{row}"]
        return amount.amount if amount else None


class ReasonForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Grund"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}))


class VoucherForm(forms.Form):
    voucher = forms.FileField(
        label=gettext_lazy("Rechnung oder Beleg"), help_text=gettext_lazy("PDF, Bild oder E-Rechnung.")
    )


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


class SheetForm(PeriodForm):
    """Of an account sheet also: only one cost centre."""

    kostenstelle = forms.ModelChoiceField(
        CostCentre.objects.all(),
        to_field_name="number",
        label=gettext_lazy("Kostenstelle"),
        required=False,
        empty_label=gettext_lazy("alle"),
    )

    def cost_centre(self) -> CostCentre | None:
        return self.cleaned_data.get("kostenstelle") if self.is_valid() else None


class AccountForm(forms.Form):
    number = forms.RegexField(
        r"^\d{3,8}$",
        label=gettext_lazy("Kontonummer"),
        error_messages={"invalid": gettext_lazy("Eine Kontonummer besteht aus 3 bis 8 Ziffern.")},
    )
    name = forms.CharField(label=gettext_lazy("Bezeichnung"), max_length=120)
    sphere = forms.ChoiceField(choices=Sphere.choices, label=gettext_lazy("Bereich"))
    statement_line = forms.CharField(
        label=gettext_lazy("Zeile im Jahresabschluss"),
        max_length=80,
        required=False,
        help_text=gettext_lazy(
            "Die Überschrift, unter der das Konto in Einnahmen-Überschuss-Rechnung oder Vermögensübersicht steht."
        ),
    )


class NewAccountForm(AccountForm):
    kind = forms.ChoiceField(choices=AccountKind.choices, label=gettext_lazy("Art"))


class NewCostCentreForm(forms.Form):
    number = forms.RegexField(
        r"^[A-Za-z0-9][A-Za-z0-9.-]{0,11}$",
        label=gettext_lazy("Nummer"),
        error_messages={"invalid": gettext_lazy("Höchstens zwölf Buchstaben, Ziffern, Punkte und Striche.")},
    )
    name = forms.CharField(label=gettext_lazy("Bezeichnung"), max_length=120)
    kind = forms.ChoiceField(choices=CostCentreKind.choices, label=gettext_lazy("Art"))
    valid_from = DateField(label=gettext_lazy("offen ab"))


class CostCentreForm(NewCostCentreForm):
    valid_from = None
    valid_until = DateField(
        label=gettext_lazy("geschlossen ab"),
        required=False,
        help_text=gettext_lazy("Ab diesem Tag kann nichts mehr darauf gebucht werden. Leer: bleibt offen."),
    )
