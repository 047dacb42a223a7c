from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.forms import DateField, EuroField
from apps.core.part_rows import ROWS, PartRows
from apps.core.templatetags.formats import day, euro
from apps.ledger.domain.kept import free_accounts
from apps.ledger.enums import Sphere
from apps.ledger.models import Account, CostCentre
from apps.members.models import City
from apps.vouchers.calculations import DENOMINATIONS
from apps.vouchers.domain.einvoices import other_account
from apps.vouchers.domain.paying import free_amount, paying_entries
from apps.vouchers.domain.receiving import NOT_BOUGHT, Part
from apps.vouchers.enums import CashKind, VoucherKind
from apps.vouchers.models import Creditor, Voucher

CITY_HELP = gettext_lazy(
    "Nötig, solange das Netzwerk keine Rechtsform hat: Dann ist immer eine Stadt Vertragspartnerin."
)


def result_accounts() -> Any:
    return free_accounts(timezone.localdate())


def open_centres() -> Any:
    return CostCentre.objects.valid_on(timezone.localdate())


class ReceiveForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Datei"),
        help_text=gettext_lazy(
            "PDF, Bild oder E-Rechnung (ZUGFeRD, XRechnung). Eine E-Rechnung füllt das Formular aus."
        ),
    )

    kind = forms.ChoiceField(
        label=gettext_lazy("Art"), choices=[choice for choice in VoucherKind.choices if choice[0] != VoucherKind.OWN]
    )
    contracting_city = forms.ModelChoiceField(
        City.objects.order_by("name"),
        label=gettext_lazy("Vertragspartnerin (Stadt)"),
        required=False,
        help_text=CITY_HELP,
    )


class OwnVoucherForm(forms.Form):
    text = forms.CharField(label=gettext_lazy("Wofür"), max_length=200)
    amount = EuroField(label=gettext_lazy("Betrag"), min_value=Decimal("0.01"))
    dated_on = DateField(label=gettext_lazy("Belegdatum"))
    payee = forms.CharField(label=gettext_lazy("Empfänger:in der Zahlung"), max_length=150)
    reason = forms.CharField(
        label=gettext_lazy("Warum es keinen fremden Beleg gibt"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    contracting_city = forms.ModelChoiceField(
        City.objects.order_by("name"),
        label=gettext_lazy("Vertragspartnerin (Stadt)"),
        required=False,
        help_text=CITY_HELP,
    )


class DescribeForm(PartRows):
    """What the voucher says, and up to six parts for accounts, spheres, cost centres and cities."""

    creditor = forms.ModelChoiceField(
        Creditor.objects.all(),
        label=gettext_lazy("Kreditor:in"),
        required=False,
        empty_label=gettext_lazy("neu, siehe nächstes Feld"),
    )
    new_creditor = forms.CharField(label=gettext_lazy("Name, wenn neu"), max_length=150, required=False)
    external_number = forms.CharField(label=gettext_lazy("Rechnungsnummer"), max_length=60, required=False)
    dated_on = DateField(label=gettext_lazy("Belegdatum"))
    due_on = DateField(label=gettext_lazy("fällig am"), required=False)
    gross = EuroField(label=gettext_lazy("Rechnungsbetrag (brutto)"), min_value=Decimal("0.01"))
    vat = EuroField(label=gettext_lazy("darin Umsatzsteuer"), min_value=Decimal(0), required=False)
    text = forms.CharField(label=gettext_lazy("Gegenstand"), max_length=200)
    iban = forms.CharField(label=gettext_lazy("IBAN für die Zahlung"), max_length=40, required=False)
    payment_reference = forms.CharField(label=gettext_lazy("Verwendungszweck"), max_length=140, required=False)
    contracting_city = forms.ModelChoiceField(
        City.objects.order_by("name"),
        label=gettext_lazy("Vertragspartnerin (Stadt)"),
        required=False,
        help_text=CITY_HELP,
    )
    deviation_reason = forms.CharField(
        label=gettext_lazy("Grund, wenn Sie von der E-Rechnung abweichen"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Wer prüft, sieht die Abweichung und Ihren Grund."),
    )

    HEAD = (
        "creditor",
        "new_creditor",
        "external_number",
        "dated_on",
        "due_on",
        "gross",
        "vat",
        "text",
        "iban",
        "payment_reference",
        "contracting_city",
        "deviation_reason",
    )
    ROW = ("account", "amount", "sphere", "cost_centre", "city")

    def __init__(self, *args: Any, is_einvoice: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_einvoice:
            del self.fields["deviation_reason"]
        accounts = result_accounts().exclude(kind__in=NOT_BOUGHT)
        self.add_rows(
            spheres=Sphere.choices, account=accounts, cost_centre=open_centres(), city=City.objects.order_by("name")
        )

    def head(self) -> list[forms.BoundField]:
        return [self[name] for name in self.HEAD if name in self.fields]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("creditor") and not cleaned.get("new_creditor"):
            self.add_error(
                "creditor", _("Bitte wählen Sie, wem das Geld zusteht, oder geben Sie einen neuen Namen ein.")
            )
        gross = cleaned.get("gross")
        self.clean_rows(cleaned, gross.amount if gross else None)
        return cleaned

    def parts(self) -> list[Part]:
        return [Part(**row) for row in self.filled_rows()]


def parts_initial(parts: list[Part]) -> dict[str, Any]:
    """The first values of the rows of parts."""
    initial: dict[str, Any] = {}
    for row, part in enumerate(parts[:ROWS], 1):
        initial |= {
            f"account_{row}": str(part.account.pk),
            f"amount_{row}": part.amount,
            f"sphere_{row}": part.sphere,
            f"cost_centre_{row}": str(part.cost_centre.pk) if part.cost_centre else "",
            f"city_{row}": str(part.city.pk) if part.city else "",
        }
    return initial


class ReasonForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Grund"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}))


class ApproveForm(forms.Form):
    """Asks for the confirmation only where the account is another one than before."""

    account_confirmed = forms.BooleanField(
        label=gettext_lazy("Die neue Bankverbindung ist auf anderem Weg bestätigt, z. B. telefonisch")
    )

    def __init__(self, *args: Any, voucher: Voucher, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not other_account(voucher):
            del self.fields["account_confirmed"]


class PostForm(forms.Form):
    on = DateField(label=gettext_lazy("Buchungsdatum"))


class SettleForm(forms.Form):
    """Which entry paid the voucher."""

    entry = forms.ChoiceField(label=gettext_lazy("Zahlung"))
    amount = EuroField(label=gettext_lazy("Betrag"), min_value=Decimal("0.01"))

    def __init__(self, *args: Any, voucher: Voucher, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entries = {str(entry.pk): entry for entry in paying_entries()[:50]}
        self.fields["entry"].choices = [  # type: ignore[attr-defined]
            (key, f"{entry}, {day(entry.booked_on)}, {euro(free_amount(entry))}: {entry.text}"[:140])
            for key, entry in self.entries.items()
        ]


class CreditorForm(forms.ModelForm[Creditor]):
    class Meta:
        model = Creditor
        fields = ("name", "street", "postcode", "place", "email", "vat_id", "iban", "bic")


class CashForm(forms.Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("Art"), choices=[choice for choice in CashKind.choices if choice[0] in {"in", "out"}]
    )
    booked_on = DateField(
        label=gettext_lazy("Datum"), help_text=gettext_lazy("Bargeld wird jeden Tag festgehalten (§ 146 Abs. 1 AO).")
    )
    amount = EuroField(label=gettext_lazy("Betrag"), min_value=Decimal("0.01"))
    text = forms.CharField(label=gettext_lazy("Text"), max_length=200)
    account = forms.ModelChoiceField(Account.objects.none(), label=gettext_lazy("Gegenkonto"))
    sphere = forms.ChoiceField(
        label=gettext_lazy("Bereich"), choices=[("", gettext_lazy("wie das Konto")), *Sphere.choices], required=False
    )
    cost_centre = forms.ModelChoiceField(
        CostCentre.objects.none(), label=gettext_lazy("Kostenstelle"), required=False, empty_label="–"
    )
    contracting_city = forms.ModelChoiceField(
        City.objects.order_by("name"), label=gettext_lazy("Stadt"), required=False, empty_label="–", help_text=CITY_HELP
    )
    voucher = forms.FileField(label=gettext_lazy("Beleg"), required=False)
    own_reason = forms.CharField(
        label=gettext_lazy("Grund für einen Eigenbeleg"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Nur wenn es keinen fremden Beleg gibt."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].queryset = result_accounts()  # type: ignore[attr-defined]
        self.fields["cost_centre"].queryset = open_centres()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("voucher") and not cleaned.get("own_reason"):
            self.add_error(
                "voucher", _("Bitte laden Sie den Beleg hoch oder nennen Sie den Grund für einen Eigenbeleg.")
            )
        return cleaned


class CountForm(forms.Form):
    """Notes and coins by their value."""

    counted_on = DateField(label=gettext_lazy("gezählt am"))
    witness = forms.CharField(label=gettext_lazy("im Beisein von"), max_length=120)
    note = forms.CharField(label=gettext_lazy("Bemerkung"), max_length=250, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for value in DENOMINATIONS:
            self.fields[self.name_of(value)] = forms.IntegerField(
                label=_("Anzahl zu %s") % euro(value), min_value=0, max_value=100_000, required=False
            )

    @staticmethod
    def name_of(value: Decimal) -> str:
        return f"pieces_{int(value * 100)}"

    def head(self) -> list[forms.BoundField]:
        return [self[name] for name in ("counted_on", "witness", "note")]

    def piece_fields(self) -> list[forms.BoundField]:
        return [self[self.name_of(value)] for value in DENOMINATIONS]

    def pieces(self) -> dict[Decimal, int]:
        return {value: self.cleaned_data[self.name_of(value)] or 0 for value in DENOMINATIONS}


class AssetForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Bezeichnung"), max_length=150)
    account = forms.ModelChoiceField(Account.objects.none(), label=gettext_lazy("Anlagekonto"))
    acquired_on = DateField(label=gettext_lazy("angeschafft am"))
    cost = EuroField(label=gettext_lazy("Anschaffungskosten"), min_value=Decimal("0.01"))
    useful_life_months = forms.IntegerField(
        label=gettext_lazy("Nutzungsdauer in Monaten"),
        min_value=1,
        max_value=600,
        help_text=gettext_lazy(
            "Nach der AfA-Tabelle der Finanzverwaltung, zum Beispiel 36 für einen Rechner, 156 für Möbel."
        ),
    )
    voucher = forms.ModelChoiceField(
        Voucher.objects.none(),
        label=gettext_lazy("Beleg der Anschaffung"),
        help_text=gettext_lazy("Gebuchte Belege mit einem Teil auf einem Anlagekonto."),
    )
    cost_centre = forms.ModelChoiceField(
        CostCentre.objects.none(), label=gettext_lazy("Kostenstelle"), required=False, empty_label="–"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].queryset = result_accounts().filter(number__startswith="0")  # type: ignore[attr-defined]
        self.fields["cost_centre"].queryset = open_centres()  # type: ignore[attr-defined]
        bought = Voucher.objects.filter(lines__account__number__startswith="0", lines__entry__isnull=False)
        self.fields["voucher"].queryset = bought.distinct().select_related("document")  # type: ignore[attr-defined]


class YearForm(forms.Form):
    year = forms.IntegerField(label=gettext_lazy("Jahr"), min_value=2000, max_value=2200)


class DisposeForm(ReasonForm):
    disposed_on = DateField(label=gettext_lazy("abgegangen am"))

    field_order = ("disposed_on", "reason")


def last_year(today: date) -> int:
    return today.year - 1
