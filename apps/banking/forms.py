from collections.abc import Iterable, Sequence
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
from apps.banking.domain.entries import booking_day
from apps.banking.enums import Direction
from apps.banking.models import BankLine
from apps.core.forms import EuroField
from apps.core.part_rows import ROWS, PartRows
from apps.core.templatetags.formats import day, euro
from apps.dues.models import Invoice
from apps.ledger.enums import Sphere
from apps.ledger.models import Account, CostCentre
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


class AllocationForm(PartRows):
    """A line spread by hand over open invoices or vouchers, a credit of a city, and accounts of the books."""

    ROW = ("account", "amount", "sphere", "cost_centre", "city", "text")

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
        self.add_rows(
            spheres=Sphere.choices,
            account=counter_accounts(is_incoming=line.is_incoming, on=today),
            cost_centre=CostCentre.objects.valid_on(booking_day(line, today)),
            city=City.objects.order_by("name"),
        )

    def head(self) -> list[forms.BoundField]:
        """What stands before the rows: invoices, vouchers, credit."""
        return [self[name] for name in (*self.invoices, *self.vouchers, "city", "credit")]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors.keys().isdisjoint({"city", "credit"}) and bool(cleaned.get("city")) != bool(
            cleaned.get("credit")
        ):
            self.add_error("credit", _("Bitte geben Sie beides an oder nichts von beidem."))
        settled = [name for name in (*self.invoices, *self.vouchers, "credit") if cleaned.get(name)]
        amount = abs(self.line.amount.amount)
        self.clean_rows(cleaned, amount - sum((cleaned[name].amount for name in settled), Decimal(0)))
        if not self.errors:
            booked = [f"amount_{row}" for row in range(1, ROWS + 1) if cleaned.get(f"amount_{row}")]
            self.clean_sum([*settled, *booked], amount)
        return cleaned

    def clean_sum(self, filled: Sequence[str], amount: Decimal) -> None:
        """The difference stands beside the last amount that was given."""
        total = sum((self.cleaned_data[name].amount for name in filled), Decimal(0))
        if total == amount:
            return
        sums = {"total": euro(total), "amount": euro(amount), "rest": euro(abs(amount - total))}
        if total < amount:
            words = _("Die Beträge ergeben zusammen %(total)s, der Umsatz lautet über %(amount)s. Es fehlen %(rest)s.")
        else:
            words = _(
                "Die Beträge ergeben zusammen %(total)s, der Umsatz lautet über %(amount)s. Es sind %(rest)s zu viel."
            )
        self.add_error(filled[-1] if filled else "amount_1", words % sums)

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
        return found + [Part(**row) for row in self.filled_rows()]


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
    sphere = forms.ChoiceField(
        label=gettext_lazy("mit Bereich"),
        choices=[("", gettext_lazy("wie das Konto")), *Sphere.choices],
        required=False,
    )
    cost_centre = forms.ModelChoiceField(
        CostCentre.objects.none(), label=gettext_lazy("und Kostenstelle"), required=False, empty_label="–"
    )
    city = forms.ModelChoiceField(
        City.objects.order_by("name"), label=gettext_lazy("oder Zahlung dieser Stadt"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cost_centre"].queryset = CostCentre.objects.valid_on(timezone.localdate())  # type: ignore[attr-defined]
        self.fields["account"].queryset = counter_accounts(is_incoming=True, on=timezone.localdate())
