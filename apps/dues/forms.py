"""Forms of the treasurer."""

from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.forms import DateField, DecimalField, EuroField
from apps.dues.domain.schedules import SUBJECTS, UNFIT
from apps.dues.enums import ReliefKind, WriteOffGround
from apps.dues.models import FeeSchedule, FeeTier
from apps.members.models import City
from apps.resolutions.choosing import DecidedForm
from apps.resolutions.models import Resolution

TIER_ROWS = 8
FIRST_YEAR, LAST_YEAR = 2000, 2999


def trimmed(value: Decimal | None) -> Decimal | None:
    """Without needless zeros: 0.0085 instead of 0.008500."""
    return None if value is None else value.normalize() if value % 1 else value.quantize(Decimal(1))


class DayField(forms.IntegerField):
    """Part of a date that comes back every year."""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "class": "input--number"}


class ScheduleForm(forms.ModelForm):
    SECTIONS = (
        (gettext_lazy("Beitragsordnung"), ("title", "legal_basis", "valid_from")),
        (gettext_lazy("Berechnung"), ("form", "rate", "base_fee", "budget", "minimum", "maximum", "rounding")),
        (gettext_lazy("Neue Mitglieder"), ("pro_rata", "intro_percent", "intro_years")),
        (gettext_lazy("Fälligkeit"), ("due_day", "due_month", "due_days")),
        (gettext_lazy("Maßgebliche Einwohnerzahl"), ("population_rule", "cut_off_day", "cut_off_month")),
        (gettext_lazy("Vorankündigung im Vorjahr"), ("announce_day", "announce_month")),
    )

    rate = DecimalField(
        label=gettext_lazy("Satz in Euro"),
        required=False,
        max_digits=12,
        decimal_places=6,
        min_value=0,
        help_text=gettext_lazy("Je Einwohner:in oder je Stimme. 0,85 Cent sind 0,0085."),
    )
    base_fee = EuroField(
        label=gettext_lazy("fester Betrag"),
        required=False,
        min_value=0,
        help_text=gettext_lazy("Grundbeitrag oder gleicher Beitrag für alle."),
    )
    budget = EuroField(
        label=gettext_lazy("umzulegender Betrag"),
        required=False,
        min_value=0,
        help_text=gettext_lazy("Nur bei einer Umlage."),
    )
    minimum = EuroField(label=gettext_lazy("Mindestbeitrag"), required=False, min_value=0)
    maximum = EuroField(label=gettext_lazy("Höchstbeitrag"), required=False, min_value=0)
    intro_percent = DecimalField(
        label=gettext_lazy("Nachlass für neue Mitglieder in Prozent"),
        required=False,
        max_digits=5,
        decimal_places=2,
        min_value=0,
        max_value=100,
    )
    intro_years = DayField(
        label=gettext_lazy("Nachlass in den ersten … Jahren"), required=False, min_value=0, max_value=10
    )
    due_day = DayField(label=gettext_lazy("fällig am Tag"), min_value=1, max_value=31)
    due_month = DayField(label=gettext_lazy("fällig im Monat"), min_value=1, max_value=12)
    due_days = DayField(
        label=gettext_lazy("oder Tage nach dem Rechnungsdatum"),
        required=False,
        min_value=1,
        max_value=365,
        help_text=gettext_lazy("Leer lassen, wenn der feste Tag gilt."),
    )
    cut_off_day = DayField(
        label=gettext_lazy("veröffentlicht bis zum Tag"),
        min_value=1,
        max_value=31,
        help_text=gettext_lazy(
            "Tag des Vorjahres, bis zu dem die neueste Zahl veröffentlicht sein muss. Ohne Bedeutung, wenn die Zahl eines "
            "festen Tages gilt."
        ),
    )
    cut_off_month = DayField(label=gettext_lazy("veröffentlicht bis zum Monat"), min_value=1, max_value=12)
    announce_day = DayField(
        label=gettext_lazy("bekannt geben bis zum Tag"),
        min_value=1,
        max_value=31,
        help_text=gettext_lazy("Die Städte stellen ihren Haushalt etwa von März bis Juni des Vorjahres auf."),
    )
    announce_month = DayField(label=gettext_lazy("bekannt geben bis zum Monat"), min_value=1, max_value=12)
    valid_from = DateField(label=gettext_lazy("gültig ab"))

    class Meta:
        model = FeeSchedule
        fields = [
            "title",
            "valid_from",
            "legal_basis",
            "form",
            "rate",
            "base_fee",
            "budget",
            "minimum",
            "maximum",
            "rounding",
            "pro_rata",
            "intro_percent",
            "intro_years",
            "due_day",
            "due_month",
            "due_days",
            "population_rule",
            "cut_off_day",
            "cut_off_month",
            "announce_day",
            "announce_month",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["rate"] = trimmed(self.initial.get("rate"))
        self.initial["intro_percent"] = trimmed(self.initial.get("intro_percent"))

    @property
    def sections(self) -> list[tuple[Any, list[forms.BoundField]]]:
        return [(heading, [self[name] for name in names]) for heading, names in self.SECTIONS]

    def clean(self) -> dict[str, Any]:
        """What is left empty counts as nothing; days of the calendar exist."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in ("rate", "base_fee", "budget", "intro_percent", "intro_years"):
            if cleaned.get(name) is None and name not in self.errors:
                cleaned[name] = 0
        return cleaned


class TierForm(forms.Form):
    upper = forms.IntegerField(label=gettext_lazy("bis … Einwohner:innen"), required=False, min_value=1)
    value = DecimalField(
        label=gettext_lazy("Betrag, Satz oder Stimmen"), required=False, max_digits=14, decimal_places=6, min_value=0
    )
    cap = EuroField(label=gettext_lazy("höchstens"), required=False, min_value=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["value"] = trimmed(self.initial.get("value"))
        for field in self.fields.values():
            field.widget.attrs |= {"aria-label": field.label, "class": "input--number"}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("upper") and cleaned.get("value") is None and "value" not in self.errors:
            self.add_error("value", _("Bitte geben Sie den Wert dieser Größenklasse an."))
        return cleaned

    @property
    def tier(self) -> FeeTier | None:
        if not self.is_valid() or self.cleaned_data.get("value") is None:
            return None
        return FeeTier(**{name: self.cleaned_data.get(name) for name in ("upper", "value", "cap")})


TierFormSet = forms.formset_factory(TierForm, extra=0, min_num=TIER_ROWS, max_num=40)


class CompareForm(forms.Form):
    """Two schedules and a year, in the address."""

    alt = forms.ModelChoiceField(
        FeeSchedule.objects.all(),
        label=gettext_lazy("bisher"),
        required=False,
        empty_label=gettext_lazy("ohne Vergleich"),
    )
    neu = forms.ModelChoiceField(FeeSchedule.objects.all(), label=gettext_lazy("neu"), empty_label=None)
    jahr = forms.IntegerField(label=gettext_lazy("Beitragsjahr"), min_value=FIRST_YEAR, max_value=LAST_YEAR)

    @property
    def address(self) -> str:
        """The choice as it stands in an address."""
        return urlencode({name: self[name].value() or "" for name in self.fields})


class InForceForm(DecidedForm):
    subjects, unfit = SUBJECTS, UNFIT


class EndForm(forms.Form):
    valid_until = DateField(label=gettext_lazy("gilt nicht mehr ab"))
    reason = forms.CharField(label=gettext_lazy("Grund"), max_length=200)


class ReliefForm(forms.Form):
    city = forms.ModelChoiceField(City.objects.all(), label=gettext_lazy("Stadt"))
    kind = forms.ChoiceField(label=gettext_lazy("Art"), choices=ReliefKind.choices)
    percent = DecimalField(
        label=gettext_lazy("Nachlass in Prozent"), max_digits=5, decimal_places=2, min_value=0.01, max_value=100
    )
    valid_from = DateField(
        label=gettext_lazy("gültig ab"),
        help_text=gettext_lazy(
            "Er mindert den Beitrag eines Jahres, wenn er am 1. Januar gilt, bei einem Beitritt im Jahr am ersten Tag der "
            "Mitgliedschaft."
        ),
    )
    valid_until = DateField(label=gettext_lazy("gültig bis (ausschließlich)"), required=False)
    resolution = forms.ModelChoiceField(Resolution.objects.none(), label=gettext_lazy("beschlossen mit"))
    reason = forms.CharField(label=gettext_lazy("Begründung"), max_length=200)
    is_additional = forms.BooleanField(
        label=gettext_lazy("Dieser Nachlass kommt zu einem anderen hinzu"),
        required=False,
        help_text=gettext_lazy(
            "Nur nötig, wenn für die Stadt im selben Zeitraum schon ein Nachlass anderer Art gilt. Der zweite wird dann vom "
            "Rest abgezogen."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["resolution"].queryset = Resolution.objects.adopted()  # type: ignore[attr-defined]


class RunForm(forms.Form):
    year = forms.IntegerField(label=gettext_lazy("Beitragsjahr"), min_value=FIRST_YEAR, max_value=LAST_YEAR)

    @staticmethod
    def usual_year(today: date) -> int:
        """From October on the dues of the coming year are prepared."""
        return today.year + 1 if today.month >= 10 else today.year


class AnnouncementForm(forms.Form):
    year = forms.IntegerField(
        label=gettext_lazy("erstes Beitragsjahr"),
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR - 1,
        help_text=gettext_lazy("Angekündigt werden dieses und das folgende Jahr."),
    )
    decided_by = DateField(
        label=gettext_lazy("Änderungen werden beschlossen bis"),
        help_text=gettext_lazy("Zum Beispiel der Tag der Mitgliederversammlung. Er steht in jedem Schreiben."),
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Grund"),
        max_length=300,
        help_text=gettext_lazy("Der Grund steht auf der Stornorechnung und im Verlauf."),
    )


class CreditForm(forms.Form):
    amount = EuroField(label=gettext_lazy("Betrag"), min_value=0)
    reason = forms.CharField(
        label=gettext_lazy("Grundlage der Verrechnung"),
        max_length=200,
        help_text=gettext_lazy("Zum Beispiel: Schreiben der Stadtkasse vom 12.04.2027. Steht im Verlauf."),
    )


class ReleaseForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Grund"), max_length=200)


class WriteOffForm(forms.Form):
    amount = EuroField(label=gettext_lazy("Betrag"), min_value=Decimal("0.01"))
    ground = forms.ChoiceField(label=gettext_lazy("Grund"), choices=[("", "–"), *WriteOffGround.choices])
    resolution = forms.ModelChoiceField(
        Resolution.objects.none(),
        label=gettext_lazy("Beschluss"),
        required=False,
        empty_label="–",
        help_text=gettext_lazy(
            "Für den Erlass nötig, sonst leer. Ist der Verein gemeinnützig, braucht ein Erlass einen guten Grund (§ 55 Abs. 1 AO)."
        ),
    )
    reason = forms.CharField(
        label=gettext_lazy("Erläuterung"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Steht auf dem internen Beleg und im Verlauf, nicht in einem Schreiben an die Stadt."),
    )
    booked_on = DateField(
        label=gettext_lazy("ausgebucht zum"),
        help_text=gettext_lazy("Der Tag der Buchung, zum Beispiel der 31.12. des Jahres, das Sie gerade abschließen."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        adopted = Resolution.objects.adopted().order_by("-decided_on", "-pk")
        self.fields["resolution"].queryset = adopted  # type: ignore[attr-defined]


class TakeBackForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Grund"),
        max_length=200,
        help_text=gettext_lazy("Zum Beispiel: Die Stadt hat am 12.04.2027 doch gezahlt. Steht im Verlauf."),
    )
    settle = forms.BooleanField(
        label=gettext_lazy("Das Guthaben der Stadt gleich auf diese Rechnung anrechnen"),
        required=False,
        help_text=gettext_lazy("Nur wenn die Stadt das Geld für diese Rechnung gezahlt hat (§ 366 Abs. 1 BGB)."),
    )


class CashForm(forms.Form):
    amount = EuroField(
        label=gettext_lazy("Betrag"),
        min_value=Decimal("0.01"),
        help_text=gettext_lazy("Höchstens, was offen ist; mehr nehmen Sie bitte nicht an."),
    )
    payer = forms.CharField(
        label=gettext_lazy("erhalten von"),
        max_length=120,
        help_text=gettext_lazy("Wer das Geld übergeben hat. Steht nur auf der Quittung."),
    )
    booked_on = DateField(
        label=gettext_lazy("erhalten am"),
        help_text=gettext_lazy("Bargeld wird jeden Tag festgehalten (§ 146 Abs. 1 AO)."),
    )
