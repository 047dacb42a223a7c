"""Fee schedules: drafted, checked, put in force by a resolution, ended."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, cast

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit import bulk
from apps.audit.acts import act
from apps.core.money import euros
from apps.core.templatetags.formats import day
from apps.core.transitions import guard_transition
from apps.dues import calculations
from apps.dues.calculations import Terms, Tier
from apps.dues.domain.errors import (
    NoScheduleInForce,
    ReliefOverlaps,
    ResolutionMissing,
    ScheduleIncomplete,
    ScheduleInForce,
)
from apps.dues.domain.wording import trimmed
from apps.dues.enums import ScheduleState
from apps.dues.models import FeeRelief, FeeSchedule, FeeTier, Invoice
from apps.members.models import City
from apps.organisation.enums import DecisionSubject
from apps.resolutions.domain.subjects import guard_subject
from apps.resolutions.models import Resolution

LEAP_YEAR = 2024
SUBJECTS = (DecisionSubject.DUES, DecisionSubject.STATUTES)
UNFIT = (DecisionSubject.BOARD,)


def schedule_for(year: int) -> FeeSchedule:
    """The schedule in force on 1 January of the year; of several the one that began last."""
    schedule = FeeSchedule.objects.for_year(year).select_related("resolution").prefetch_related("tiers").first()
    if schedule is None:
        raise NoScheduleInForce(
            _(
                "Für %(year)s ist keine Beitragsordnung in Kraft. Bitte legen Sie eine an und setzen Sie sie mit dem "
                "Beschluss in Kraft."
            )
            % {"year": year}
        )
    return schedule


def amount_of(value: Any) -> Decimal | None:
    """The decimal of an optional amount."""
    return None if value is None else Decimal(getattr(value, "amount", value))


def terms_of(schedule: FeeSchedule, tiers: Sequence[FeeTier] | None = None) -> Terms:
    """What the calculation needs to know of a schedule, saved or not."""
    rows = list(schedule.tiers.all()) if tiers is None else tiers
    ordered = sorted(rows, key=lambda tier: (tier.upper is None, tier.upper or 0))
    return Terms(
        form=cast(calculations.FeeForm, str(schedule.form)),
        rate=schedule.rate,
        tiers=tuple(Tier(tier.upper, tier.value, amount_of(tier.cap)) for tier in ordered),
        base_fee=amount_of(schedule.base_fee) or Decimal(0),
        budget=amount_of(schedule.budget) or Decimal(0),
        minimum=amount_of(schedule.minimum),
        maximum=amount_of(schedule.maximum),
        rounding=cast(calculations.Rounding, str(schedule.rounding)),
        pro_rata=cast(calculations.ProRata, str(schedule.pro_rata)),
    )


def plain_terms(schedule: FeeSchedule) -> dict[str, Any]:
    """The rules as they are frozen with a run."""
    terms = terms_of(schedule)
    return {
        "schedule": schedule.title,
        "form": terms.form,
        "rate": str(terms.rate),
        "base_fee": str(terms.base_fee),
        "budget": str(terms.budget),
        "minimum": None if terms.minimum is None else str(terms.minimum),
        "maximum": None if terms.maximum is None else str(terms.maximum),
        "rounding": terms.rounding,
        "pro_rata": terms.pro_rata,
        "tiers": [[tier.upper, str(tier.value), None if tier.cap is None else str(tier.cap)] for tier in terms.tiers],
        "intro": [str(schedule.intro_percent), schedule.intro_years],
        "population_rule": str(schedule.population_rule),
        "legal_basis": legal_basis(schedule),
        **({"due_days": schedule.due_days} if schedule.due_days else {}),
    }


def legal_basis(schedule: FeeSchedule) -> str:
    """What the claim rests on, with the number of the resolution (BGB § 58 Nr. 2)."""
    if schedule.resolution is None:
        return schedule.legal_basis
    return _("%(basis)s, Beschluss %(number)s") % {
        "basis": schedule.legal_basis,
        "number": schedule.resolution.reference,
    }


def check_schedule(schedule: FeeSchedule, terms: Terms) -> None:
    """Refuse what can't be computed or contradicts itself."""
    if problem := next(problems(schedule, terms), None):
        field, sentence = problem
        raise ScheduleIncomplete(sentence, field=field)


def problems(schedule: FeeSchedule, terms: Terms) -> Any:
    """Yield pairs of field and sentence."""
    yield from day_problems(schedule)
    if terms.form in calculations.RATE_FORMS and not terms.rate:
        yield "rate", _("Bitte geben Sie den Satz an.")
    if terms.form == "flat" and not terms.base_fee:
        yield "base_fee", _("Bitte geben Sie den Beitrag an, den jede Stadt zahlt.")
    yield from tier_problems(terms)
    if schedule.intro_percent and terms.form in calculations.SHARED_FORMS:
        yield "intro_percent", _("Bei einer Umlage ist kein Nachlass für neue Mitglieder möglich: Es fehlte am Ganzen.")
    yield from sharing_problems(terms)
    if terms.minimum is not None and terms.maximum is not None and terms.minimum > terms.maximum:
        yield "maximum", _("Der Höchstbeitrag ist kleiner als der Mindestbeitrag.")
    unit = calculations.UNITS[terms.rounding]
    for field, limit in (("minimum", terms.minimum), ("maximum", terms.maximum)):
        if limit is not None and limit % unit:
            yield field, _("Bei dieser Rundung muss die Grenze ein Vielfaches von %s Euro sein.") % unit
    if bool(schedule.intro_percent) != bool(schedule.intro_years):
        yield "intro_years", _("Ein Nachlass für neue Mitglieder braucht Prozentsatz und Anzahl der Jahre.")


def day_problems(schedule: FeeSchedule) -> Any:
    """Days that no year has (31.02.); the 29th of February means the last day of the month."""
    for name in ("due", "cut_off", "announce"):
        day, month = getattr(schedule, f"{name}_day"), getattr(schedule, f"{name}_month")
        last = monthrange(LEAP_YEAR, month)[1]
        if day > last:
            yield (
                f"{name}_day",
                _("Den %(day)s.%(month)s. gibt es nicht. Der Monat endet mit dem %(last)s.")
                % {"day": day, "month": month, "last": last},
            )


def tier_problems(terms: Terms) -> Any:
    if terms.form not in calculations.TIERED_FORMS:
        return
    if not terms.tiers and terms.form != "votes":
        yield None, _("Bitte geben Sie die Größenklassen an.")
    elif terms.tiers and terms.tiers[-1].upper is not None:
        yield None, _("Die letzte Größenklasse darf keine Obergrenze haben, sonst bleiben große Städte ohne Beitrag.")
    elif len({tier.upper for tier in terms.tiers}) != len(terms.tiers):
        yield None, _("Zwei Größenklassen haben dieselbe Obergrenze.")
    elif terms.form != "tier_rate" and any(tier.cap is not None for tier in terms.tiers):
        yield None, _("Eine Obergrenze je Größenklasse gibt es nur bei einem Satz je Größenklasse.")


def sharing_problems(terms: Terms) -> Any:
    """Shares must sum to the budget, so nothing may change a single one."""
    if terms.form not in calculations.SHARED_FORMS:
        return
    if not terms.budget:
        yield "budget", _("Bitte geben Sie an, welcher Betrag umgelegt wird.")
    if terms.minimum is not None or terms.maximum is not None or terms.rounding != "cent" or terms.pro_rata != "none":
        yield (
            "budget",
            _(
                "Eine Umlage verteilt den Betrag auf den Cent genau. Mindest- und Höchstbeitrag, andere Rundungen und "
                "anteilige Beiträge sind dabei nicht möglich."
            ),
        )


@transaction.atomic
def save_schedule(schedule: FeeSchedule, *, tiers: Sequence[FeeTier] = (), by: User, on: date) -> FeeSchedule:
    """Keep a draft with its size classes; a schedule in force is not touched."""
    if schedule.pk:
        present = FeeSchedule.objects.select_for_update().get(pk=schedule.pk)
        if not present.is_draft:
            raise ScheduleInForce(
                _("„%s“ ist in Kraft und bleibt unverändert. Bitte legen Sie eine neue Beitragsordnung an.") % present
            )
    check_schedule(schedule, terms_of(schedule, tiers))
    with act("dues.schedule_saved", schedule if schedule.pk else None, by=by, data={"on": on}) as entry:
        schedule.state = ScheduleState.DRAFT
        schedule.save()
        for tier in FeeTier.objects.filter(schedule=schedule):
            tier.delete()
        for tier in tiers:
            FeeTier(schedule=schedule, upper=tier.upper, value=tier.value, cap=tier.cap).save()
        entry.subject = schedule
    return schedule


@transaction.atomic
def put_in_force(
    schedule: FeeSchedule, *, resolution: Resolution, by: User, on: date, is_sure: bool = False
) -> FeeSchedule:
    """Make a draft binding by the resolution that adopted it (BGB § 58 Nr. 2); from now on it is read-only.

    A resolution about dues or statutes; of a general subject only if somebody is sure that it adopted the schedule,
    and never one of the board: the members decide what they pay.
    """
    schedule = FeeSchedule.objects.select_for_update().get(pk=schedule.pk)
    guard_transition(schedule, ScheduleState.IN_FORCE)
    guard_subject(resolution, *SUBJECTS, is_sure=is_sure, unfit=UNFIT)
    check_schedule(schedule, terms_of(schedule))
    if FeeSchedule.objects.in_force().filter(valid_from=schedule.valid_from).exists():
        raise ScheduleIncomplete(
            _("Ab diesem Tag ist schon eine andere Beitragsordnung in Kraft. Bitte ändern Sie den Beginn."),
            field="resolution",
        )
    with act("dues.schedule_in_force", schedule, by=by, data={"on": on, "resolution": resolution.reference}):
        schedule.resolution = resolution
        schedule.state = ScheduleState.IN_FORCE
        schedule.save(update_fields=["resolution", "state"])
        bulk.change(schedule.tiers.all(), is_final=True)
    return schedule


def billed_years(schedule: FeeSchedule) -> list[tuple[int, int]]:
    """Years from its beginning on that are billed already, each with its standing invoices."""
    rows = Invoice.objects.standing().filter(year__gte=schedule.valid_from.year)
    return list(rows.order_by("year").values_list("year").annotate(count=Count("pk")))


@transaction.atomic
def end_schedule(schedule: FeeSchedule, *, valid_until: date, reason: str, by: User) -> FeeSchedule:
    """Set the first day on which the schedule no longer holds; the only thing that may change once it is in force."""
    schedule = FeeSchedule.objects.select_for_update().get(pk=schedule.pk)
    guard_end(schedule.valid_from, valid_until)
    with act("dues.schedule_ended", schedule, by=by, reason=reason, data={"valid_until": valid_until}):
        schedule.valid_until = valid_until
        schedule.save(update_fields=["valid_until"])
    return schedule


@transaction.atomic
def grant_relief(
    *,
    city: Any,
    kind: str,
    percent: Decimal,
    valid_from: date,
    valid_until: date | None,
    resolution: Resolution,
    reason: str,
    by: User,
    is_additional: bool = False,
) -> FeeRelief:
    """Reduce the dues of one city for a period, by resolution only (equal treatment of members).

    One beside another of a different kind only if somebody says that both were meant.
    """
    if not resolution.is_adopted:
        raise ResolutionMissing(
            _("„%s“ ist nicht angenommen. Ein Nachlass braucht einen angenommenen Beschluss.") % resolution,
            field="resolution",
        )
    guard_end(valid_from, valid_until)
    city = City.objects.select_for_update().get(pk=city.pk)
    others = FeeRelief.objects.filter(city=city).overlapping(valid_from, valid_until)
    guard_single(others.filter(kind=kind), field="valid_from", advice=_("Bitte ändern Sie den Zeitraum."))
    if not is_additional:
        guard_single(others, field="is_additional", advice=_("Bitte bestätigen Sie, dass beide gelten."))
    with act("dues.relief_granted", by=by, reason=reason, data={"city": str(city), "percent": percent}) as entry:
        entry.subject = FeeRelief.objects.create(
            city=city,
            kind=kind,
            percent=percent,
            valid_from=valid_from,
            valid_until=valid_until,
            resolution=resolution,
            reason=reason,
        )
    return entry.subject


def guard_end(valid_from: date, valid_until: date | None) -> None:
    if valid_until and valid_until <= valid_from:
        raise ScheduleIncomplete(
            _("Das Ende muss nach dem Beginn am %s liegen.") % day(valid_from), field="valid_until"
        )


def period_in_words(relief: FeeRelief) -> str:
    """»ab 01.01.2027«, »vom 01.01.2027 bis 30.06.2027«."""
    if relief.valid_until is None:
        return _("ab %s") % day(relief.valid_from)
    last = relief.valid_until - timedelta(days=1)
    return _("vom %(first)s bis %(last)s") % {"first": day(relief.valid_from), "last": day(last)}


def guard_single(others: QuerySet[FeeRelief], *, field: str, advice: str) -> None:
    """Reductions multiply: the same one entered twice would leave a quarter of the dues."""
    other = others.select_related("city", "resolution").order_by("valid_from", "pk").first()
    if other is None:
        return
    text = _("Für %(city)s gilt %(period)s schon: %(kind)s, %(percent)s Prozent (Beschluss %(resolution)s).") % {
        "city": other.city,
        "period": period_in_words(other),
        "kind": other.get_kind_display(),
        "percent": trimmed(other.percent),
        "resolution": other.resolution.reference,
    }
    raise ReliefOverlaps(f"{text} {advice}", field=field)


@transaction.atomic
def end_relief(relief: FeeRelief, *, valid_until: date, reason: str, by: User) -> FeeRelief:
    """Set the first day on which the reduction no longer holds; invoices already issued keep it.

    Prolonged, it must not meet another that did not hold beside it before: two at once are granted as such.
    """
    City.objects.select_for_update().get(pk=relief.city_id)
    relief = FeeRelief.objects.select_for_update().get(pk=relief.pk)
    guard_end(relief.valid_from, valid_until)
    if relief.valid_until and valid_until > relief.valid_until:
        others = FeeRelief.objects.filter(city=relief.city_id).exclude(pk=relief.pk)
        beside = others.overlapping(relief.valid_from, relief.valid_until)
        guard_single(
            others.overlapping(relief.valid_until, valid_until).exclude(pk__in=beside.values("pk")),
            field="valid_until",
            advice=_(
                "Bitte wählen Sie ein früheres Ende. Soll ein Nachlass anderer Art hinzukommen, tragen Sie ihn neu ein."
            ),
        )
    with act("dues.relief_ended", relief, by=by, reason=reason, data={"valid_until": valid_until}):
        relief.valid_until = valid_until
        relief.save(update_fields=["valid_until"])
    return relief


def difference(amount: Decimal, previous: Any) -> Any:
    """How much more than last year; nothing to compare for a new member."""
    before = amount_of(previous)
    return None if before is None else euros(amount - before)


def newest_start(on: date) -> date | None:
    """When the schedule that holds on that day began; older ones are superseded."""
    started = FeeSchedule.objects.in_force().filter(valid_from__lte=on)
    return started.order_by("-valid_from").values_list("valid_from", flat=True).first()


def schedule_state(schedule: FeeSchedule, on: date, newest: date | None) -> tuple[str, str]:
    """The state in a word, with its tone; superseded is derived from the day (`newest` from `newest_start`)."""
    if schedule.is_draft:
        return _("Entwurf"), "warning"
    if schedule.valid_from > on:
        return _("in Kraft ab %s") % f"{schedule.valid_from:%d.%m.%Y}", "info"
    if (schedule.valid_until and schedule.valid_until <= on) or (newest and newest > schedule.valid_from):
        return _("abgelöst"), "neutral"
    return _("in Kraft"), "success"
