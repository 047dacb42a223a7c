"""What the body decided: computed from the counts by the rule of the day, then frozen."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.acts import act
from apps.core.numbers import take_numbers
from apps.core.transitions import guard_transition
from apps.organisation.domain.queries import decision_rule, legal_mode_on
from apps.organisation.enums import DecisionSubject, LegalMode
from apps.organisation.models import DecisionRule
from apps.resolutions.calculations import CountMissing, Counts, MajorityRule, Outcome, decide, implausible
from apps.resolutions.domain.errors import AnnouncedDiffers, CountNeeded, CountsContradict, DecidedTooEarly
from apps.resolutions.enums import Mode, ResolutionState
from apps.resolutions.models import Resolution

ORDINARY = {
    DecisionSubject.ASSEMBLY,
    DecisionSubject.BUDGET,
    DecisionSubject.ACCOUNTS,
    DecisionSubject.RESERVES,
    DecisionSubject.DUES,
    DecisionSubject.ELECTION,
}


@dataclass(frozen=True)
class Meeting:
    """How the body came together for this decision."""

    mode: Mode | str = Mode.IN_PERSON
    place: str = ""
    agenda_item: str = ""
    convened_on: date | None = None
    is_subject_announced: bool = True
    is_quorate: bool = True


@dataclass(frozen=True)
class Preview:
    """What recording the decision would do: shown before the last click, and used by the act itself."""

    rule: DecisionRule
    outcome: Outcome
    effective_on: date | None


def as_rule(rule: DecisionRule) -> MajorityRule:
    return MajorityRule(rule.base, rule.numerator, rule.denominator, rule.comparison, rule.legal_basis)


def preview_decision(resolution: Resolution, *, counts: Counts, meeting: Meeting, on: date) -> Preview:
    """Compute the outcome by the rule in force on that day. Refuses counts that contradict each other or are missing."""
    if (resolution.proposed_on and on < resolution.proposed_on) or not resolution.body.is_valid_on(on):
        raise DecidedTooEarly(
            _(
                "Am %(day)s konnte „%(title)s“ nicht entschieden werden: Der Antrag war noch nicht zur Abstimmung gestellt "
                "oder das Gremium bestand nicht. Bitte prüfen Sie das Datum. Einen schon gefassten Beschluss tragen Sie nach, "
                "indem Sie ihn zurück in den Entwurf nehmen und mit dem Tag von damals zur Abstimmung stellen."
            )
            % {"day": f"{on:%d.%m.%Y}", "title": resolution.title},
            field="decided_on",
        )
    if contradiction := implausible(counts, is_circular=meeting.mode == Mode.CIRCULAR):
        raise CountsContradict(contradiction[1], field=contradiction[0])
    rule = decision_rule(applicable_subject(resolution, meeting), on)
    try:
        outcome = decide(counts, as_rule(rule))
    except CountMissing as missing:
        raise CountNeeded(
            _("Die Regel „%(rule)s“ braucht diese Zahl. Bitte tragen Sie sie ein.") % {"rule": rule.title},
            field=missing.field,
        ) from missing
    return Preview(rule, outcome, takes_effect_on(resolution, outcome, on))


def applicable_subject(resolution: Resolution, meeting: Meeting) -> DecisionSubject:
    """Ordinary business of the members decided by circular follows § 32 Abs. 3 BGB; everything else its own rule."""
    subject = DecisionSubject(resolution.kind)
    return DecisionSubject.CIRCULAR if meeting.mode == Mode.CIRCULAR and subject in ORDINARY else subject


def takes_effect_on(resolution: Resolution, outcome: Outcome, on: date) -> date | None:
    """At once; changes of the statutes of a registered association only with their entry in the register (§ 71 BGB)."""
    needs_entry = resolution.kind in {DecisionSubject.STATUTES, DecisionSubject.PURPOSE}
    if not outcome.accepted or (needs_entry and legal_mode_on(on) == LegalMode.EV):
        return None
    return on


def check_announced(outcome: Outcome, *, announced: bool, explanation: str) -> None:
    """A result announced against the arithmetic must be explained."""
    if announced != outcome.accepted and not explanation.strip():
        raise AnnouncedDiffers(
            _(
                "Verkündet wurde das Gegenteil von dem, was die Stimmen ergeben: %(sentence)s Bitte prüfen Sie die Zahlen. "
                "Wenn sie stimmen, erklären Sie die Abweichung."
            )
            % {"sentence": outcome.sentence},
            field="explanation",
        )


@transaction.atomic
def record_decision(
    resolution: Resolution,
    *,
    counts: Counts,
    announced: bool,
    by: User | None,
    on: date,
    meeting: Meeting | None = None,
    explanation: str = "",
) -> Resolution:
    """Record the vote of the day `on`: adopted or rejected as the counts say by the rule in force that day (§§ 32, 33, 41 BGB).

    The result is computed, never typed. If the chair announced (`announced`) something else, the act refuses until
    `explanation` says why. An adopted resolution gets the next number of its body and year; rule, arithmetic and wording are
    frozen, and the database refuses any later change.
    """
    meeting = meeting or Meeting()
    resolution = Resolution.objects.select_for_update().get(pk=resolution.pk)
    preview = preview_decision(resolution, counts=counts, meeting=meeting, on=on)
    outcome = preview.outcome
    state = ResolutionState.ADOPTED if outcome.accepted else ResolutionState.REJECTED
    guard_transition(resolution, state)
    check_announced(outcome, announced=announced, explanation=explanation)
    resolution.state = state
    resolution.discrepancy = explanation.strip() if announced != outcome.accepted else ""
    freeze(resolution, preview, counts, meeting, on)
    verb = "resolutions.adopted" if outcome.accepted else "resolutions.rejected"
    with act(verb, resolution, by=by, reason=resolution.discrepancy) as entry:
        if outcome.accepted:
            give_number(resolution, on)
        resolution.save()
        entry.data |= {
            "on": on,
            "reference": resolution.reference,
            "sentence": outcome.sentence,
            "sha256": resolution.text_sha256,
        }
    return resolution


def freeze(resolution: Resolution, preview: Preview, counts: Counts, meeting: Meeting, on: date) -> None:
    """Copy counts, rule, outcome, meeting and wording into the row."""
    version = resolution.text.versions.latest("number")
    resolution.decided_on = on
    resolution.effective_on = preview.effective_on
    for field in ("mode", "place", "agenda_item", "convened_on", "is_subject_announced", "is_quorate"):
        setattr(resolution, field, getattr(meeting, field))
    for field in ("yes", "no", "abstentions", "invalid", "excluded", "present", "members", "all_votes"):
        setattr(resolution, field, getattr(counts, field))
    for field in ("title", "base", "numerator", "denominator", "comparison", "legal_basis"):
        setattr(resolution, f"rule_{field}", getattr(preview.rule, field))
    resolution.required = preview.outcome.required
    resolution.outcome = preview.outcome.sentence
    resolution.final_version = version
    resolution.text_sha256 = version.sha256


def series_of(resolution: Resolution, year: int) -> str:
    return f"resolutions.resolution:{resolution.body_id}:{year}"


def give_number(resolution: Resolution, on: date) -> None:
    """The next number of this body and year, without gaps (»MV-2026-003«)."""
    resolution.year = on.year
    resolution.number = take_numbers(series_of(resolution, on.year))[0]
    resolution.reference = f"{resolution.body.code}-{on.year}-{resolution.number:03d}"
