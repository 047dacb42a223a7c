"""The steps of a calculation in words, as they are stored with the assessment and printed on the invoice."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from apps.core.templatetags.formats import day, german, number
from apps.dues.calculations import RATE_FORMS, SHARED_FORMS, TIERED_FORMS, UNITS, Rounding, Step
from apps.dues.enums import PopulationRule
from apps.dues.enums import Rounding as RoundingWords
from apps.dues.models import FeeSchedule, FeeTier

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
    """Each step as label, detail (the formula with its figures), value, and why it is so in a sentence."""
    described, before = [], Fraction(0)
    for step in steps:
        label, detail = describe(step, before)
        described.append({"label": label, "detail": detail, "value": exact_euro(step.value), "why": why(step)})
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


def why(step: Step) -> str:
    """The rule behind a step, for people who don't know the schedule."""
    reasons = {
        "population_rate": _(
            "Die Beitragsordnung nennt einen Satz, der für jede Einwohnerin und jeden Einwohner gilt."
        ),
        "base_plus": _("Jede Stadt zahlt denselben Grundbeitrag; dazu kommt ein Satz je Einwohner:in."),
        "flat": _("Die Beitragsordnung sieht für alle Städte denselben Beitrag vor."),
        "votes": _("Der Beitrag richtet sich nach der Zahl der Stimmen in der Mitgliederversammlung."),
        "budget_key": _(
            "Der Betrag wird im Verhältnis der Einwohnerzahlen verteilt. Cent, die sich nicht teilen lassen, gehen an die "
            "größten Reste, damit die Summe genau stimmt."
        ),
        "equal_share": _(
            "Der Betrag wird gleichmäßig verteilt. Cent, die sich nicht teilen lassen, tragen die ersten Städte im Alphabet."
        ),
        "tier_flat": _("Alle Städte einer Größenklasse zahlen denselben Betrag. Die Obergrenze gehört zur Klasse."),
        "tier_rate": _(
            "Der Satz der Größenklasse gilt für alle Einwohner:innen der Stadt, nicht nur für die über der Grenze."
        ),
        "tier_cap": _("In dieser Größenklasse ist der Beitrag begrenzt."),
        "marginal_part": _("Dieser Satz gilt nur für die Einwohner:innen in diesem Abschnitt."),
        "marginal_sum": _("Die Teile aller Abschnitte zusammen ergeben den Beitrag."),
        "limits_kept": _("Der Beitrag liegt innerhalb der Grenzen der Beitragsordnung und bleibt deshalb, wie er ist."),
        "minimum": _("Der berechnete Beitrag liegt unter dem Mindestbeitrag und wird darauf angehoben."),
        "maximum": _("Der berechnete Beitrag liegt über dem Höchstbeitrag und wird darauf begrenzt."),
        "pro_rata": _(
            "Die Stadt ist während des Jahres beigetreten und zahlt nur den Teil des Jahres ab dem Beitritt."
        ),
        "discount": _("Der Nachlass wird nach Mindest- und Höchstbeitrag und nach dem Zeitanteil abgezogen."),
        "rounding": _("Gerundet wird nur einmal, ganz am Ende."),
    }
    return reasons[step.kind]


def population_rule_in_words(schedule: FeeSchedule) -> str:
    if schedule.population_rule == PopulationRule.NEWEST:
        return _("neueste Zahl, die bis %(day)02d.%(month)02d. des Vorjahres veröffentlicht war") % {
            "day": schedule.cut_off_day,
            "month": schedule.cut_off_month,
        }
    return str(schedule.get_population_rule_display())


def rules_in_words(schedule: FeeSchedule) -> list[tuple[str, str]]:
    """What the schedule lays down, as pairs for the annex of a resolution; what doesn't count is left out."""
    form = str(schedule.form)
    pairs: list[tuple[str, Any]] = [
        (_("Beitragsordnung"), schedule.title),
        (_("gültig ab"), day(schedule.valid_from)),
        (_("Rechtsgrundlage"), schedule.legal_basis),
        (_("Beschluss"), schedule.resolution.reference if schedule.resolution else ""),
        (_("Art der Berechnung"), schedule.get_form_display()),
        (_("Satz"), form in RATE_FORMS and rate_in_words(schedule)),
        (_("fester Betrag"), form in {"flat", "base_plus"} and exact_euro(schedule.base_fee.amount)),
        (_("umzulegender Betrag"), form in SHARED_FORMS and exact_euro(schedule.budget.amount)),
        *[(_("Größenklasse"), tier_in_words(tier, form)) for tier in schedule.tiers.all() if form in TIERED_FORMS],
        (_("Mindestbeitrag"), schedule.minimum and exact_euro(schedule.minimum.amount)),
        (_("Höchstbeitrag"), schedule.maximum and exact_euro(schedule.maximum.amount)),
        (_("Rundung"), schedule.get_rounding_display()),
        (_("Beitritt während des Jahres"), schedule.get_pro_rata_display()),
        (_("Nachlass für neue Mitglieder"), schedule.intro_percent and intro_in_words(schedule)),
        (_("Einwohnerzahl"), population_rule_in_words(schedule)),
        (_("fällig"), schedule.due_in_words),
    ]
    return [(label, str(value)) for label, value in pairs if value]


def tier_in_words(tier: FeeTier, form: str) -> str:
    reach = _("bis %s Einwohner:innen") % number(tier.upper) if tier.upper else _("darüber")
    value = f"{trimmed(tier.value)} {_('Stimmen')}" if form == "votes" else rate_text(tier.value)
    value += f" {_('je Einwohner:in')}" if form in {"tier_rate", "marginal"} else ""
    cap = f" ({_('höchstens %s') % exact_euro(tier.cap.amount)})" if tier.cap else ""
    return f"{reach}: {value}{cap}"


def rate_in_words(schedule: FeeSchedule) -> str:
    """0,0085 € je Einwohner:in."""
    unit = _("je Stimme") if schedule.form == "votes" else _("je Einwohner:in")
    return f"{rate_text(schedule.rate)} {unit}"


def intro_in_words(schedule: FeeSchedule) -> str:
    return _("%(percent)s Prozent in den ersten %(years)s Jahren") % {
        "percent": trimmed(schedule.intro_percent),
        "years": schedule.intro_years,
    }
