from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import RoleAssignment, User
from apps.accounts.roles import Role
from apps.banking.domain.accounts import counter_accounts
from apps.banking.domain.booking import Part
from apps.banking.enums import Direction
from apps.banking.models import BankLine
from apps.core.forms import EuroField
from apps.core.templatetags.formats import day, euro
from apps.dues.models import Invoice
from apps.ledger.models import Account
from apps.members.models import City
from apps.vouchers.models import Voucher


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files in one field."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        chosen = data if isinstance(data, (list, tuple)) else [data]
        return [super(FilesField, self).clean(each, initial) for each in chosen or [None]]


class UploadForm(forms.Form):
    files = FilesField(
        label=gettext_lazy("Kontoauszüge"),
        help_text=gettext_lazy(
            "CAMT.053, .052 und .054, MT940 oder CSV, auch als ZIP. Sie können mehrere Dateien auf einmal wählen."
        ),
        allow_empty_file=True,
    )


class AllocationForm(forms.Form):
    """A line spread by hand over open invoices or vouchers, a credit of a city, and an account of the books."""

    def __init__(
        self,
        *args: Any,
        line: BankLine,
        invoices: Iterable[Invoice] = (),
        vouchers: Iterable[Voucher] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.line = line
        self.invoices = {f"invoice_{invoice.pk}": invoice for invoice in invoices}
        for name, invoice in self.invoices.items():
            self.fields[name] = EuroField(
                label=f"{invoice.number} {invoice.city}",
                help_text=_("offen %(open)s, fällig am %(due)s")
                % {"open": euro(invoice.outstanding), "due": day(invoice.due_on)},
                required=False,
                min_value=Decimal(0),
            )
        self.vouchers = {f"voucher_{voucher.pk}": voucher for voucher in vouchers}
        for name, voucher in self.vouchers.items():
            self.fields[name] = EuroField(
                label=f"{voucher.number} {voucher.creditor}",
                help_text=_("offen %(open)s: %(text)s")
                % {"open": euro(voucher.outstanding), "text": voucher.external_number or voucher.text},  # type: ignore[attr-defined]
                required=False,
                min_value=Decimal(0),
            )
        today = timezone.localdate()
        self.fields["city"] = forms.ModelChoiceField(
            City.objects.order_by("name"),
            label=_("Guthaben der Stadt") if line.is_incoming else _("Erstattung an die Stadt"),
            required=False,
        )
        self.fields["credit"] = EuroField(label=_("davon für diese Stadt"), required=False, min_value=Decimal(0))
        self.fields["account"] = forms.ModelChoiceField(
            counter_accounts(is_incoming=line.is_incoming, on=today), label=_("Konto der Buchhaltung"), required=False
        )
        self.fields["amount"] = EuroField(label=_("davon auf dieses Konto"), required=False, min_value=Decimal(0))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for chosen, amount in (("city", "credit"), ("account", "amount")):
            if self.errors.keys().isdisjoint({chosen, amount}) and bool(cleaned.get(chosen)) != bool(
                cleaned.get(amount)
            ):
                self.add_error(amount, _("Bitte geben Sie beides an oder nichts von beidem."))
        return cleaned

    def parts(self) -> list[Part]:
        found = [
            Part(amount.amount, invoice=invoice)
            for name, invoice in self.invoices.items()
            if (amount := self.cleaned_data.get(name))
        ]
        found += [
            Part(amount.amount, voucher=voucher)
            for name, voucher in self.vouchers.items()
            if (amount := self.cleaned_data.get(name))
        ]
        if credit := self.cleaned_data.get("credit"):
            found.append(Part(credit.amount, city=self.cleaned_data["city"]))
        if amount := self.cleaned_data.get("amount"):
            found.append(Part(amount.amount, account=self.cleaned_data["account"]))
        return found


class OwnerForm(forms.Form):
    owner = forms.ModelChoiceField(User.objects.none(), label=gettext_lazy("Wer klärt den Umsatz?"))
    note = forms.CharField(
        label=gettext_lazy("Was ist zu klären?"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owners = RoleAssignment.objects.valid_on(timezone.localdate()).filter(role__in=[Role.TREASURER, Role.BOARD])
        self.fields["owner"].queryset = User.objects.filter(is_active=True, pk__in=owners.values("user"))  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Grund"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class CertainForm(forms.Form):
    """The proposals that were shown."""

    proposals = forms.CharField(widget=forms.HiddenInput)

    def clean_proposals(self) -> list[int]:
        parts = self.cleaned_data["proposals"].split(",")
        if not all(part.isdecimal() for part in parts):
            raise forms.ValidationError(_("Bitte laden Sie die Seite neu."))
        return [int(part) for part in parts]


class BankAccountForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Bezeichnung"), max_length=80)
    iban = forms.CharField(label=gettext_lazy("IBAN"), max_length=42)
    ledger_account = forms.ModelChoiceField(
        Account.objects.filter(kind="asset").exclude(key__in=["CASH", "RECEIVABLE_DUES"]),
        label=gettext_lazy("Konto der Buchhaltung"),
    )


class RuleForm(forms.Form):
    direction = forms.ChoiceField(label=gettext_lazy("Gilt für"), choices=Direction.choices)
    iban = forms.CharField(label=gettext_lazy("IBAN der Gegenseite"), max_length=42, required=False)
    name_words = forms.CharField(
        label=gettext_lazy("Name enthält"),
        max_length=140,
        required=False,
        help_text=gettext_lazy("Groß- und Kleinschreibung und Umlaute (ü, ue) sind gleichgültig."),
    )
    text_words = forms.CharField(label=gettext_lazy("Verwendungszweck enthält"), max_length=140, required=False)
    account = forms.ModelChoiceField(
        Account.objects.none(), label=gettext_lazy("Vorschlagen: Konto der Buchhaltung"), required=False
    )
    city = forms.ModelChoiceField(
        City.objects.order_by("name"), label=gettext_lazy("oder Zahlung dieser Stadt"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].queryset = counter_accounts(is_incoming=True, on=timezone.localdate())
