"""What the organisation was, and which values and rules held, on a day."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from apps.core.errors import DomainError
from apps.organisation.enums import DecisionSubject, LegalMode, TaxStatus
from apps.organisation.models import DecisionRule, LegalForm, LegalParameter, Profile
from apps.pdf.letterhead import Letterhead


class ParameterMissing(DomainError):
    """No value is stored for this key and day."""


class RuleMissing(DomainError):
    """No majority rule is stored for this subject and day."""


def current_profile() -> Profile:
    """The profile; an unsaved one with a neutral name until somebody fills it in."""
    return Profile.objects.first() or Profile(name=_("Unsere Organisation"))


def legal_form_on(day: date) -> LegalForm | None:
    return LegalForm.objects.valid_on(day).first()


def legal_mode_on(day: date) -> LegalMode:
    """The mode on that day; without an entry it is the network without a legal form."""
    form = legal_form_on(day)
    return LegalMode(form.mode) if form else LegalMode.INFORMAL


def full_name_on(day: date, profile: Profile | None = None) -> str:
    """Name with its suffix, »e. V.« only while registered (BGB § 65)."""
    form = legal_form_on(day)
    return f"{(profile or current_profile()).name} {form.name_suffix if form else ''}".strip()


def parameter(key: str, on: date) -> Decimal | str:
    """The value of `key` that is in force on that day: a number where it is one, else the text."""
    return parameters(key, [on])[on]


def parameters(key: str, days: Sequence[date]) -> dict[date, Decimal | str]:
    """The value of `key` in force on each of these days, in one query."""
    rows = list(LegalParameter.objects.filter(key=key, valid_from__lte=max(days)).order_by("-valid_from"))
    return {day: value_on(rows, key, day) for day in days}


def value_on(rows: Iterable[LegalParameter], key: str, day: date) -> Decimal | str:
    """`rows` are those of `key`, the latest first."""
    for row in rows:
        if row.valid_from <= day and (row.valid_until is None or row.valid_until > day):
            return row.typed_value
    raise ParameterMissing(
        _("Für „%(key)s“ ist am %(day)s kein Wert hinterlegt. Bitte tragen Sie ihn unter „Rechtliche Werte“ ein.")
        % {"key": parameter_title(key), "day": f"{day:%d.%m.%Y}"}
    )


def parameter_title(key: str) -> str:
    """The German name of a key, with the key itself: »Basiszinssatz (base_rate)«."""
    title = LegalParameter.objects.filter(key=key).values_list("title", flat=True).first()
    return f"{title} ({key})" if title else key


def decimal_parameter(key: str, on: date) -> Decimal:
    """Like `parameter`, for keys whose value is a number."""
    return decimal_parameters(key, [on])[on]


def decimal_parameters(key: str, days: Sequence[date]) -> dict[date, Decimal]:
    """Like `parameters`, for keys whose value is a number."""
    found: dict[date, Decimal] = {}
    for day, value in parameters(key, days).items():
        if isinstance(value, str):
            raise ParameterMissing(
                _("Der Wert von „%(key)s“ am %(day)s ist keine Zahl.") % {"key": key, "day": f"{day:%d.%m.%Y}"}
            )
        found[day] = value
    return found


def tax_status_on(day: date) -> TaxStatus | None:
    """How the association is taxed on that day; None as long as nobody has entered it."""
    try:
        return TaxStatus(str(parameter("tax_status", day)))
    except ParameterMissing:
        return None


def values_on(keys: Collection[str], on: date) -> dict[str, Decimal | str]:
    """Those of the values that are in force on that day, in one query."""
    rows = LegalParameter.objects.valid_on(on).filter(key__in=keys)
    return {row.key: row.typed_value for row in rows.order_by("valid_from")}


def number_in(values: Mapping[str, Decimal | str], key: str, on: date) -> Decimal:
    """One of `values_on` that must be there; what is missing is named."""
    value = values.get(key)
    return value if isinstance(value, Decimal) else decimal_parameter(key, on)


def decision_rule(applies_to: DecisionSubject | str, on: date) -> DecisionRule:
    """The majority rule in force on that day; one for the legal form of that day goes before a general one."""
    rule = (
        DecisionRule.objects.valid_on(on)
        .filter(applies_to=applies_to, mode__in=["", legal_mode_on(on)])
        .order_by("-mode", "-valid_from")
        .first()
    )
    if rule is None:
        raise RuleMissing(
            _("Für „%(subject)s“ gilt am %(day)s keine Mehrheitsregel. Bitte tragen Sie eine ein.")
            % {"subject": DecisionSubject(applies_to).label, "day": f"{on:%d.%m.%Y}"}
        )
    return rule


def letterhead(on: date) -> Letterhead:
    """Who writes a letter on that day, with the suffix of the legal form then (BGB § 65)."""
    profile, form = current_profile(), legal_form_on(on)
    registered = form is not None and form.mode in {LegalMode.EV, LegalMode.LIQUIDATION}
    return Letterhead(
        name=profile.name,
        legal_form=form.name_suffix if form else "",
        address=tuple(profile.address_lines),
        phone=profile.phone,
        email=profile.email,
        web=profile.website.removeprefix("https://").removeprefix("http://").rstrip("/"),
        register_line=profile.register_line if registered else "",
        board_line=profile.board_line,
        tax_line=_("Steuernummer %s") % profile.tax_number if profile.tax_number else "",
        iban=profile.iban,
        bic=profile.bic,
        bank_name=profile.bank_name,
        colour=profile.colour,
        logo_svg=profile.drawn_logo,
    )
