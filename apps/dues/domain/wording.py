"""The steps of a calculation in words, as they are stored with the assessment and printed on the invoice."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from apps.core.templatetags.formats import day, german, number
from apps.dues.calculations import UNITS, Rounding, Step
from apps.dues.enums import Rounding as RoundingWords

FOUR_PLACES = Decimal("0.0001")


def exact_euro(value: Fraction | Decimal) -> str:
    """2.559,3925 €: at least two places, up to four where the exact value has more than cents."""
    fraction = Fraction(value)
    amount = Decimal(fraction.numerator) / Decimal(fraction.denominator)
    places = 2 if fraction * 100 == int(fraction * 100) else 4
    return f"{german(amount.quantize(FOUR_PLACES, rounding=ROUND_HALF_UP), places)}\N{NO-BREAK SPACE}€"


def rate_text(rate: Decimal) -> str:
    """0,0085 €: without needless zeros, but at least two places."""
    places = max(2, -int(rate.normalize().as_tuple().exponent))
    return f"{german(rate, places)}\N{NO-BREAK SPACE}€"


def trimmed(value: Decimal) -> str:
    """50 or 12,5: a number without needless zeros."""
    return german(value, max(0, -int(value.normalize().as_tuple().exponent)))


def describe_steps(steps: tuple[Step, ...]) -> list[dict[str, str]]:
    """Each step as label, detail (the formula with its figures) and value."""
    described, before = [], Fraction(0)
    for step in steps:
        label, detail = describe(step, before)
        described.append({"label": label, "detail": detail, "value": exact_euro(step.value)})
        before = step.value
    return described


def describe(step: Step, before: Fraction) -> tuple[str, str]:
    figures: tuple[Any, ...] = step.figures
    match step.kind:
        case "population_rate":
            return _("Einwohner:innen mal Satz"), f"{number(figures[0])} × {rate_text(figures[1])}"
        case "base_plus":
            base, population, rate = figures
            detail = f"{exact_euro(base)} + {number(population)} × {rate_text(rate)}"
            return _("Grundbeitrag plus Einwohner:innen mal Satz"), detail
        case "flat":
            return _("Beitrag für alle Städte"), ""
        case "votes":
            return _("Stimmen mal Preis je Stimme"), f"{trimmed(figures[0])} × {rate_text(figures[1])}"
        case "budget_key":
            return _("Anteil nach Einwohnerzahl"), shared(figures)
        case "equal_share":
            return _("gleicher Anteil"), shared(figures)
        case "tier_flat" | "tier_rate" | "tier_cap" | "marginal_part" | "marginal_sum":
            return describe_tier(step)
    return describe_adjustment(step, before)


def shared(figures: tuple[Any, ...]) -> str:
    return _("%(population)s Einwohner:innen; umgelegt werden %(budget)s") % {
        "population": number(figures[1]),
        "budget": exact_euro(figures[0]),
    }


def size_class(upper: int) -> str:
    return _("Größenklasse bis %s") % number(upper) if upper else _("oberste Größenklasse")


def describe_tier(step: Step) -> tuple[str, str]:
    figures: tuple[Any, ...] = step.figures
    match step.kind:
        case "tier_flat":
            return _("Beitrag der Größenklasse"), f"{number(figures[0])} Einw.: {size_class(figures[1])}"
        case "tier_rate":
            detail = f"{number(figures[0])} × {rate_text(figures[1])} ({size_class(figures[2])})"
            return _("Einwohner:innen mal Satz der Größenklasse"), detail
        case "tier_cap":
            return _("Obergrenze der Größenklasse"), _("höchstens %s") % exact_euro(figures[0])
        case "marginal_part":
            count, rate, first, last = figures
            label = _("Abschnitt %(first)s bis %(last)s") % {"first": number(first), "last": number(last)}
            return label, f"{number(count)} × {rate_text(rate)}"
    return _("Summe der Abschnitte"), ""


def describe_adjustment(step: Step, before: Fraction) -> tuple[str, str]:
    figures: tuple[Any, ...] = step.figures
    match step.kind:
        case "minimum":
            return _("Mindestbeitrag greift"), _("mindestens %s") % exact_euro(figures[0])
        case "maximum":
            return _("Höchstbeitrag greift"), _("höchstens %s") % exact_euro(figures[0])
        case "limits_kept":
            low, high = figures
            words = [_("mindestens %s") % exact_euro(low)] if low else []
            words += [_("höchstens %s") % exact_euro(high)] if high else []
            return _("Mindest- und Höchstbeitrag eingehalten"), ", ".join(words)
        case "pro_rata":
            units, of, since = figures
            label = _("anteilig: Mitglied seit %s") % day(since)
            return label, f"{exact_euro(before)} × {units}/{of}"
        case "discount":
            return step.label, f"{exact_euro(before)} − {trimmed(figures[0])}\N{NO-BREAK SPACE}%"
    rounding: Rounding = next(name for name, unit in UNITS.items() if unit == figures[0])
    words_of = RoundingWords(rounding).label
    return _("Rundung"), _("%s, ab der Hälfte aufwärts") % words_of
