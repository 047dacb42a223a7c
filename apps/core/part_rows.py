"""Rows that split an amount over accounts, as bank lines and vouchers need them."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.forms import EuroField
from apps.core.money import euros

ROWS = 6
PART_COLUMNS = {
    "account": (gettext_lazy("Konto"), gettext_lazy("Konto, Zeile %s")),
    "amount": (gettext_lazy("Betrag"), gettext_lazy("Betrag, Zeile %s")),
    "sphere": (gettext_lazy("Bereich"), gettext_lazy("Bereich, Zeile %s")),
    "cost_centre": (gettext_lazy("Kostenstelle"), gettext_lazy("Kostenstelle, Zeile %s")),
    "city": (gettext_lazy("Stadt"), gettext_lazy("Stadt, Zeile %s")),
    "text": (gettext_lazy("Text"), gettext_lazy("Text, Zeile %s")),
}


class PartRows(forms.Form):
    """Up to six parts of an amount, each for an account; `ROW` names the columns (template `forms/part_rows.html`)."""

    ROW: tuple[str, ...] = ("account", "amount", "sphere", "cost_centre")
    known: Mapping[str, Mapping[str, Any]]

    def add_rows(self, *, spheres: Sequence[tuple[str, Any]], **offered: Iterable[Any]) -> None:
        """Add the fields; `offered` are the accounts, cost centres and cities to choose from."""
        self.known = {name: {str(each.pk): each for each in found} for name, found in offered.items()}
        choices: dict[str, list[tuple[str, Any]]] = {
            name: [("", "–"), *((key, str(each)) for key, each in found.items())] for name, found in self.known.items()
        }
        choices["sphere"] = [("", _("wie das Konto")), *spheres]
        for row in range(1, ROWS + 1):
            for name in self.ROW:
                self.fields[f"{name}_{row}"] = self.row_field(name, str(PART_COLUMNS[name][1]) % row, choices)

    @staticmethod
    def row_field(name: str, label: str, choices: Mapping[str, list[tuple[str, Any]]]) -> forms.Field:
        if name == "amount":
            return EuroField(label=label, required=False, min_value=Decimal("0.01"))
        if name == "text":
            return forms.CharField(label=label, required=False, max_length=200)
        return forms.ChoiceField(label=label, required=False, choices=choices[name])

    def headings(self) -> list[Any]:
        return [PART_COLUMNS[name][0] for name in self.ROW]

    def rows(self) -> list[list[tuple[Any, forms.BoundField]]]:
        """Each row as pairs of heading and field."""
        return [[(PART_COLUMNS[name][0], self[f"{name}_{row}"]) for name in self.ROW] for row in range(1, ROWS + 1)]

    def clean_rows(self, cleaned: dict[str, Any], whole: Decimal | None) -> None:
        """Each row needs account and amount; a single row without an amount takes the `whole`."""
        named = [row for row in range(1, ROWS + 1) if cleaned.get(f"account_{row}")]
        for row in range(1, ROWS + 1):
            amount = f"amount_{row}"
            if row in named and not cleaned.get(amount) and amount not in self.errors:
                if len(named) == 1 and whole:
                    cleaned[amount] = euros(whole)
                else:
                    self.add_error(amount, _("Bitte geben Sie den Betrag dieses Teils an."))
            if row not in named and any(cleaned.get(f"{name}_{row}") for name in self.ROW):
                self.add_error(f"account_{row}", _("Bitte wählen Sie ein Konto."))

    def filled_rows(self) -> list[dict[str, Any]]:
        """The rows with an account: what was chosen, amounts as numbers."""
        return [
            {name: self.row_value(name, row) for name in self.ROW}
            for row in range(1, ROWS + 1)
            if self.cleaned_data[f"account_{row}"]
        ]

    def row_value(self, name: str, row: int) -> Any:
        value = self.cleaned_data[f"{name}_{row}"]
        if name == "amount":
            return value.amount
        return self.known[name].get(value) if name in self.known else value
