"""Form fields that speak German: amounts as 2.559,39 and dates from the browser's calendar."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from djmoney.money import Money

from apps.core.money import euros
from apps.core.templatetags.formats import german

GROUPED = re.compile(r"[+-]?\d{1,3}(\.\d{3})+(,\d+)?")
PLAIN = re.compile(r"[+-]?\d+(,\d+)?")
POINTED = re.compile(r"[+-]?\d+\.\d{1,2}")


def parse_german(text: str) -> Decimal:
    """2.559,39 → 2559.39; a point before one or two last digits counts as a comma. Raises ValueError."""
    compact = re.sub(r"[\s\u00a0\u202f]|€|EUR", "", text).replace("−", "-")
    if GROUPED.fullmatch(compact) or PLAIN.fullmatch(compact):
        return Decimal(compact.replace(".", "").replace(",", "."))
    if POINTED.fullmatch(compact):
        return Decimal(compact)
    raise ValueError(text)


class DecimalField(forms.DecimalField):
    """A decimal number in German notation."""

    widget = forms.TextInput
    default_error_messages = {"invalid": gettext_lazy("Bitte geben Sie eine Zahl ein, zum Beispiel 1.250,5.")}

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        if isinstance(value, str):
            try:
                value = parse_german(value)
            except ValueError:
                raise ValidationError(self.error_messages["invalid"], code="invalid") from None
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Decimal):
            exponent = value.as_tuple().exponent
            return german(value, max(0, -exponent if isinstance(exponent, int) else 0)).replace("−", "-")
        return value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "decimal", "autocomplete": "off", "class": "input--number"}


class EuroField(DecimalField):
    """An amount in euro; cleans to Money."""

    default_error_messages = {"invalid": gettext_lazy("Bitte geben Sie einen Betrag ein, zum Beispiel 2.559,39.")}

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_digits": 14, "decimal_places": 2, **options})

    def clean(self, value: Any) -> Money | None:
        amount = super().clean(value.amount if isinstance(value, Money) else value)
        return None if amount is None else euros(amount)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Money):
            value = value.amount
        return german(value, 2).replace("−", "-") if isinstance(value, Decimal) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(super().has_changed(initial.amount if isinstance(initial, Money) else initial, data))

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "class": "input--number input--euro"}


class DateInput(forms.DateInput):
    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class DateField(forms.DateField):
    """A day, chosen in the calendar or typed as 31.03.2027."""

    widget = DateInput
    default_error_messages = {"invalid": gettext_lazy("Bitte geben Sie ein Datum ein, zum Beispiel 31.03.2027.")}

    def __init__(self, *, earliest: date | None = None, latest: date | None = None, **options: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y"], **options)
        self.earliest, self.latest = earliest, latest

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value and self.earliest and value < self.earliest:
            raise ValidationError(_("Das Datum muss am oder nach dem %s liegen.") % f"{self.earliest:%d.%m.%Y}")
        if value and self.latest and value > self.latest:
            raise ValidationError(_("Das Datum muss am oder vor dem %s liegen.") % f"{self.latest:%d.%m.%Y}")
