"""Majorities in whole numbers: who had to agree, who did, and the sentence that says so."""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

CAST, PRESENT, ALL_MEMBERS, ALL_VOTES, CONSENSUS = "cast", "present", "all_members", "all_votes", "consensus"
MORE_THAN, AT_LEAST = ">", ">="

SHARES = {
    Fraction(1, 2): "die Hälfte",
    Fraction(1, 3): "ein Drittel",
    Fraction(2, 3): "zwei Drittel",
    Fraction(1, 4): "ein Viertel",
    Fraction(3, 4): "drei Viertel",
    Fraction(3, 5): "drei Fünftel",
    Fraction(4, 5): "vier Fünftel",
}


@dataclass(frozen=True)
class Counts:
    """What was counted. Members excluded under § 34 BGB are in `present` and `members`, but have no vote."""

    yes: int = 0
    no: int = 0
    abstentions: int = 0
    invalid: int = 0
    excluded: int = 0
    present: int | None = None
    members: int | None = None
    all_votes: int | None = None

    @property
    def cast(self) -> int:
        """Valid votes: abstentions and invalid ones are not cast (BGH 25.01.1982, II ZR 164/81)."""
        return self.yes + self.no

    @property
    def given(self) -> int:
        return self.yes + self.no + self.abstentions + self.invalid


@dataclass(frozen=True)
class MajorityRule:
    """`yes` must be more than, or at least, numerator/denominator of the base."""

    base: str
    numerator: int = 1
    denominator: int = 2
    comparison: str = MORE_THAN
    legal_basis: str = ""


@dataclass(frozen=True)
class Outcome:
    """`required` votes were needed of a base of `base_size`."""

    accepted: bool
    required: int
    base_size: int
    sentence: str


class CountMissing(ValueError):
    """The rule needs a number that wasn't counted; `field` says which."""

    def __init__(self, field: str) -> None:
        self.field = field
        super().__init__(field)


def base_size(counts: Counts, rule: MajorityRule) -> int:
    """The whole of which the share is taken. A member excluded under § 34 BGB leaves the base as well as the votes."""
    if rule.base in {CAST, CONSENSUS}:
        return counts.cast
    whole = {PRESENT: counts.present, ALL_MEMBERS: counts.members, ALL_VOTES: counts.all_votes}[rule.base]
    if whole is None:
        raise CountMissing({PRESENT: "present", ALL_MEMBERS: "members", ALL_VOTES: "all_votes"}[rule.base])
    return max(0, whole - counts.excluded)


def required_votes(size: int, rule: MajorityRule) -> int:
    """Smallest number of yes votes that satisfies the rule; at least one."""
    share = size * rule.numerator
    needed = share // rule.denominator + 1 if rule.comparison == MORE_THAN else -(-share // rule.denominator)
    return max(1, needed)


def decide(counts: Counts, rule: MajorityRule) -> Outcome:
    """Whether the resolution is adopted, with the arithmetic in one German sentence.

    Ordinary majority of the votes cast (§ 32 Abs. 1 Satz 3 BGB), three quarters for the statutes and dissolution (§ 33 Abs. 1
    Satz 1, § 41 BGB), all members for the purpose (§ 33 Abs. 1 Satz 2 BGB) and by circular (§ 32 Abs. 3 BGB); consensus means
    that nobody objects. Without a single yes vote nothing is adopted; a tie is a rejection.
    """
    size = base_size(counts, rule)
    if rule.base == CONSENSUS:
        accepted, required = counts.no == 0 and counts.yes > 0, max(1, size)
    else:
        required = required_votes(size, rule)
        accepted = size > 0 and counts.yes >= required
    verdict = "Angenommen." if accepted else "Abgelehnt."
    parts = [counted(counts, rule), threshold(counts, rule, size, required), verdict]
    return Outcome(accepted, required, size, " ".join(part for part in parts if part))


def counted(counts: Counts, rule: MajorityRule) -> str:
    """»18 Ja, 4 Nein, 3 Enthaltungen; Enthaltungen zählen nicht mit (§ 32 Abs. 1 Satz 3 BGB).«"""
    votes = f"{counts.yes} Ja, {counts.no} Nein, {amount(counts.abstentions, 'Enthaltung', 'Enthaltungen')}"
    if counts.invalid:
        votes += f", {amount(counts.invalid, 'ungültige Stimme', 'ungültige Stimmen')}"
    clauses = [votes]
    if counts.excluded:
        clauses.append(
            f"{amount(counts.excluded, 'Mitglied war', 'Mitglieder waren')} nicht stimmberechtigt (§ 34 BGB)"
        )
    if abstained := uncounted(counts):
        if rule.base == CAST:
            clauses.append(f"{abstained} zählen nicht mit{basis(rule)}")
        elif rule.base != CONSENSUS:
            clauses.append(f"{abstained} wirken wie Nein")
    return "; ".join(clauses) + "."


def uncounted(counts: Counts) -> str:
    """The names of the votes that are neither yes nor no."""
    if counts.abstentions and counts.invalid:
        return "Enthaltungen und ungültige Stimmen"
    if counts.abstentions:
        return "Enthaltungen"
    return "ungültige Stimmen" if counts.invalid else ""


def threshold(counts: Counts, rule: MajorityRule, size: int, required: int) -> str:
    """»Nötig sind mehr als die Hälfte der 22 abgegebenen Stimmen, also mindestens 12.«"""
    named = "" if rule.base == CAST and uncounted(counts) else basis(rule)
    if rule.base == CONSENSUS:
        return consensus(counts, named)
    if size == 0:
        return f"Es gibt keine Stimme, die zählt{named}."
    if rule.numerator == rule.denominator:
        return f"Nötig sind die Ja-Stimmen {all_of(rule, size)}{named}, also {required}."
    share = Fraction(rule.numerator, rule.denominator)
    words = SHARES.get(share, f"{rule.numerator}/{rule.denominator}")
    comparison = "mehr als" if rule.comparison == MORE_THAN else "mindestens"
    least = "mindestens " if rule.comparison == MORE_THAN else ""
    return f"Nötig {verb(rule, share)} {comparison} {words} {whole_name(rule, size)}{named}, also {least}{required}."


def verb(rule: MajorityRule, share: Fraction) -> str:
    return "ist" if share.numerator == 1 and share != Fraction(1, 2) and rule.comparison == AT_LEAST else "sind"


def consensus(counts: Counts, named: str) -> str:
    if counts.no:
        return f"Nötig ist, dass niemand widerspricht{named}; {amount(counts.no, 'Stadt hat', 'Städte haben')} widersprochen."
    if not counts.yes:
        return f"Nötig ist, dass niemand widerspricht und mindestens eine Stadt zustimmt{named}."
    return f"Niemand hat widersprochen{named}."


def whole_name(rule: MajorityRule, size: int) -> str:
    one = size == 1
    return {
        CAST: "der einen abgegebenen Stimme" if one else f"der {size} abgegebenen Stimmen",
        PRESENT: "des einen anwesenden stimmberechtigten Mitglieds"
        if one
        else f"der {size} anwesenden stimmberechtigten Mitglieder",
        ALL_MEMBERS: "des einen stimmberechtigten Mitglieds" if one else f"aller {size} stimmberechtigten Mitglieder",
        ALL_VOTES: "der einen Stimme" if one else f"aller {size} Stimmen",
    }[rule.base]


def all_of(rule: MajorityRule, size: int) -> str:
    name = whole_name(rule, size)
    return "aller " + name.removeprefix("der ") if name.startswith("der ") and size > 1 else name


def basis(rule: MajorityRule) -> str:
    return f" ({rule.legal_basis})" if rule.legal_basis else ""


def amount(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def implausible(counts: Counts, *, is_circular: bool = False) -> tuple[str, str] | None:
    """The first contradiction between the counts as (field, German sentence), or None. One vote per member unless `all_votes` is given."""
    present, members = counts.present, counts.members
    if present is not None and members is not None and present > members:
        return "present", f"Es können nicht mehr Mitglieder anwesend sein ({present}), als es gibt ({members})."
    there = members if is_circular or present is None else present
    if there is not None and counts.excluded > there:
        return (
            "excluded",
            f"Es können nicht mehr Mitglieder ausgeschlossen sein ({counts.excluded}) als anwesend ({there}).",
        )
    if counts.all_votes is not None:
        limit, whose = counts.all_votes, "Stimmen insgesamt"
    elif there is not None:
        limit, whose = there - counts.excluded, "stimmberechtigten Mitglieder"
    else:
        return None
    if counts.given > limit:
        return "yes", f"Zusammen {counts.given} Stimmen sind mehr als die {limit} {whose}. Bitte zählen Sie nach."
    return None


def latest_invitation(meeting_on: date, days: int) -> date:
    """Return the last day to send an invitation with a notice of so many days.

    Neither the day of sending nor that of the meeting counts (§§ 187 Abs. 1, 188 Abs. 1 BGB): so many full days lie between.
    """
    return meeting_on - timedelta(days=days + 1)
