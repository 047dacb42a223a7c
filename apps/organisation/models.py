from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Cast, Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.audit.history import History
from apps.core.constraints import choices_constraint, period_constraint
from apps.core.periods import Dated, DatedQuerySet
from apps.organisation.calculations import wrapped_png
from apps.organisation.enums import Comparison, DecisionSubject, LegalMode, TaxStatus, VoteBase


class Profile(models.Model):
    """Who we are, as letters and screens show it. There is one row."""

    ONLY = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY, editable=False)
    name = models.CharField(_("Name"), max_length=160)
    short_name = models.CharField(_("Kurzname"), max_length=40, blank=True)
    care_of = models.CharField(
        _("Anschrift bei"), max_length=120, blank=True, help_text=_("Zum Beispiel: c/o Stadt Augsburg, Bildungsreferat")
    )
    street = models.CharField(_("Straße und Hausnummer"), max_length=120, blank=True)
    postcode = models.CharField(_("Postleitzahl"), max_length=5, blank=True, validators=[RegexValidator(r"^\d{5}$")])
    town = models.CharField(_("Ort"), max_length=80, blank=True)
    email = models.EmailField(_("E-Mail"), blank=True)
    phone = models.CharField(_("Telefon"), max_length=40, blank=True)
    website = models.URLField(_("Internetseite"), blank=True)
    account_holder = models.CharField(_("Kontoinhaber:in"), max_length=70, blank=True)
    iban = models.CharField(_("IBAN"), max_length=34, blank=True)
    bic = models.CharField(_("BIC"), max_length=11, blank=True)
    bank_name = models.CharField(_("Bank"), max_length=80, blank=True)
    register_court = models.CharField(
        _("Registergericht"), max_length=80, blank=True, help_text=_("Zum Beispiel: Amtsgericht Frankfurt am Main")
    )
    register_number = models.CharField(
        _("Registernummer"), max_length=40, blank=True, help_text=_("Zum Beispiel: VR 12345")
    )
    tax_number = models.CharField(_("Steuernummer"), max_length=40, blank=True)
    board_line = models.CharField(
        _("Zeile zur Vertretung"),
        max_length=200,
        blank=True,
        help_text=_("Steht im Fuß jedes Briefes, zum Beispiel: Vorstand: Dr. Ada Beispiel (Vorsitz)"),
    )
    reference_prefix = models.CharField(
        _("Kürzel für Zahlungsreferenzen"),
        max_length=5,
        default="NET",
        validators=[RegexValidator(r"^[A-Z0-9]{1,5}$")],
        help_text=_("Bis zu fünf Großbuchstaben oder Ziffern. Beginnt jede Referenz, zum Beispiel GSN."),
    )
    colour = models.CharField(
        _("Farbe"), max_length=7, default="#171a2b", help_text=_("Form #rrggbb. Weiße Schrift muss darauf lesbar sein.")
    )
    logo_svg = models.TextField(_("Logo (SVG)"), blank=True)
    logo_png = models.BinaryField(_("Logo (PNG)"), null=True, blank=True)
    logo_changed_at = models.DateTimeField(_("Logo geändert"), null=True, editable=False)

    history = History()
    personal_fields = ("board_line",)

    class Meta:
        verbose_name = _("Angaben zur Organisation")
        verbose_name_plural = _("Angaben zur Organisation")
        constraints = [models.CheckConstraint(condition=Q(id=1), name="organisation_profile_single")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("organisation:profile")

    @property
    def has_logo(self) -> bool:
        return bool(self.logo_svg or self.logo_png)

    @property
    def logo_url(self) -> str:
        """Address of the logo; it changes with the picture, so that browsers may keep it."""
        if not self.has_logo:
            return ""
        stamp = int(self.logo_changed_at.timestamp()) if self.logo_changed_at else 0
        return f"{reverse('organisation:logo')}?v={stamp}"

    @property
    def drawn_logo(self) -> str:
        """The logo as SVG for prints; a PNG is wrapped in one."""
        return self.logo_svg or (wrapped_png(bytes(self.logo_png)) if self.logo_png else "")

    @property
    def address_lines(self) -> list[str]:
        town = f"{self.postcode} {self.town}".strip()
        return [line for line in (self.care_of, self.street, town) if line]

    @property
    def address(self) -> str:
        return "\n".join(self.address_lines)

    @property
    def register_line(self) -> str:
        return ", ".join(filter(None, [self.register_court, self.register_number]))


class LegalForm(Dated):
    """The legal form during a period (BGB §§ 21, 54)."""

    TRANSITIONS = {
        LegalMode.INFORMAL: (LegalMode.UNREG_ASSOC, LegalMode.FOUNDING),
        LegalMode.UNREG_ASSOC: (LegalMode.INFORMAL, LegalMode.FOUNDING, LegalMode.LIQUIDATION),
        LegalMode.FOUNDING: (LegalMode.EV, LegalMode.INFORMAL),
        LegalMode.EV: (LegalMode.LIQUIDATION,),
        LegalMode.LIQUIDATION: (),
    }

    mode = models.CharField(_("Rechtsform"), max_length=12, choices=LegalMode.choices)
    basis = models.CharField(_("Grundlage"), max_length=200, blank=True, help_text=_("Beschluss oder Eintragung."))
    register_court = models.CharField(_("Registergericht"), max_length=80, blank=True)
    register_number = models.CharField(_("Registernummer"), max_length=40, blank=True)
    registered_on = models.DateField(_("eingetragen am"), null=True, blank=True)

    objects = DatedQuerySet.as_manager()
    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Rechtsform")
        verbose_name_plural = _("Rechtsformen")
        ordering = ["valid_from"]
        constraints = [
            choices_constraint("mode", LegalMode, name="organisation_legalform_mode_known"),
            period_constraint(name="organisation_legalform_period"),
            models.UniqueConstraint(fields=["valid_from"], name="organisation_legalform_from_once"),
            models.UniqueConstraint(
                Coalesce("valid_until", Value(date(9999, 12, 31))), name="organisation_legalform_until_once"
            ),
            models.CheckConstraint(
                condition=~Q(mode="ev") | (~Q(register_number="") & Q(registered_on__isnull=False)),
                name="organisation_legalform_ev_is_registered",
            ),
        ]

    def __str__(self) -> str:
        return self.get_mode_display()

    def get_absolute_url(self) -> str:
        return reverse("organisation:legal_form")

    @property
    def name_suffix(self) -> str:
        """»e. V.« from the entry in the register on, never before (BGB § 65)."""
        return {LegalMode.EV: "e. V.", LegalMode.LIQUIDATION: "e. V. i. L."}.get(LegalMode(self.mode), "")


class LegalParameterQuerySet(DatedQuerySet["LegalParameter"]):
    def number(self, key: str, day: date | models.OuterRef) -> models.Subquery:
        """The value of a key that is a number, on a day or on the day of an outer row: for use inside a query."""
        value = Cast("value", models.DecimalField(max_digits=14, decimal_places=4))
        return models.Subquery(self.valid_on(day).filter(key=key).order_by("-valid_from").values(number=value)[:1])


class LegalParameter(models.Model):
    """A value that law or statutes set, from a day on. Rows are added, never changed."""

    key = models.SlugField(_("Schlüssel"), max_length=60)
    title = models.CharField(_("Bezeichnung"), max_length=160)
    valid_from = models.DateField(_("gültig ab"))
    valid_until = models.DateField(_("gültig bis (ausschließlich)"), null=True, blank=True)
    value = models.CharField(_("Wert"), max_length=80)
    unit = models.CharField(_("Einheit"), max_length=40, blank=True)
    source = models.CharField(_("Rechtsgrundlage"), max_length=200)
    note = models.CharField(_("Anmerkung"), max_length=300, blank=True)

    objects = LegalParameterQuerySet.as_manager()
    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Rechtlicher Wert")
        verbose_name_plural = _("Rechtliche Werte")
        ordering = ["key", "-valid_from"]
        constraints = [
            period_constraint(name="organisation_legalparameter_period"),
            models.UniqueConstraint(fields=["key", "valid_from"], name="organisation_legalparameter_once"),
        ]

    def __str__(self) -> str:
        return f"{self.title}: {self.shown_value} {self.unit}".strip()

    def get_absolute_url(self) -> str:
        return reverse("organisation:parameters") + f"?schluessel={self.key}"

    WORDS = {
        "ALL": _("alle"),
        "ALL_MEMBERS": _("alle"),
        "TEXTFORM": _("Textform (§ 126b BGB)"),
        "SCHRIFTFORM": _("Schriftform (§ 126 BGB)"),
        "ANY": _("jederzeit"),
        "YEAR_END": _("zum Jahresende"),
        ">": _("mehr als"),
        ">=": _("mindestens"),
        **dict(TaxStatus.choices),
    }

    @property
    def shown_value(self) -> Any:
        """The value as people read it."""
        return self.WORDS.get(self.value, self.typed_value)

    @property
    def typed_value(self) -> Decimal | str:
        try:
            return Decimal(self.value)
        except InvalidOperation:
            return self.value


class DecisionRule(Dated):
    """Which majority a decision needs during a period, with its legal basis."""

    applies_to = models.CharField(_("gilt für"), max_length=12, choices=DecisionSubject.choices)
    mode = models.CharField(_("nur in der Rechtsform"), max_length=12, choices=LegalMode.choices, blank=True)
    title = models.CharField(_("Bezeichnung"), max_length=160)
    base = models.CharField(_("Bezugsgröße"), max_length=12, choices=VoteBase.choices)
    numerator = models.PositiveSmallIntegerField(_("Zähler"), default=1)
    denominator = models.PositiveSmallIntegerField(_("Nenner"), default=2)
    comparison = models.CharField(_("Vergleich"), max_length=2, choices=Comparison.choices)
    legal_basis = models.CharField(_("Rechtsgrundlage"), max_length=200)
    note = models.CharField(_("Anmerkung"), max_length=300, blank=True)

    objects = DatedQuerySet.as_manager()
    history = History()
    personal_fields = ()

    class Meta:
        verbose_name = _("Mehrheitsregel")
        verbose_name_plural = _("Mehrheitsregeln")
        ordering = ["applies_to", "-valid_from"]
        constraints = [
            choices_constraint("applies_to", DecisionSubject, name="organisation_decisionrule_subject_known"),
            models.CheckConstraint(
                condition=Q(mode="") | Q(mode__in=LegalMode.values), name="organisation_decisionrule_mode_known"
            ),
            choices_constraint("base", VoteBase, name="organisation_decisionrule_base_known"),
            choices_constraint("comparison", Comparison, name="organisation_decisionrule_comparison_known"),
            period_constraint(name="organisation_decisionrule_period"),
            models.CheckConstraint(
                condition=Q(denominator__gte=1, numerator__lte=models.F("denominator")),
                name="organisation_decisionrule_fraction",
            ),
            models.UniqueConstraint(
                fields=["applies_to", "mode", "valid_from"], name="organisation_decisionrule_from_once"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("organisation:decision_rules")

    @property
    def share(self) -> str:
        """»mindestens 3/4«; consensus has none."""
        if self.base == VoteBase.CONSENSUS:
            return ""
        if self.numerator == self.denominator:
            return str(_("alle"))
        return f"{self.get_comparison_display()} {self.numerator}/{self.denominator}"
